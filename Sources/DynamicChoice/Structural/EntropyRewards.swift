public import Learning

/// Maximum causal entropy inverse reinforcement learning: the rewards under which feature counts agree with the data's.
///
/// With features of state and action, the maximum of its likelihood is that of ``NestedFixedPoint``. With features of the
/// state alone it cannot tell actions apart by anything but where they lead; it serves as a baseline that fails where
/// actions themselves have a price.
///
/// B. Ziebart, J. A. Bagnell, A. Dey: "Modeling Interaction via the Principle of Maximum Causal Entropy", ICML 2010.
public struct EntropyRewards: Estimator {
  /// What rewards may depend on.
  public enum Scope: String, Codable, Sendable, CaseIterable {
    /// The features of the problem.
    case stateAction = "state-action"
    /// One free reward for each state, whatever is chosen there.
    case state
  }

  /// What rewards may depend on.
  public var scope = Scope.stateAction

  /// Weight of a penalty ridge / 2 theta'theta; rewards of states alone need one.
  public var ridge = 1e-3

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var recipe = NestedFixedPoint()
    recipe.ridge = ridge
    return recipe.violations
  }

  /// Estimates the parameters.
  ///
  /// - Throws: ``InvalidInput`` listing every violation; `CancellationError`.
  public func fit(_ input: ChoiceData, on execution: Execution = Execution()) throws -> StructuralEstimate {
    var recipe = NestedFixedPoint()
    (recipe.ridge, recipe.errors) = (ridge, .given)
    if scope == .stateAction { return try recipe.fit(input, on: execution).named("mce") }
    let (states, actions) = (input.problem.stateCount, input.problem.actions.count)
    guard states <= Self.largestStateCount else {
      throw InvalidInput(
        "states", given: states, expected: "at most \(Self.largestStateCount) for rewards of the state alone")
    }
    var values = [Double](repeating: 0, count: actions * states * states)
    for action in 0..<actions { for s in 0..<states { values[(action * states + s) * states + s] = 1 } }
    let features = try RewardFeatures(
      names: (0..<states).map { "state \($0)" }, stateCount: states, actionCount: actions, values: values)
    let data = try ChoiceData(problem: input.problem.with(features: features), counts: input.counts)
    return try recipe.fit(data, on: execution).named("maxent")
  }

  /// One parameter for each state is too much beyond.
  static let largestStateCount = 2000
}
