/// Whether an estimate may be relied upon.
public enum EvaluationStatus: String, Sendable, Codable {
  /// Nothing speaks against it.
  case trusted
  /// It may be used with the stated reservations.
  case caution
  /// The log cannot tell; the numbers are there and must not be used.
  case refused
}

/// Something that speaks against relying on an estimate.
public enum EvaluationConcern: Sendable, Equatable {
  /// Fewer than 100 rows' worth of information.
  case fewEffectiveRows(Double)
  /// More than 5 % of the policy's probability lies on actions that the log does not show.
  case unsupportedActions(Double)
  /// The weights do not average to 1: propensities are wrong, or rare actions are missing.
  case meanWeightNotOne(Double, standardError: Double)
  /// One row has more than a tenth of all weight.
  case dominatingRow(share: Double)
  /// Fewer than 10 positive rewards.
  case hardlyAnyRewards(Int)
  /// Fewer than 1,000 rows' worth, or less than 5 % of the rows.
  case limitedEffectiveRows(Double)
  /// Fewer than 100 positive rewards.
  case fewRewards(Int)
  /// Some weight is above 100.
  case largeWeights(Double)
  /// Propensities were estimated afterwards.
  case estimatedPropensities

  /// Whether it means that the log cannot tell.
  public var isGrave: Bool {
    switch self {
    case .fewEffectiveRows, .unsupportedActions, .meanWeightNotOne, .dominatingRow, .hardlyAnyRewards: true
    case .limitedEffectiveRows, .fewRewards, .largeWeights, .estimatedPropensities: false
    }
  }

  /// The concern as a machine reads it.
  public var code: String {
    switch self {
    case .fewEffectiveRows: "few_effective_rows"
    case .unsupportedActions: "unsupported_actions"
    case .meanWeightNotOne: "mean_weight_not_one"
    case .dominatingRow: "dominating_row"
    case .hardlyAnyRewards: "hardly_any_rewards"
    case .limitedEffectiveRows: "limited_effective_rows"
    case .fewRewards: "few_rewards"
    case .largeWeights: "large_weights"
    case .estimatedPropensities: "estimated_propensities"
    }
  }
}

extension EvaluationConcern: CustomStringConvertible {
  /// The concern as a person reads it.
  public var description: String {
    switch self {
    case .fewEffectiveRows(let size):
      "effective sample size \(size.rounded(to: 1)), at least 100 needed: the policy hardly ever does what was logged"
    case .unsupportedActions(let share):
      "\((100 * share).rounded(to: 1)) % of the policy's choices were never logged where it makes them, at most 5 %"
        + " allowed"
    case .meanWeightNotOne(let mean, let error):
      "mean weight \(mean.rounded(to: 3)) ± \(error.rounded(to: 3)), expected 1: propensities are wrong or rare choices"
        + " are missing"
    case .dominatingRow(let share):
      "one row has \((100 * share).rounded(to: 1)) % of all weight, at most 10 % allowed"
    case .hardlyAnyRewards(let count): "\(count) positive rewards, at least 10 needed"
    case .limitedEffectiveRows(let size):
      "effective sample size \(size.rounded(to: 0)): less than 1,000 or than 5 % of the rows"
    case .fewRewards(let count): "\(count) positive rewards, fewer than 100"
    case .largeWeights(let weight): "weights up to \(weight.rounded(to: 0)), above 100"
    case .estimatedPropensities: "propensities were estimated from the log, not logged"
    }
  }
}

extension [EvaluationConcern] {
  /// What they come to together.
  var status: EvaluationStatus {
    isEmpty ? .trusted : contains { $0.isGrave } ? .refused : .caution
  }
}

extension Double {
  /// The number with a fixed number of decimals, for messages.
  func rounded(to decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let whole = (abs(self) * scale).rounded()
    guard whole < 1e15 else { return "\(self)" }
    let digits = String(Int(whole))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = self < 0 && whole > 0 ? "-" : ""
    return sign + padded.dropLast(decimals) + (decimals > 0 ? "." + padded.suffix(decimals) : "")
  }
}
