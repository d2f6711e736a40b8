internal import Learning
internal import LinearAlgebra

/// The part of a covariance that comes from transitions which were themselves estimated.
///
/// C + C D C, with C the inverse of the information and D = sum over rows i and cells j of p_ij / n_i dg dg', where dg is the
/// derivative of the score when row i moves towards cell j (K. Murphy, R. Topel, Journal of Business & Economic Statistics
/// 3(4), 1985, for maximum likelihood in two steps).
struct TwoStepErrors {
  /// The covariance with both parts.
  let covariance: DoubleMatrix

  /// How the parameters answer when a row moves towards a cell, C dg: one row for each cell that is neither sure nor impossible.
  let responses: DoubleMatrix

  /// The cells of the responses: rows of the dynamics, then cells.
  static func cells(of dynamics: any EstimatedDynamics) -> [(row: Int, cell: Int, variance: Double)] {
    dynamics.rows.enumerated().flatMap { place, row in
      row.observations > 0
        ? row.probabilities.indices.filter { row.probabilities[$0] > 0 && row.probabilities[$0] < 1 }.map {
          (place, $0, row.probabilities[$0] / row.observations)
        } : []
    }
  }

  /// How much of a row's probability is moved to see what it does.
  static let share = 1e-4

  /// Moves every cell a little.
  ///
  /// - Parameter inverse: C, the inverse information.
  /// - Throws: what the dynamics throw; `CancellationError`.
  init(
    _ inverse: DoubleMatrix, theta: [Double], data: ChoiceData, dynamics: any EstimatedDynamics,
    values: [Double],
    on execution: Execution
  ) throws {
    let count = theta.count
    let cells = Self.cells(of: dynamics)
    var base = ChoiceLikelihood(problem: data.problem, counts: data.counts, start: values)
    let gradient = base.evaluate(theta).gradient
    var responses = DoubleMatrix(rows: cells.count, columns: count)
    var covariance = inverse
    let slopes = try concurrentMap(count: cells.count, threads: execution.threads, scratch: {}) { _, place in
      try execution.cancellation.check()
      var likelihood = ChoiceLikelihood(
        problem: try dynamics.problem(moving: cells[place].row, to: cells[place].cell, by: Self.share),
        counts: data.counts, start: values)
      return likelihood.evaluate(theta).gradient
    }
    for (place, moved) in slopes.enumerated() {
      guard moved.count == count, gradient.count == count else { continue }
      let variance = cells[place].variance
      let response = inverse.multiplied(by: moved.indices.map { (moved[$0] - gradient[$0]) / Self.share })
      for i in 0..<count {
        responses[place, i] = response[i]
        for j in 0..<count { covariance[i, j] += variance * response[i] * response[j] }
      }
    }
    (self.covariance, self.responses) = (covariance, responses)
  }
}
