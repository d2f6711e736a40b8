public import Learning

/// Rewards without a form, from choices, transitions and one known reward in each state (PQR on finite states).
///
///     var recipe = AnchoredReward()
///     recipe.anchor = .action(0)                       // "not a member" gives 0
///     let estimate = try recipe.fit(data)
///     estimate.reward(state: 3, action: 1)
///
/// Policy, then the values of the anchor equation, then rewards; each step is solved exactly.
public struct AnchoredReward: Estimator {
  /// How choice probabilities are estimated.
  public var policy = PolicyStep.counts

  /// What is known of rewards.
  public var anchor = Anchor.action(0)

  /// Weight of the logit's penalty.
  public var ridge = 1.0

  /// Probabilities below this are raised to it, and counted.
  public var floor = 1e-12

  /// Seeds the network, where the policy is one.
  public var seed: UInt64 = 0

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(ridge > 0 && ridge.isFinite, "ridge", given: ridge, expected: "a positive number")
    found.require(floor > 0 && floor <= 0.01, "floor", given: floor, expected: "above 0, at most 0.01")
    return found.all
  }
}
