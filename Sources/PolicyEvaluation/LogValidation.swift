/// What is odd about a log, found before anyone relies on it.
public struct LogValidation: Sendable, Equatable {
  /// One kind of problem.
  public struct Finding: Sendable, Equatable {
    /// The problem as a machine reads it.
    public let code: String
    /// How many rows have it; for a property of the whole log 1.
    public let count: Int
    /// The first row that has it, from 1; nil for a property of the whole log.
    public let firstRow: Int?
    /// What was seen.
    public let message: String
    /// What to do about it.
    public let advice: String
  }

  /// Times from decision to reward.
  public struct Delays: Sendable, Equatable {
    /// Half of the rewards came by then.
    public let median: Double
    /// Nine tenths came by then.
    public let ninetiethPercentile: Double
    /// All came by then.
    public let maximum: Double
    /// How many rewards have a delay.
    public let count: Int
  }

  /// Decisions.
  public let rows: Int
  /// Different actions among the choices.
  public let actions: Int
  /// Rows with a reward above 0.
  public let positives: Int
  /// Rows without any report of a reward.
  public let unreported: Int
  /// Smallest and largest usable propensity; nil where there is none.
  public let propensities: ClosedRange<Double>?
  /// Effective sample size for a policy that chooses uniformly; nil without usable propensities.
  public let uniformEffectiveSampleSize: Double?
  /// Times from decision to reward; nil where there is none.
  public let delays: Delays?
  /// The problems.
  public let findings: [Finding]
}
