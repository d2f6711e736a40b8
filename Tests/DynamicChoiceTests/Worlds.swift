import DynamicChoice
import Probability

/// Problems with known truth, made from a seed.
enum World {
  /// A problem with dense random transitions; the last action lasts several periods where `months` says so.
  static func random(
    states: Int, months: [Int], parameters: Int, discount: Double = 0.9, seed: UInt64 = 1
  ) throws -> DecisionProblem {
    var generator = SeededGenerator(seed: seed)
    let actions = months.count
    return try DecisionProblem(
      actions: months.enumerated().map { ChoiceAction("action \($0)", months: $1) }, discount: discount,
      transitions: SparseTransitions(
        stateCount: states, actionCount: actions,
        dense: (0..<actions * states).flatMap { _ in distribution(states, &generator) }),
      features: features(states: states, actions: actions, parameters: parameters, &generator))
  }

  /// Random features; those of action 0 are 0, so that it is an anchor of reward 0.
  static func features(
    states: Int, actions: Int, parameters: Int, _ generator: inout SeededGenerator
  ) throws -> RewardFeatures {
    try RewardFeatures(
      names: (0..<parameters).map { "feature \($0)" }, stateCount: states, actionCount: actions,
      values: (0..<actions * parameters * states).map {
        $0 < parameters * states ? 0 : generator.normal()
      })
  }

  static func distribution(_ count: Int, _ generator: inout SeededGenerator) -> [Double] {
    let weights = (0..<count).map { _ in generator.exponential() }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// Products of chains: two statuses, three blocks, an action of twelve periods.
  static func factored(parameters: Int = 3, seed: UInt64 = 3) throws -> DecisionProblem {
    var generator = SeededGenerator(seed: seed)
    let levels = [3, 2, 3]
    func chains() -> [[Double]] {
      levels.map { count in (0..<count).flatMap { _ in distribution(count, &generator) } }
    }
    let transitions = try FactoredTransitions(
      levels: levels, statusCount: 2,
      actions: [
        .init(chains: chains(), next: [0, 0]), .init(chains: chains(), next: [1, 1]),
        .init(chains: chains(), next: [1, 0]),
      ])
    return try DecisionProblem(
      actions: [ChoiceAction("none"), ChoiceAction("monthly"), ChoiceAction("annual", months: 12)],
      discount: 0.97,
      transitions: transitions,
      features: features(states: 36, actions: 3, parameters: parameters, &generator))
  }

  /// A counter of 12 cells with two resets.
  static func increments(discount: Double = 0.95, parameters: Int = 2) throws -> DecisionProblem {
    var generator = SeededGenerator(seed: 5)
    return try DecisionProblem(
      actions: [ChoiceAction("keep"), ChoiceAction("overhaul"), ChoiceAction("replace")], discount: discount,
      transitions: IncrementTransitions(stateCount: 12, increments: [0.3, 0.5, 0.2], resets: [nil, 3, 0]),
      features: features(states: 12, actions: 3, parameters: parameters, &generator))
  }

  /// Four periods of a random problem, without a discount.
  static func horizon() throws -> DecisionProblem {
    let period = try random(states: 6, months: [1, 1], parameters: 2)
    var generator = SeededGenerator(seed: 8)
    return try DecisionProblem(
      actions: period.actions, discount: 1, transitions: HorizonTransitions(period.transitions, periods: 4),
      features: features(states: 24, actions: 2, parameters: 2, &generator))
  }

  /// The A matrices of a problem, S x S each.
  static func dense(_ transitions: any TransitionOperator) -> [[Double]] {
    let states = transitions.stateCount
    return (0..<transitions.actionCount).map { action in
      var matrix = [Double](repeating: 0, count: states * states)
      for column in 0..<states {
        var unit = [Double](repeating: 0, count: states)
        unit[column] = 1
        for (row, value) in transitions.expectation(of: unit, action: action).enumerated() {
          matrix[row * states + column] = value
        }
      }
      return matrix
    }
  }
}
