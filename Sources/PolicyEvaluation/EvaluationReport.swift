public import Probability

/// What a log says of a policy.
public struct EvaluationReport: Sendable, Equatable {
  /// Whether the estimates may be relied upon.
  public let status: EvaluationStatus

  /// What speaks against it.
  public let concerns: [EvaluationConcern]

  /// The weights, the support, the number of rewards.
  public let diagnostics: WeightDiagnostics

  /// One for each estimator, in the order of ``OffPolicyEvaluation/estimators``.
  public let estimates: [OffPolicyEstimate]

  /// Mean reward of the log: the value of the policy that made it.
  public let loggedValue: Double

  /// Doubly robust estimate minus ``loggedValue``, on the same rows; nil where it is undefined.
  public let difference: ConfidenceInterval?

  /// What an estimator gives.
  public subscript(name: String) -> OffPolicyEstimate? { estimates.first { $0.estimator.name == name } }
}

/// The estimate of one estimator.
public struct OffPolicyEstimate: Sendable, Equatable {
  /// How it was made.
  public let estimator: OffPolicyEstimator

  /// The value of the policy a decision; nil where no row has any weight.
  public let value: Double?

  /// Lower and upper end; nil where the estimator has no valid interval.
  public let interval: ConfidenceInterval?
}

/// How two policies compare on one log.
public struct PolicyComparison: Sendable, Equatable {
  /// What a comparison comes to.
  public enum Verdict: String, Sendable, Codable {
    /// The first policy earns more.
    case better
    /// The first policy earns less.
    case worse
    /// The log does not tell which one earns more.
    case undecided
    /// The log cannot judge one of them.
    case refused
  }

  /// What it comes to.
  public let verdict: Verdict

  /// Doubly robust estimate of the first minus that of the second, on the same rows and resamples.
  public let difference: ConfidenceInterval?

  /// Probability of a difference as large if there were none, adjusted by Holm's method when several are compared
  /// (S. Holm, Scandinavian Journal of Statistics 6(2), 1979).
  public let adjustedProbability: Double

  /// The reports of both, first and second.
  public let reports: [EvaluationReport]
}
