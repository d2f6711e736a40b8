internal import Glibc
public import Learning
internal import LinearAlgebra

/// Conditional logit: utilities are a constant for each alternative and a linear function of attributes.
///
/// The log-likelihood is concave; Newton's method with step halving ends at its maximum. D. McFadden: "Conditional logit
/// analysis of qualitative choice behavior", 1974. The last alternative's constant is 0.
///
///     let model = try ConditionalLogit().fit(observations)
///     model.coefficients            // one for each alternative but the last, then one for each attribute
public struct ConditionalLogit: Estimator {
  /// Weight of half the squared coefficients, 0 or more; helps where attributes separate the choices.
  public var ridge = 0.0

  /// Largest component of the mean gradient at which to stop, above 0.
  public var tolerance = 1e-10

  /// Most Newton steps, 1 or more.
  public var maximumSteps = 100

  /// Creates the default recipe.
  public init() {}

  /// What is out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(ridge >= 0 && ridge.isFinite, "ridge", given: ridge, expected: "0 or more")
    found.require(
      tolerance > 0 && tolerance < 1, "tolerance", given: tolerance, expected: "above 0 and below 1")
    found.require(maximumSteps >= 1, "maximumSteps", given: maximumSteps, expected: "1 or more")
    return found.all
  }

  /// Learns coefficients.
  ///
  /// - Throws: `InvalidInput`; `CancellationError`.
  /// - Complexity: O(occasions alternatives coefficients^2) a step
  public func fit(_ observations: ChoiceObservations, on execution: Execution) throws -> ConditionalLogitModel
  {
    var problems = Violations(violations)
    problems.require(!observations.choices.isEmpty, "choices", given: "no row", expected: "one or more")
    try problems.throwIfAny()
    let width = observations.alternatives.count - 1 + observations.attributes.count
    var beta = [Double](repeating: 0, count: width)
    var point = Curvature(observations, beta, ridge: ridge)
    var status = SolveStatus.iterationLimit
    for step in 0..<maximumSteps {
      execution.progress.report(
        ProgressEvent(
          stage: "conditional logit", completed: step, total: nil, figure: ("log-likelihood", point.value)))
      try execution.cancellation.check()
      if point.gradient.allSatisfy({ abs($0) < tolerance }) {
        status = .converged
        break
      }
      guard let (next, reached) = newtonStep(from: beta, point, observations) else {
        status = .notIdentified
        break
      }
      (beta, point) = (next, reached)
    }
    let covariance = CholeskyFactor(point.information)?.inverse()
    if covariance == nil { status = .notIdentified }
    let scale = 1 / Double(observations.choices.count)
    return ConditionalLogitModel(
      alternatives: observations.alternatives, attributes: observations.attributes, coefficients: beta,
      standardErrors: covariance.map { $0.diagonal.map { (max(0, $0) * scale).squareRoot() } }, status: status
    )
  }

  /// A Newton step, halved until the likelihood does not fall; nil where there is no direction or no step helps.
  private func newtonStep(
    from beta: [Double], _ point: Curvature, _ observations: ChoiceObservations
  ) -> ([Double], Curvature)? {
    var damped = point.information
    var factor = CholeskyFactor(damped)
    // Coefficients that the data does not determine: the least damping that leaves a direction.
    var damping = 1e-10
    while factor == nil, damping < 1 {
      damped.addToDiagonal(damping)
      factor = CholeskyFactor(damped)
      damping *= 10
    }
    guard let direction = factor?.solve(point.gradient) else { return nil }
    var share = 1.0
    while share > 1e-8 {
      let next = zip(beta, direction).map { $0 + share * $1 }
      let reached = Curvature(observations, next, ridge: ridge)
      if reached.value >= point.value - 1e-15 * abs(point.value) { return (next, reached) }
      share /= 2
    }
    return nil
  }
}

/// Mean log-likelihood with ridge, its gradient and its negative second derivatives at one point.
private struct Curvature {
  private(set) var value = 0.0
  private(set) var gradient: [Double]
  private(set) var information: DoubleMatrix

  init(_ data: ChoiceObservations, _ beta: [Double], ridge: Double) {
    let (j, a) = (data.alternatives.count, data.attributes.count)
    let width = beta.count
    information = DoubleMatrix(rows: width, columns: width)
    gradient = [Double](repeating: 0, count: width)
    var matrix = [Double](repeating: 0, count: width * width)
    var utility = [Double](repeating: 0, count: j)
    var mean = [Double](repeating: 0, count: width)
    data.values.withUnsafeBufferPointer { values in
      for (t, choice) in data.choices.enumerated() {
        let row = UnsafeBufferPointer(rebasing: values[t * data.stride..<(t + 1) * data.stride])
        for i in 0..<j {
          var u = i < j - 1 ? beta[i] : 0
          for k in 0..<a { u += row[i * a + k] * beta[j - 1 + k] }
          utility[i] = u
        }
        let top = utility.max()!
        var total = 0.0
        for i in 0..<j {
          let e = exp(utility[i] - top)
          total += e
          utility[i] = utility[i] - top
          if i == choice { value += utility[i] }
        }
        value -= log(total)
        for k in 0..<width { mean[k] = 0 }
        for i in 0..<j {
          let p = exp(utility[i]) / total
          utility[i] = p
          if i < j - 1 { mean[i] = p }
          for k in 0..<a { mean[j - 1 + k] += p * row[i * a + k] }
        }
        if choice < j - 1 { gradient[choice] += 1 }
        for k in 0..<a { gradient[j - 1 + k] += row[choice * a + k] }
        for k in 0..<width { gradient[k] -= mean[k] }
        // Sum of p x x^T over alternatives less the mean's square; constants have one entry each.
        for i in 0..<j {
          let p = utility[i]
          if i < j - 1 { matrix[i * width + i] += p }
          for k in 0..<a {
            let weighted = p * row[i * a + k]
            if i < j - 1 { matrix[(j - 1 + k) * width + i] += weighted }
            for l in 0...k { matrix[(j - 1 + k) * width + j - 1 + l] += weighted * row[i * a + l] }
          }
        }
        for k in 0..<width {
          for l in 0...k { matrix[k * width + l] -= mean[k] * mean[l] }
        }
      }
    }
    let scale = 1 / Double(data.choices.count)
    value *= scale
    for k in 0..<width {
      gradient[k] = gradient[k] * scale - ridge * beta[k] * scale
      value -= ridge * beta[k] * beta[k] / 2 * scale
      for l in 0...k {
        let entry = matrix[k * width + l] * scale + (k == l ? ridge * scale : 0)
        information[k, l] = entry
        information[l, k] = entry
      }
    }
  }
}
