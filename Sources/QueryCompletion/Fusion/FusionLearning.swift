internal import Glibc
internal import Learning
internal import LinearAlgebra
internal import Probability
internal import TabularLearning

/// Learns what each feature counts: the weights under which what was searched is the likeliest of the candidates.
struct FusionLearning {
  private let model: CompletionModel
  private let examples: [CompletionExample]

  /// The most popular suggestions that are candidates beside those that the session speaks for.
  private static let popular = 50

  /// Fewer validation searches than this teach nothing reliable.
  private static let least = 100

  init(_ model: CompletionModel, _ examples: [CompletionExample]) {
    (self.model, self.examples) = (model, examples)
  }

  /// The weights, and from how many searches they were learned.
  func learn(on execution: Execution) throws -> (CompletionWeights, Int) {
    let columns = CompletionFeature.allCases.count
    let groups = try groups(withSession: true, on: execution)
    guard groups.count >= Self.least else { return (.usual, 0) }
    let signed = [CompletionFeature.popularity, .pair, .pairShare, .association, .addition].map(\.column)
    var weights = CompletionWeights(
      values: try fit(groups, columns: columns, nonNegative: signed, on: execution))
    let opening = try self.groups(withSession: false, on: execution)
    guard opening.count >= Self.least else { return (weights, groups.count) }
    weights.opening = try fit(
      opening, columns: CompletionFeature.staticCount, nonNegative: [0], on: execution)
    return (weights, groups.count)
  }

  private func groups(withSession: Bool, on execution: Execution) throws -> [Group] {
    try concurrentMap(
      count: examples.count, threads: execution.threads, scratch: { CompletionScratch() }
    ) { scratch, i in
      if i & 0xFF == 0 { try execution.cancellation.check() }
      return candidates(of: i, withSession: withSession, scratch)
    }.compactMap(\.self)
  }

  private func fit(_ groups: [Group], columns: Int, nonNegative: [Int], on execution: Execution) throws
    -> [Float]
  {
    var scorer = LinearScorer()
    scorer.loss = .softmax
    scorer.l2 = model.recipe.l2
    scorer.iterations = 400
    scorer.nonNegative = nonNegative
    let examples = try GroupedExamples(
      features: DenseMatrix(
        rows: groups.reduce(0) { $0 + $1.gains.count }, columns: columns, values: groups.flatMap(\.features)),
      gains: groups.flatMap(\.gains), groupSizes: groups.map(\.gains.count))
    return try scorer.fit(examples, on: execution).weights
  }

  private struct Group {
    var features: [Float] = []
    var gains: [Float] = []
  }

  /// The features of a search's candidates; nil where what was searched is none of them, or the only one.
  private func candidates(of number: Int, withSession: Bool, _ scratch: CompletionScratch) -> Group? {
    let example = examples[number]
    var (target, prefix) = ([UInt8](), [UInt8]())
    model.recipe.normalizer.appendKey(of: example.query, to: &target)
    guard let label = model.labels.label(of: target) else { return nil }
    model.recipe.normalizer.appendKey(
      of: example.typed(seed: model.recipe.seed, number: number), keepsTrailingBlank: true, to: &prefix)
    let interval = model.labels.interval(of: prefix)
    guard interval.contains(label) else { return nil }
    let context = model.context(of: withSession ? example.history : [])
    scratch.candidates.gather(context, model.tables, in: interval)
    var group = Group()
    var hasTarget = false
    func add(_ entry: SessionCandidates.Entry) {
      let id = Int(entry.label)
      var features = model.features(of: entry, context)
      for feature in model.recipe.leftOut { features[feature.column] = 0 }
      group.features += withSession ? features[...] : features.prefix(CompletionFeature.staticCount)
      group.gains.append(id == label ? 1 : 0)
      hasTarget = hasTarget || id == label
    }
    for entry in scratch.candidates.entries { add(entry) }
    scratch.popular.restart(model.ranking, in: interval)
    for _ in 0..<Self.popular {
      guard let next = scratch.popular.next(model.ranking) else { break }
      if scratch.candidates.place(of: next.label) == nil {
        add(SessionCandidates.Entry(label: Int32(next.label)))
      }
    }
    return hasTarget && group.gains.count > 1 ? group : nil
  }
}

extension CompletionExample {
  /// What was typed; where that is not known, as many characters as a generator of the search's own says.
  public func typed(seed: UInt64, number: Int) -> String {
    if let prefix { return prefix }
    var generator = SeededGenerator(seed: seed, stream: UInt64(number))
    return String(query.prefix(1 + generator.integer(below: max(1, query.count - 1))))
  }
}

extension CompletionModel {
  /// The features of a suggestion, one for each of ``CompletionFeature``.
  func features(of entry: SessionCandidates.Entry, _ context: SessionContext) -> [Float] {
    let label = Int(entry.label)
    var values = [Float](repeating: 0, count: CompletionFeature.allCases.count)
    (values[0], values[1]) = (popularity[label], lengths[label])
    values.withUnsafeMutableBufferPointer {
      CompletionFeature.write(
        entry, words: Int(tables.lengths[label]), context,
        into: $0.baseAddress! + CompletionFeature.staticCount)
    }
    return values
  }
}
