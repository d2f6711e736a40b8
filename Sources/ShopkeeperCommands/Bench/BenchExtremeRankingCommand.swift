internal import ExtremeRanking
internal import Learning
internal import LinearAlgebra
internal import StoreData
internal import StoreSimulator

/// `shopkeeper bench extreme-ranking`
struct BenchExtremeRankingCommand: Command {
  static let name = "extreme-ranking"
  static let summary = "Measure extreme ranking: training, size, latency, quality."
  static let details = [
    "Processor time on one thread. Without --train and --test a generated log is used. With --pecos the latencies are"
      + " those of that model, read from PECOS' folder; with --pecos-answers its answers are compared with PECOS' own.",
    "Figures: seconds of training by stage (vectorise_train_cpu_s, index_cpu_s, train_cpu_s, total_train_cpu_s);"
      + " microseconds a query (vectorise_us, predict_single_us, predict_single_p99_us, single_total_us, batch_us);"
      + " open_ms; bytes_per_label_f32, _f16, _i8; ndcg10, recall10, recall100, ndcg10_f16, ndcg10_i8;"
      + " pecos_topk_equal, the share of queries with the same ten labels.",
  ]
  static let examples = [
    "shopkeeper bench extreme-ranking",
    "shopkeeper bench extreme-ranking --train train.tsv --test test.tsv --json",
  ]

  @Option("train", .file(), "Training log: query<TAB>product:clicks,... lines.") var train: String?
  @Option("test", .file(), "Test log of the same form.") var test: String?
  @Option("labels", .integer(100...1_000_000), "Products of the generated log.") var labels = 30_000
  @Option("pecos", .folder(), "A text2text folder trained by PECOS on the same log.") var pecos: String?
  @Option("pecos-answers", .file(), "PECOS' labels and scores, one line a test query: label:score ...")
  var pecosAnswers: String?
  @Option("quick", .switch, "At most 10,000 products in the generated log.") var quick = false
  @Option(.seed) var seed: UInt64
  @Option(.json) var json: Bool
  @Option(.quiet) var quiet: Bool

  func run(_ console: Console) throws {
    let work = WorkOptions()
    (work.threads, work.quiet) = (1, quiet)
    let execution = console.execution(work)
    var benchmark = try log(on: execution)
    benchmark.recipe.seed = seed
    var figures = BenchFigures("extreme-ranking")
    let trained = try benchmark.fit(on: execution)
    figures["vectorise_train_cpu_s"] = trained.vectoriseSeconds
    figures["index_cpu_s"] = trained.indexSeconds
    figures["train_cpu_s"] = trained.trainSeconds
    figures["total_train_cpu_s"] = trained.vectoriseSeconds + trained.indexSeconds + trained.trainSeconds
    try measureQuality(trained.model, benchmark, &figures, on: execution)
    figures["open_ms"] = try openingTime(trained.model)
    let served = try pecos.map { try ExtremeRankingModel(pecosFolder: $0, on: execution) } ?? trained.model
    let latency = try benchmark.latency(served)
    figures["vectorise_us"] = latency.vectorise.mean
    figures["predict_single_us"] = latency.predict.mean
    figures["predict_single_p99_us"] = latency.predict.percentile(0.99)
    figures["single_total_us"] = latency.total.mean
    figures["batch_us"] = latency.batch
    if let pecosAnswers { figures["pecos_topk_equal"] = try equalShare(pecosAnswers, served, benchmark) }
    try figures.print(json: json, on: console)
  }

  private func log(on execution: Execution) throws -> ExtremeRankingBenchmark {
    if let train, let test {
      return ExtremeRankingBenchmark(
        train: try ClickLog.read(contentsOf: train).value, test: try ClickLog.read(contentsOf: test).value)
    }
    guard train == nil, test == nil else { throw UsageError("--train and --test go together") }
    var recipe = ScaleRecipe()
    recipe.labels = quick ? min(labels, 10_000) : labels
    let log = try ScaleLog(recipe, on: execution)
    return ExtremeRankingBenchmark(train: log.train, test: log.test)
  }

  private func measureQuality(
    _ model: ExtremeRankingModel, _ benchmark: ExtremeRankingBenchmark, _ figures: inout BenchFigures,
    on execution: Execution
  ) throws {
    let tree = model.trees.members[0]
    for (format, suffix) in [(WeightFormat.float32, "f32"), (.float16, "f16"), (.int8, "i8")] {
      let converted = format == .float32 ? tree : try tree.converted(to: format, on: execution)
      let evaluation = try benchmark.evaluate(
        ExtremeRankingModel(
          trees: XRLinearEnsemble([converted]), vectorizer: model.vectorizer, names: model.names),
        on: execution)
      figures["bytes_per_label_\(suffix)"] = Double(converted.byteCount) / Double(converted.labelCount)
      figures[format == .float32 ? "ndcg10" : "ndcg10_\(suffix)"] = evaluation.mean.ndcg
      if format == .float32 {
        figures["recall10"] = evaluation.recall(at: 10)
        figures["recall100"] = evaluation.recall(at: 100)
      }
    }
  }

  /// Milliseconds to open the model from disk, the median of nine times.
  private func openingTime(_ model: ExtremeRankingModel) throws -> Double {
    try withScratchFolder { folder in
      let path = folder + "/model"
      try model.write(to: path)
      var times: [Double] = []
      for _ in 0..<9 {
        let start = Stopwatch.wallSeconds
        let opened = try ExtremeRankingModel(contentsOf: path)
        times.append((Stopwatch.wallSeconds - start) * 1e3)
        withExtendedLifetime(opened) {}
      }
      return times.sorted()[4]
    }
  }

  /// The share of queries whose ten labels are PECOS', in its order up to scores that differ by less than 1e-6 of
  /// their size.
  private func equalShare(
    _ path: String, _ model: ExtremeRankingModel, _ benchmark: ExtremeRankingBenchmark
  ) throws -> Double {
    let lines = try TextLines.read(contentsOf: path).value.lines
    guard lines.count == benchmark.test.entries.count else {
      throw InvalidInput(
        path, given: "\(lines.count) lines", expected: "\(benchmark.test.entries.count), one a test query")
    }
    var equal = 0
    for (line, entry) in zip(lines, benchmark.test.entries) {
      let theirs = line.split(separator: " ").compactMap { pair -> (label: Int32, score: Float)? in
        let parts = pair.split(separator: ":")
        guard parts.count == 2, let label = Int32(parts[0]), let score = Float(parts[1]) else { return nil }
        return (label, score)
      }
      let scores = Dictionary(theirs.map { ($0.label, $0.score) }) { first, _ in first }
      let ours = try model.predict(text: entry.query, PredictionOptions(k: 10))
      let depth = min(10, theirs.count)
      let isEqual = (0..<depth).allSatisfy { rank in
        guard rank < ours.labels.count else { return theirs[rank].score == 0 }
        let expected = theirs[rank]
        if ours.labels[rank] == expected.label { return true }
        // Labels that PECOS scores alike may change places; beyond its list they score as its last one at the most.
        let score = scores[ours.labels[rank]] ?? theirs[theirs.count - 1].score
        return abs(score - expected.score) <= 1e-6 * max(abs(expected.score), .leastNormalMagnitude)
      }
      if isEqual || (ours.status == .noKnownFeature) { equal += 1 }
    }
    return Double(equal) / Double(max(1, lines.count))
  }
}
