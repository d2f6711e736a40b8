/// What the weights say about whether a log can tell of a policy.
public struct WeightDiagnostics: Sendable, Equatable, Codable {
  /// (Σ w)² / Σ w²: how many rows of equal weight would tell as much. L. Kish: "Survey Sampling", 1965.
  public let effectiveSampleSize: Double

  /// The largest weight.
  public let maximumWeight: Double

  /// The share of the largest weight in the sum of all.
  public let largestShare: Double

  /// Mean weight: 1 but for chance when propensities are right and every action is supported.
  public let meanWeight: Double

  /// Standard error of the mean weight.
  public let meanWeightError: Double

  /// Probability that the policy puts on actions that the log never shows in their cell.
  public let unsupported: Double

  /// Share of rows whose propensity is below .001.
  public let rareShare: Double

  /// Decisions.
  public let rows: Int

  /// Decisions with a reward above the lowest.
  public let positives: Int

  init(_ table: OutcomeTable, propensities: [Double], unsupported: Double) {
    rows = table.count
    let (sum, squares) = table.weights.reduce(into: (0.0, 0.0)) { $0 = ($0.0 + $1, $0.1 + $1 * $1) }
    effectiveSampleSize = squares > 0 ? sum * sum / squares : 0
    maximumWeight = table.weights.max() ?? 0
    largestShare = sum > 0 ? maximumWeight / sum : 0
    let count = Double(rows)
    meanWeight = sum / count
    let mean = meanWeight
    let spread = table.weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    meanWeightError = rows > 1 ? (spread / (count - 1) / count).squareRoot() : 0
    self.unsupported = unsupported
    rareShare = Double(propensities.count { $0 < 0.001 }) / count
    positives = table.rewards.count { $0 > 0 }
  }

  /// What speaks against trusting an estimate, the grave reasons first.
  var concerns: [EvaluationConcern] {
    var found: [EvaluationConcern] = []
    let size = effectiveSampleSize
    if size < 100 { found.append(.fewEffectiveRows(size)) }
    if unsupported > 0.05 { found.append(.unsupportedActions(unsupported)) }
    // Rounding alone must not look like a deviation where all weights are equal.
    let deviation = abs(meanWeight - 1)
    if deviation > max(4 * meanWeightError, 1e-9) || deviation > 0.5 {
      found.append(.meanWeightNotOne(meanWeight, standardError: meanWeightError))
    }
    if largestShare > 0.1 { found.append(.dominatingRow(share: largestShare)) }
    if positives < 10 { found.append(.hardlyAnyRewards(positives)) }
    if size >= 100, size < 1000 || size < 0.05 * Double(rows) { found.append(.limitedEffectiveRows(size)) }
    if positives >= 10, positives < 100 { found.append(.fewRewards(positives)) }
    if maximumWeight > 100 { found.append(.largeWeights(maximumWeight)) }
    return found
  }
}
