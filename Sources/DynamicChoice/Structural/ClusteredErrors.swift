internal import Learning
internal import LinearAlgebra

/// The covariance of parameters when the choices of one customer may depend on each other beyond the model: a sandwich.
///
/// A^-1 B A^-1 with A minus the Hessian of the log-likelihood and B = C / (C - 1) sum over the C customers of g g', g the sum
/// of a customer's scores (K.-Y. Liang, S. Zeger: "Longitudinal Data Analysis Using Generalized Linear Models", Biometrika
/// 73(1), 1986). Transitions are taken as given.
struct ClusteredErrors {
  /// The covariance.
  let covariance: DoubleMatrix

  /// The step of the differences that give the Hessian, in standard errors.
  private static let width = 0.1

  /// Sums scores by customer; nil where there are fewer than two customers or the values cannot be solved.
  ///
  /// - Parameter inverse: the inverse information, which says how long a standard error is.
  /// - Throws: `CancellationError`.
  init?(
    _ inverse: DoubleMatrix, theta: [Double], data: ChoiceData, customers: CustomerChoices, values: [Double],
    ridge: Double, on execution: Execution
  ) throws {
    let count = theta.count
    var likelihood = ChoiceLikelihood(problem: data.problem, counts: data.counts, ridge: ridge, start: values)
    guard customers.count > 1, let scores = likelihood.scores(theta) else { return nil }
    var curvature = DoubleMatrix(rows: count, columns: count)
    for k in 0..<count {
      try execution.cancellation.check()
      let step = Self.width * max(inverse[k, k].squareRoot(), 1e-8)
      for sign in [1.0, -1.0] {
        var moved = theta
        moved[k] += sign * step
        let slope = likelihood.evaluate(moved).gradient
        guard slope.count == count else { return nil }
        for j in 0..<count { curvature[k, j] -= sign * slope[j] / (2 * step) }
      }
    }
    let symmetric = curvature.transposed()
    for i in curvature.values.indices {
      curvature.values[i] = (curvature.values[i] + symmetric.values[i]) / 2
    }
    let spread = Self.spread(customers, scores, parameters: count)
    let bread = InformationDiagnosis(curvature).covariance
    covariance = bread.multiplied(by: spread).multiplied(by: bread)
  }

  /// C / (C - 1) times the sum of outer products of the customers' scores.
  private static func spread(
    _ customers: CustomerChoices, _ scores: [Double], parameters count: Int
  ) -> DoubleMatrix {
    var spread = DoubleMatrix(rows: count, columns: count)
    var own = [Double](repeating: 0, count: count)
    for customer in 0..<customers.count {
      for k in 0..<count { own[k] = 0 }
      for place in customers.starts[customer]..<customers.starts[customer + 1] {
        let weight = customers.weights.isEmpty ? 1 : customers.weights[place]
        let cell = Int(customers.cells[place])
        for k in 0..<count { own[k] += weight * scores[cell * count + k] }
      }
      for i in 0..<count { for j in 0..<count { spread[i, j] += own[i] * own[j] } }
    }
    let factor = Double(customers.count) / Double(customers.count - 1)
    for i in spread.values.indices { spread.values[i] *= factor }
    return spread
  }
}
