internal import Bandits
internal import FoundationEssentials
internal import Learning
internal import Probability
internal import StoreData

/// `shopkeeper bench bandits-speed`
struct BenchBanditsSpeedCommand: Command {
  static let name = "bandits-speed"
  static let summary = "Measure how fast models learn and layouts are chosen."
  static let details = [
    "Processor time of one thread. updates_text_per_s and predictions_text_per_s read clicks with 30 features as text (--clicks FILE,"
      + " else generated), parsing included; adf_updates_per_s and predictions_per_s have them in memory. decide48_us, decide512_us:"
      + " a layout by a draw from the posterior; with _table, by a look-up in a table of probabilities (decide_p99_us). table48_ms,"
      + " table512_ms: such a table. refresh48_ms, refresh512_ms: the model after a batch; em217_ms: spreads of 217 weights learned"
      + " from 512 layouts. durable_decisions_per_s: decisions that are on the disk, written in groups of 2 ms, wall time; replay_events_per_s."
  ]
  static let examples = ["shopkeeper bench bandits-speed --json"]

  @Option("clicks", .file(), "Clicks in Vowpal Wabbit's simple text.") var clicks: String?
  @Option("rows", .integer(1000...10_000_000), "Clicks that are generated.") var rows = 100_000
  @Option("keep-clicks", .file(), "Write the generated clicks to this file and measure nothing.") var kept:
    String?
  @Option(.json) var json: Bool

  func run(_ console: Console) throws {
    if let kept { return try Self.generate(rows, to: kept) }
    var figures = BenchFigures("bandits-speed")
    try withScratchFolder { folder in
      let path = clicks ?? folder + "/clicks.vw"
      if clicks == nil { try Self.generate(rows, to: path) }
      try measureFilter(path, &figures)
      for (name, sizes) in [("48", [2, 3, 2, 2, 2]), ("512", [8, 8, 8])] {
        try measureLayouts(name, sizes, &figures)
      }
      try measureEvidence(&figures)
      try measureState(folder, &figures)
    }
    try figures.print(json: json, on: console)
  }

  /// 15 + 15 features of 10,000 each, 5 % conversions.
  static func generate(_ rows: Int, to path: String) throws {
    let stream = CounterStream("CLCK", seed: 1)
    let sink = try ByteSink(path: path)
    for row in 0..<rows {
      let first = UInt64(row * 31)
      func ids(_ letter: String, _ range: Range<UInt64>) -> String {
        range.map { "\(letter)\(Int(stream.uniform(first + $0) * 10_000))" }.joined(separator: " ")
      }
      let label = stream.uniform(first) < 0.05 ? "1" : "-1"
      try sink.write("\(label) |u \(ids("a", 1..<16)) |i \(ids("b", 16..<31))\n")
    }
    try sink.finish()
  }

  private func measureFilter(_ path: String, _ figures: inout BenchFigures) throws {
    let reader = HashedClicks(bits: 20)
    let prior = NormalPrior(features: reader.featureCount, variance: 0.1)
    var best = (updates: 0.0, predictions: 0.0, memory: (updates: 0.0, predictions: 0.0))
    var all: [(features: FeatureVector, isConverted: Bool)] = []
    _ = try reader.read(from: ByteSource(path: path)) {
      all.append((FeatureVector(indices: Array($0), values: Array($1)), $2))
    }
    var sum = 0.0
    for _ in 0..<3 {
      var filter = ProbitFilter(prior: prior)
      var (count, start) = (0.0, Stopwatch.threadSeconds)
      _ = try reader.read(from: ByteSource(path: path)) {
        filter.update($0, $1, isConverted: $2)
        count += 1
      }
      best.updates = max(best.updates, count / (Stopwatch.threadSeconds - start))
      start = Stopwatch.threadSeconds
      _ = try reader.read(from: ByteSource(path: path)) { indices, values, _ in
        let score = filter.score(indices, values)
        sum += Prediction(scoreMean: score.mean, scoreVariance: score.variance, link: .probit).probability
      }
      best.predictions = max(best.predictions, count / (Stopwatch.threadSeconds - start))
      var again = ProbitFilter(prior: prior)
      start = Stopwatch.threadSeconds
      for row in all {
        row.features.indices.withUnsafeBufferPointer { indices in
          row.features.values.withUnsafeBufferPointer {
            again.update(indices, $0, isConverted: row.isConverted)
          }
        }
      }
      best.memory.updates = max(best.memory.updates, count / (Stopwatch.threadSeconds - start))
      start = Stopwatch.threadSeconds
      for row in all {
        let score = row.features.indices.withUnsafeBufferPointer { indices in
          row.features.values.withUnsafeBufferPointer { again.score(indices, $0) }
        }
        sum += Prediction(scoreMean: score.mean, scoreVariance: score.variance, link: .probit).probability
      }
      best.memory.predictions = max(best.memory.predictions, count / (Stopwatch.threadSeconds - start))
    }
    guard sum.isFinite else { return }
    figures["updates_text_per_s"] = best.updates
    figures["predictions_text_per_s"] = best.predictions
    figures["adf_updates_per_s"] = best.memory.updates
    figures["predictions_per_s"] = best.memory.predictions
    figures["model_mb"] = Double(reader.featureCount * 16) / 1_048_576
  }

  private func measureLayouts(_ name: String, _ sizes: [Int], _ figures: inout BenchFigures) throws {
    let space = try LayoutSpace(sizes: sizes)
    var policy = try LayoutPolicy(space, seed: 1)
    let luck = CounterStream("SPED", seed: 1)
    var (refreshes, tables) = ([Double](), [Double]())
    var sequence: UInt64 = 0
    for _ in 0..<12 {
      for _ in 0..<1000 {
        guard case .layout(let decision) = policy.decide(context: [], sequence: sequence, time: 0) else {
          return
        }
        policy.take(.decision(decision))
        if luck.uniform(sequence) < 0.05 + 0.01 * Double(decision.layout[0]) {
          policy.take(.reward(LayoutReward(decision: decision.id, time: 0)))
        }
        sequence += 1
      }
      refreshes.append(Stopwatch.seconds { policy.take(.refresh(time: 0)) } * 1000)
      tables.append(Stopwatch.seconds { _ = policy.decide(context: [], sequence: sequence, time: 0) } * 1000)
    }
    figures["refresh\(name)_ms"] = refreshes.percentile(0.5)
    figures["table\(name)_ms"] = tables.percentile(0.5)
    var generator = SeededGenerator(seed: 1)
    let drawn = Stopwatch.seconds {
      for _ in 0..<2000 { _ = policy.drawnLayout(context: [], using: &generator) }
    }
    figures["decide\(name)_us"] = drawn / 2000 * 1e6
    let looked = Stopwatch.seconds {
      for next in 0..<200_000 as Range<UInt64> {
        _ = policy.decide(context: [], sequence: sequence + next, time: 0)
      }
    }
    figures["decide\(name)_table_us"] = looked / 200_000 * 1e6
    if name == "512" {
      let times = Stopwatch.microseconds(count: 5000) {
        _ = policy.decide(context: [], sequence: UInt64($0), time: 0)
      }
      figures["decide_p99_us"] = times.percentile(0.99)
    }
  }

  private func measureEvidence(_ figures: inout BenchFigures) throws {
    let environment = try LayoutEnvironment(.hill, seed: 100)
    let space = environment.space
    var counts = ConversionCounts(
      rows: (0..<512).map { space.features(of: space.layout($0) ?? [], pairs: true) })
    var generator = SeededGenerator(seed: 3)
    for layout in 0..<512 {
      counts.shows[layout] = 40
      counts.conversions[layout] = Double(
        generator.binomial(trials: 40, probability: environment.probabilities[layout]))
    }
    let start = [GroupPrior(), GroupPrior(variance: 0.01), GroupPrior(variance: 0.01)]
    let settled = counts
    let times = try (0..<3).map { _ in
      let begin = Stopwatch.threadSeconds
      _ = try MetaPrior.evidence(settled, groups: space.groups, start: start)
      return (Stopwatch.threadSeconds - begin) * 1000
    }
    figures["em217_ms"] = times.min()
  }

  private func measureState(_ folder: String, _ figures: inout BenchFigures) throws {
    let path = folder + "/state"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let policy = try LayoutPolicy(LayoutSpace(sizes: [2, 3, 2, 2, 2]), seed: 1)
    let decisions = 50_000
    var start = Stopwatch.wallSeconds
    do {
      let state = try LayoutState(folder: path, policy: policy)
      var oldest = start
      for number in 0..<decisions {
        _ = try state.decide(context: [:], time: Int64(number))
        guard Stopwatch.wallSeconds - oldest > 0.002 else { continue }
        try state.commit()
        oldest = Stopwatch.wallSeconds
      }
      try state.commit()
      figures["durable_decisions_per_s"] = Double(decisions) / (Stopwatch.wallSeconds - start)
    }
    start = Stopwatch.wallSeconds
    let state = try LayoutState(folder: path, policy: policy)
    figures["replay_events_per_s"] = Double(state.eventCount) / (Stopwatch.wallSeconds - start)
  }
}

extension Stopwatch {
  /// Processor seconds of the calling thread for `body`.
  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = threadSeconds
    try body()
    return threadSeconds - start
  }
}
