/// One estimated parameter.
public struct Estimate: Codable, Sendable, Equatable {
  /// The feature it belongs to.
  public let name: String

  /// The estimate.
  public let value: Double

  /// Its standard error; nil where there is none to give.
  public let standardError: Double?

  /// What the data can say of it.
  public let verdict: Verdict

  /// Creates an estimate.
  public init(name: String, value: Double, standardError: Double?, verdict: Verdict) {
    (self.name, self.value, self.standardError, self.verdict) = (name, value, standardError, verdict)
  }

  /// Lower end of the 95 % interval.
  public var low: Double? { standardError.map { value - Self.normalQuantile * $0 } }

  /// Upper end of the 95 % interval.
  public var high: Double? { standardError.map { value + Self.normalQuantile * $0 } }

  /// The .975 quantile of the normal distribution.
  static let normalQuantile = 1.959963984540054
}

/// Whether data can tell a parameter from the others.
public enum Verdict: String, Codable, Sendable {
  /// The data tell it from every other one.
  case separate = "separately identified"
  /// The data hardly tell it from others: condition index 20 to 30.
  case weak = "weakly identified"
  /// Only a combination with others is known.
  case notSeparate = "not separately identified"
  /// The data say nothing of it.
  case notIdentified = "not identified"
}

/// How an estimation ended.
public enum FitStatus: Sendable, Equatable, Codable {
  /// At a maximum.
  case converged
  /// The limit of steps was reached before.
  case iterationLimit
  /// The data do not determine what was asked for, for these reasons.
  case notIdentified([String])
  /// Values could not be solved, or grew without bound.
  case diverged

  /// In a word: "converged", "iteration-limit", "not-identified", "diverged".
  public var word: String {
    switch self {
    case .converged: "converged"
    case .iterationLimit: "iteration-limit"
    case .notIdentified: "not-identified"
    case .diverged: "diverged"
    }
  }
}
