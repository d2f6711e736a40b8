internal import LinearAlgebra

/// The part of a covariance that comes from transitions which were themselves estimated.
///
/// C + C D C, with C the inverse of the information and D = sum over rows i and cells j of p_ij / n_i dg dg', where dg is the
/// derivative of the score when row i moves towards cell j (K. Murphy, R. Topel, Journal of Business & Economic Statistics
/// 3(4), 1985, for maximum likelihood in two steps).
enum TwoStepErrors {
  /// The covariance with both parts.
  ///
  /// - Throws: what the dynamics throw.
  static func covariance(
    _ inverse: DoubleMatrix, theta: [Double], data: ChoiceData, dynamics: any EstimatedDynamics, values: [Double]
  ) throws -> DoubleMatrix {
    let count = theta.count
    let share = 1e-4
    var base = ChoiceLikelihood(problem: data.problem, counts: data.counts, start: values)
    let gradient = base.evaluate(theta).gradient
    var spread = DoubleMatrix(rows: count, columns: count)
    for (place, row) in dynamics.rows.enumerated() where row.observations > 0 {
      for (cell, probability) in row.probabilities.enumerated() where probability > 0 && probability < 1 {
        var likelihood = ChoiceLikelihood(
          problem: try dynamics.problem(moving: place, to: cell, by: share), counts: data.counts, start: values)
        let moved = likelihood.evaluate(theta).gradient
        guard moved.count == count, gradient.count == count else { continue }
        let slope = moved.indices.map { (moved[$0] - gradient[$0]) / share }
        for i in 0..<count {
          for j in 0..<count { spread[i, j] += probability / row.observations * slope[i] * slope[j] }
        }
      }
    }
    let extra = inverse.multiplied(by: spread).multiplied(by: inverse)
    var result = inverse
    for i in result.values.indices { result.values[i] += extra.values[i] }
    return result
  }
}
