public import LinearAlgebra

/// Multinomial logits of several groups that resemble each other: each column's coefficients come from one normal
/// distribution, whose mean and variance are learned from all groups.
///
/// Expectation-maximisation with normal approximations of the groups' coefficients (C. Morris: "Parametric Empirical Bayes
/// Inference", Journal of the American Statistical Association 78, 1983; A. Dempster, N. Laird, D. Rubin, 1977). A ridge is
/// the same with one variance for all columns, chosen from outside.
public struct SharedLogits: Sendable {
  /// The logit of each group.
  public let logits: [MultinomialLogit]

  /// The mean of the groups' coefficients, one row for each action but the first.
  public let center: DoubleMatrix

  /// How much groups differ in each column: the variance of its coefficients.
  public let variances: [Double]

  /// Variances below this would be divided by.
  private static let smallest = 1e-4

  /// Fits all groups together.
  ///
  /// - Parameters:
  ///   - groups: a design and n x A counts for each group.
  ///   - rounds: steps of expectation-maximisation at the most.
  /// - Precondition: one group or more; all have the same columns and actions.
  /// - Complexity: O(rounds x n (A D)^2)
  public init(_ groups: [(design: DoubleMatrix, counts: DoubleMatrix)], rounds: Int = 40) {
    precondition(!groups.isEmpty, "one group or more")
    let columns = groups[0].design.columns
    var variances = [Double](repeating: 1, count: columns)
    var center = MultinomialLogit(
      design: Self.joined(groups.map(\.design)), counts: Self.joined(groups.map(\.counts)), ridge: variances
    ).coefficients
    var logits: [MultinomialLogit] = []
    for _ in 0..<rounds {
      let ridge = variances.map { 1 / $0 }
      logits = groups.enumerated().map { place, group in
        MultinomialLogit(
          design: group.design, counts: group.counts, ridge: ridge, center: center,
          start: logits.isEmpty ? nil : logits[place].coefficients)
      }
      var mean = DoubleMatrix(rows: center.rows, columns: columns)
      for logit in logits {
        for (place, value) in logit.coefficients.values.enumerated() {
          mean.values[place] += value / Double(groups.count)
        }
      }
      var squares = [Double](repeating: 0, count: columns)
      for (group, logit) in zip(groups, logits) {
        let spread = logit.variances(design: group.design, counts: group.counts, ridge: ridge)
        for (place, value) in logit.coefficients.values.enumerated() {
          let difference = value - mean.values[place]
          squares[place % columns] += difference * difference + spread.values[place]
        }
      }
      let next = squares.map { max(Self.smallest, $0 / Double(groups.count * center.rows)) }
      let change = zip(next, variances).map { abs($0 / $1 - 1) }.max() ?? 0
      (center, variances) = (mean, next)
      if change < 1e-3 { break }
    }
    (self.logits, self.center, self.variances) = (logits, center, variances)
  }

  /// The rows of all matrices.
  private static func joined(_ parts: [DoubleMatrix]) -> DoubleMatrix {
    var result = DoubleMatrix(rows: parts.reduce(0) { $0 + $1.rows }, columns: parts[0].columns)
    result.values = parts.flatMap(\.values)
    return result
  }
}
