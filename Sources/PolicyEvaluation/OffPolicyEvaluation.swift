public import Learning

/// Judges a policy by the log of another one, before it is shipped.
///
///     let report = try OffPolicyEvaluation().evaluate(newPolicy, on: log)
///     if report.status != .refused { print(report.estimates[4]) }
///
/// Refusal is a result: where the log cannot tell, ``EvaluationReport/status`` says so and
/// ``EvaluationReport/concerns`` why. The estimators are those of ``OffPolicyEstimator``.
public struct OffPolicyEvaluation: Codable, Sendable, Equatable {
  /// Where weights are clipped, above 0.
  public var clip = 10.0

  /// Above which weight Switch-DR trusts the reward model alone, 0 or more.
  public var switchThreshold = 10.0

  /// Into how many folds the reward model is cross-fitted, 2 to 100.
  public var folds = 3

  /// How many observations at the overall rate each cell mean starts with, above 0.
  public var smoothing = 20.0

  /// Features of the context that, with the slot, tell the reward model's cells apart.
  public var cellFeatures: [String] = []

  /// How intervals are made.
  public var interval = EvaluationInterval.bootstrap

  /// Resamples of the bootstrap, 1 to 1,000,000.
  public var draws = 1000

  /// Probability that intervals should cover, above 0 and below 1.
  public var level = 0.95

  /// The feature whose value names the unit that rows belong to, such as a customer; `decision_id` takes the rows of one
  /// list as one. Nil: rows are independent.
  public var cluster: String?

  /// Lowest and highest possible reward where that is not 0...1; rewards are scaled to 0...1 for the work.
  public var rewardRange: ClosedRange<Double>?

  /// Whether propensities are estimated from the log instead of read; the result is never more than `caution`.
  public var estimatesPropensities = false

  /// Seed of the bootstrap.
  public var seed: UInt64 = 0

  /// Creates the default evaluation.
  public init() {}

  /// The estimators with the recipe's bounds.
  public var estimators: [OffPolicyEstimator] {
    [
      .inversePropensity, .clipped(at: clip), .selfNormalised, .direct, .doublyRobust,
      .selfNormalisedDoublyRobust, .switchDoublyRobust(threshold: switchThreshold),
    ]
  }

  /// Every parameter out of range.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require(clip > 0, "clip", given: clip, expected: "above 0")
    problems.require(switchThreshold >= 0, "switchThreshold", given: switchThreshold, expected: "0 or more")
    problems.require((2...100).contains(folds), "folds", given: folds, expected: "2 to 100")
    problems.require(
      smoothing > 0 && smoothing.isFinite, "smoothing", given: smoothing, expected: "above 0 and finite")
    problems.require((1...1_000_000).contains(draws), "draws", given: draws, expected: "1 to 1000000")
    problems.require(level > 0 && level < 1, "level", given: level, expected: "above 0 and below 1")
    if let rewardRange {
      let width = rewardRange.upperBound - rewardRange.lowerBound
      problems.require(
        width > 0 && width.isFinite, "rewardRange",
        given: "\(rewardRange.lowerBound) to \(rewardRange.upperBound)",
        expected: "two finite numbers, the lower one first")
    }
    return problems.all
  }
}

/// How intervals are made.
public enum EvaluationInterval: String, Codable, Sendable, CaseIterable {
  /// Percentiles over resamples of rows or clusters.
  case bootstrap
  /// Normal, from the influence of each row on the estimate.
  case linear
  /// Finite-sample, for clipped weights only (A. Maurer, M. Pontil, COLT 2009); others get none.
  case bernstein
}
