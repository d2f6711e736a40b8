internal import Learning
internal import LinearAlgebra
internal import Probability
internal import TabularLearning

/// Learns what each feature of generated texts counts, from validation searches that nobody made before.
struct GenerationLearning {
  private let model: CompletionModel
  private let examples: [CompletionExample]

  private static let least = 100

  init(_ model: CompletionModel, _ examples: [CompletionExample]) {
    (self.model, self.examples) = (model, examples)
  }

  func learn(on execution: Execution) throws -> GenerationWeights {
    let groups = try concurrentMap(count: examples.count, threads: execution.threads, scratch: {}) { _, i in
      if i & 0xFF == 0 { try execution.cancellation.check() }
      return group(i)
    }.compactMap(\.self)
    guard groups.count >= Self.least else { return .usual }
    var scorer = LinearScorer()
    scorer.loss = .softmax
    scorer.l2 = model.recipe.l2
    scorer.iterations = 400
    let fitted = try scorer.fit(
      GroupedExamples(
        features: DenseMatrix(
          rows: groups.reduce(0) { $0 + $1.gains.count }, columns: GenerationFeature.allCases.count,
          values: groups.flatMap(\.features)),
        gains: groups.flatMap(\.gains), groupSizes: groups.map(\.gains.count)), on: execution)
    return GenerationWeights(values: fitted.weights)
  }

  /// The candidates of a search; nil where it is a suggestion already, or none of them.
  private func group(_ number: Int) -> (features: [Float], gains: [Float])? {
    let example = examples[number]
    var (target, typed, last) = ([UInt8](), [UInt8](), [UInt8]())
    let normalizer = model.recipe.normalizer
    normalizer.appendKey(of: example.query, to: &target)
    if model.labels.label(of: target) != nil { return nil }
    normalizer.appendKey(
      of: example.typed(seed: model.recipe.seed, number: number), keepsTrailingBlank: true, to: &typed)
    if let query = example.history.last { normalizer.appendKey(of: query, to: &last) }
    var generator = TextGenerator(model, model.context(of: example.history), typed: typed, last: last)
    generator.generate()
    let gains: [Float] = generator.candidates.map { $0.key == target ? 1 : 0 }
    guard gains.contains(1), gains.count > 1 else { return nil }
    return (generator.candidates.flatMap(\.features), gains)
  }
}
