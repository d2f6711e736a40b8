internal import Learning
internal import LinearAlgebra
internal import Probability

/// Choice probabilities of finite states by a network: it learns features of the states from the choices, and a ridge logit on
/// the inputs and its last hidden layer is then solved exactly.
struct NetworkPolicy {
  /// Choices that the network sees at the most; more are drawn from.
  static let largestSample = 400_000

  /// A x S probabilities.
  let policy: [Double]

  /// Trains on counts.
  ///
  /// - Throws: `CancellationError`.
  init(
    _ design: StateDesign, counts: ChoiceCounts, ridge: Double, seed: UInt64, on execution: Execution
  ) throws {
    let scaling = ColumnScaling(design.columns)
    let states = scaling.floats(design.columns)
    let (rows, actions) = Self.choices(counts, seed: seed)
    var recipe = DeepReward()
    recipe.seed = seed
    let networks = try recipe.networks(
      inputs: states.gathered(rows[...]), actions: actions, actionCount: counts.actionCount, on: execution)
    let features = NetworkBasis(kept: [], scaling: scaling, networks: networks).features(states)
    let scaled = ColumnScaling(features).divided(features)
    let logit = MultinomialLogit(
      design: scaled, counts: counts.byState, ridge: [Double](repeating: ridge, count: scaled.columns))
    policy = actionMajor(logit.logPolicy(scaled)).map { exponential($0) }
  }

  /// The state and action of each choice, weights rounded; a sample of them where there are many.
  private static func choices(_ counts: ChoiceCounts, seed: UInt64) -> (rows: [Int], actions: [Int32]) {
    let states = counts.stateCount
    var cells: [Int] = []
    if counts.total <= Double(largestSample) {
      for (cell, count) in counts.values.enumerated() {
        cells += repeatElement(cell, count: Int(count.rounded()))
      }
    }
    if cells.isEmpty {
      let sampler = AliasSampler(weights: counts.values)
      var generator = SeededGenerator(seed: seed, stream: 1)
      cells = (0..<min(largestSample, max(1, Int(counts.total)))).map { _ in sampler.draw(using: &generator) }
    }
    return (cells.map { $0 % states }, cells.map { Int32($0 / states) })
  }
}
