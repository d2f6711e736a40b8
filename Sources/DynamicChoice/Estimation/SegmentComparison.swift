public import Learning
internal import LinearAlgebra
internal import Probability

/// The same model estimated for each segment of the customers, and a joint test that all have the same tastes.
///
/// Wald: sum over segments of (theta_g - m)' C_g^-1 (theta_g - m), with m the mean weighted by the inverse covariances, is
/// chi-squared with K (G - 1) degrees of freedom where tastes are equal.
public struct SegmentComparison: Sendable {
  /// An estimate for each segment, by name.
  public let estimates: [(name: String, estimate: ChoiceEstimate)]
  /// The Wald statistic; nil where an estimate is not identified.
  public let statistic: Double?
  /// Its degrees of freedom.
  public let degreesOfFreedom: Int
  /// The probability of so large a statistic where tastes are equal.
  public let pValue: Double?

  /// Estimates every segment.
  ///
  /// - Throws: ``InvalidInput`` when there are fewer than two segments, or a customer has several; `CancellationError`.
  public init(
    _ file: ChoiceModelFile, _ panel: ChoicePanel, recipe: EstimationRecipe,
    on execution: Execution = Execution()
  ) throws {
    let parts = try panel.bySegment()
    guard parts.count >= 2 else {
      throw InvalidInput("segment", given: "\(parts.count) different values", expected: "2 or more")
    }
    estimates = try parts.map { ($0.name, try ChoiceEstimate(file, $0.panel, recipe: recipe, on: execution)) }
    let count = estimates[0].estimate.parameters.count
    degreesOfFreedom = count * (parts.count - 1)
    let structural = estimates.compactMap(\.estimate.structural)
    let precisions = structural.compactMap { estimate -> (theta: [Double], precision: DoubleMatrix)? in
      guard estimate.status == .converged, let covariance = estimate.covariance,
        let factor = CholeskyFactor(covariance)
      else { return nil }
      return (estimate.theta, factor.inverse())
    }
    guard count > 0, precisions.count == parts.count else {
      (statistic, pValue) = (nil, nil)
      return
    }
    var total = DoubleMatrix(rows: count, columns: count)
    var weighted = [Double](repeating: 0, count: count)
    for (theta, precision) in precisions {
      for i in total.values.indices { total.values[i] += precision.values[i] }
      for (k, value) in precision.multiplied(by: theta).enumerated() { weighted[k] += value }
    }
    guard let mean = CholeskyFactor(total)?.solve(weighted) else {
      (statistic, pValue) = (nil, nil)
      return
    }
    let statistic = precisions.reduce(0.0) { sum, part in
      let difference = zip(part.theta, mean).map { $0 - $1 }
      return sum + zip(difference, part.precision.multiplied(by: difference)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    self.statistic = statistic
    pValue = ChiSquared(degreesOfFreedom: Double(degreesOfFreedom)).upperTail(statistic)
  }
}

extension ChoicePanel {
  /// The panel of each segment.
  ///
  /// - Throws: ``InvalidInput`` when a customer is in several.
  public func bySegment() throws -> [(name: String, panel: ChoicePanel)] {
    var problems = Violations()
    for row in 1..<max(1, rows.segments.count)
    where rows.customers[row] == rows.customers[row - 1] && rows.segments[row] != rows.segments[row - 1] {
      problems.require(
        false, "\(rows.place(row)), segment", given: "another segment of the same customer",
        expected: "one segment for each customer")
      if problems.all.count >= 10 { break }
    }
    try problems.throwIfAny()
    return try rows.segmentNames.enumerated().map { code, name in
      let own = rows.segments.indices.filter { Int(rows.segments[$0]) == code }
      var part = PanelRows(stateColumns: rows.states.count)
      part.source = rows.source
      part.customers = own.map { rows.customers[$0] }
      part.months = own.map { rows.months[$0] }
      part.states = rows.states.map { column in own.map { column[$0] } }
      part.actions = own.map { rows.actions[$0] }
      if !rows.weights.isEmpty { part.weights = own.map { rows.weights[$0] } }
      if !rows.lines.isEmpty { part.lines = own.map { rows.lines[$0] } }
      // The whole panel was checked for gaps.
      return (name, try ChoicePanel(part, allowsGaps: true))
    }
  }
}
