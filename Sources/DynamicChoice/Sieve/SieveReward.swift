public import Learning

/// Rewards as an additive sieve, for states that are vectors: PQR with every step solved exactly on a basis.
///
///     var recipe = SieveReward()
///     recipe.screening = .groups
///     let model = try recipe.fit(rows)
///     model.kept                         // the variables that passed their score tests
///
/// Policy by a ridge logit, values of the anchor by least squares temporal differences, rewards by a ridge regression of the
/// next values (never of the noisy total). Screening happens before, as every irrelevant column's error is multiplied by
/// 1/(1 - discount) in the second step.
public struct SieveReward: Estimator {
  /// Which variables enter.
  public enum Screening: String, Codable, Sendable, CaseIterable {
    /// All of them.
    case none
    /// Those whose score test, given the declared columns, passes at the level divided by their number.
    case groups
  }

  /// Which variables enter.
  public var screening = Screening.groups
  /// Level of the score tests together.
  public var level = 0.01
  /// Discount of one period.
  public var discount = 0.95
  /// The action whose reward is known.
  public var anchor = 0
  /// The known reward.
  public var anchorReward = 0.0
  /// Penalty of declared columns.
  public var declaredRidge = 0.3
  /// Penalty of the columns of variables.
  public var variableRidge = 1.0

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(level > 0 && level < 1, "level", given: level, expected: "above 0, below 1")
    found.require(
      discount >= 0 && discount <= 0.99999, "discount", given: discount, expected: "0 to 0.99999")
    found.require(anchor >= 0, "anchor", given: anchor, expected: "0 or more")
    found.require(anchorReward.isFinite, "anchorReward", given: anchorReward, expected: "a finite number")
    found.require(
      declaredRidge > 0 && declaredRidge.isFinite, "declaredRidge", given: declaredRidge,
      expected: "a positive number")
    found.require(
      variableRidge > 0 && variableRidge.isFinite, "variableRidge", given: variableRidge,
      expected: "a positive number")
    return found.all
  }
}
