internal import Probability

/// Simulates buses whose engines are replaced as the model says.
public struct ReplacementSimulator: Sendable {
  /// The model.
  public let model: EngineReplacement
  /// P(replace) in each bin.
  public let replacement: [Double]

  /// Creates a simulator of parameters.
  ///
  /// - Throws: ``InvalidInput`` when the model is out of range.
  public init(_ model: EngineReplacement, theta: [Double]) throws {
    let problem = try model.problem()
    let solution = ValueSolver().solve(problem, rewards: problem.features.rewards(theta))
    self.model = model
    replacement = Array(solution.policy[model.bins...])
  }

  /// The panel of some buses over some months, from new engines on.
  ///
  /// - Throws: ``InvalidInput`` of the choices, never for a solved model.
  public func simulate(buses: Int, months: Int, seed: UInt64) throws -> (
    data: ChoiceData, model: EngineReplacement
  ) {
    let growth = AliasSampler(weights: model.incrementCounts)
    var counts = [Double](repeating: 0, count: model.incrementCounts.count)
    var (bins, actions) = ([Int32](), [Int32]())
    for bus in 0..<buses {
      var generator = SeededGenerator(seed: seed, stream: UInt64(bus))
      var bin = 0
      for _ in 0..<months {
        let replaces = generator.uniform() < replacement[bin]
        let increment = growth.draw(using: &generator)
        bins.append(Int32(bin))
        actions.append(replaces ? 1 : 0)
        counts[increment] += 1
        bin = min((replaces ? 0 : bin) + increment, model.bins - 1)
      }
    }
    let estimated = EngineReplacement(
      bins: model.bins, discount: model.discount, cost: model.cost, incrementCounts: counts)
    let data = try ChoiceData(
      problem: estimated.problem(),
      counts: ChoiceCounts(states: bins, actions: actions, stateCount: model.bins, actionCount: 2),
      dynamics: estimated)
    return (data, estimated)
  }
}
