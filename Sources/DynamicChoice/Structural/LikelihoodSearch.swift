internal import Learning
internal import LinearAlgebra

/// Maximises a likelihood: BHHH steps first, trust-region Newton steps on differences of the gradient then.
///
/// BHHH is right from far away and where the model fits; it creeps where the outer products are far from the Hessian, so
/// Newton takes over after some steps or when a step gains much less than it promises.
struct LikelihoodSearch {
  /// Steps at the most.
  var limit = 200

  /// The gain of a full step, in units of log-likelihood, below which the search has converged.
  var tolerance = 1e-12

  /// BHHH steps before Newton takes over.
  var outerProductSteps = 15

  /// Where the gain is below this, rounding of the likelihood hides it and steps are not searched along any more.
  private let roundingGain = 1e-7

  /// More parameters than this stay with BHHH: the differences would cost more than they gain.
  private let largestHessian = 40

  /// The best point found and how it was found.
  struct Result {
    var point: ChoiceLikelihood.Point
    var iterations = 0
    var converged = false
  }

  /// Maximises from a start.
  ///
  /// - Throws: `CancellationError`.
  func maximise(
    _ likelihood: inout ChoiceLikelihood, from start: [Double], on execution: Execution
  ) throws -> Result {
    var result = Result(point: likelihood.evaluate(start))
    guard result.point.value.isFinite else { return result }
    var newton = false
    var radius = 0.0
    var lastGain = Double.infinity
    var stalled = 0
    while result.iterations < limit {
      try execution.cancellation.check()
      execution.progress.report(
        ProgressEvent(
          stage: "maximising the likelihood", completed: result.iterations, total: nil,
          figure: ("log-likelihood", result.point.logLikelihood)))
      guard let basis = Basis(result.point.information, ridge: likelihood.ridge) else { break }
      let curvature = newton ? hessian(&likelihood, at: result.point, basis) : basis.curvature
      let slope = basis.directions.multiplied(by: result.point.gradient)
      guard let model = QuadraticModel(slope: slope, curvature: curvature) else { break }
      let full = model.step(radius: nil)
      let gain = model.isConcave ? full.slopeProduct : .infinity
      if gain < tolerance {
        result.converged = true
        break
      }
      result.iterations += 1
      if gain < roundingGain {
        // BHHH may creep here as anywhere; only where Newton no longer gets nearer is it rounding.
        let isSlow = gain >= lastGain / 2
        lastGain = gain
        if isSlow, !newton, canDifference(result.point) {
          newton = true
          lastGain = .infinity
          continue
        }
        stalled = isSlow ? stalled + 1 : 0
        if stalled == 3 {
          result.converged = true
          break
        }
        let next = likelihood.evaluate(moved(result.point.theta, full.step, basis, 1))
        guard next.value.isFinite, next.value > result.point.value - 1e-6 else {
          result.converged = true
          break
        }
        result.point = next
        if result.iterations >= outerProductSteps { newton = canDifference(result.point) }
        continue
      }
      if newton {
        if radius == 0 { radius = max(10, full.length) }
        let accepted = try trustRegionStep(&likelihood, &result, model, basis, &radius)
        if !accepted { break }
      } else {
        let promised = full.slopeProduct / 2
        let before = result.point.value
        let moved = lineSearch(&likelihood, &result, full, basis)
        let poor = !moved || result.point.value - before < 0.1 * promised
        if poor || result.iterations >= outerProductSteps {
          if canDifference(result.point) { newton = true } else if !moved { break }
        }
      }
    }
    return result
  }

  private func canDifference(_ point: ChoiceLikelihood.Point) -> Bool { point.theta.count <= largestHessian }

  /// The negative Hessian along the directions of a basis, from central differences of the gradient.
  private func hessian(
    _ likelihood: inout ChoiceLikelihood, at point: ChoiceLikelihood.Point, _ basis: Basis
  ) -> DoubleMatrix {
    let count = basis.directions.rows
    var matrix = DoubleMatrix(rows: count, columns: count)
    let width = 1e-3
    for i in 0..<count {
      let direction = Array(basis.directions.row(i))
      var difference = [Double](repeating: 0, count: point.theta.count)
      for sign in [1.0, -1.0] {
        let theta = zip(point.theta, direction).map { $0 + sign * width * $1 }
        let side = likelihood.evaluate(theta).gradient
        guard side.count == difference.count else { return basis.curvature }
        for k in side.indices { difference[k] += sign * side[k] }
      }
      let row = basis.directions.multiplied(by: difference)
      for j in 0..<count { matrix[i, j] = -row[j] / (2 * width) }
    }
    for i in 0..<count {
      for j in 0..<i {
        matrix[i, j] = (matrix[i, j] + matrix[j, i]) / 2
        matrix[j, i] = matrix[i, j]
      }
    }
    return matrix
  }

  private func moved(_ theta: [Double], _ step: [Double], _ basis: Basis, _ share: Double) -> [Double] {
    zip(theta, basis.directions.transposedMultiplied(by: step)).map { $0 + share * $1 }
  }

  /// Halves a step until the gain is in proportion to the slope (Armijo); whether a point was found.
  private func lineSearch(
    _ likelihood: inout ChoiceLikelihood, _ result: inout Result, _ full: QuadraticModel.Step, _ basis: Basis
  ) -> Bool {
    var share = 1.0
    while share > 1e-10 {
      let next = likelihood.evaluate(moved(result.point.theta, full.step, basis, share))
      if next.value > result.point.value + 1e-4 * share * full.slopeProduct {
        result.point = next
        return true
      }
      share /= 2
    }
    return false
  }

  /// Tries steps within a radius that shrinks until one gains; whether one did.
  private func trustRegionStep(
    _ likelihood: inout ChoiceLikelihood, _ result: inout Result, _ model: QuadraticModel, _ basis: Basis,
    _ radius: inout Double
  ) throws -> Bool {
    while radius > 1e-8 {
      let step = model.step(radius: radius)
      let next = likelihood.evaluate(moved(result.point.theta, step.step, basis, 1))
      let ratio = (next.value - result.point.value) / max(step.promise, 1e-300)
      if ratio > 0.75, step.length > 0.9 * radius { radius *= 3 }
      if !(ratio > 0.25) { radius = min(radius, step.length) / 4 }
      if ratio > 1e-4 {
        result.point = next
        return true
      }
    }
    return false
  }
}

/// Directions in which one step is one standard error, so that a radius means the same in all of them.
private struct Basis {
  /// One direction a row; those of which the outer products know nothing are left out.
  let directions: DoubleMatrix
  /// The outer products along the directions.
  let curvature: DoubleMatrix

  init?(_ information: DoubleMatrix, ridge: Double) {
    let count = information.rows
    let scale = information.diagonal.map { $0 + ridge > 0 ? 1 / ($0 + ridge).squareRoot() : 1 }
    var scaled = information
    scaled.addToDiagonal(ridge)
    for i in 0..<count { for j in 0..<count { scaled[i, j] *= scale[i] * scale[j] } }
    guard let eigen = SymmetricEigen(scaled) else { return nil }
    let known = (0..<count).filter { eigen.values[$0] > 1e-12 * max(1, eigen.values[count - 1]) }
    var directions = DoubleMatrix(rows: known.count, columns: count)
    for (row, place) in known.enumerated() {
      let length = 1 / eigen.values[place].squareRoot()
      for k in 0..<count { directions[row, k] = eigen.vectors[place, k] * scale[k] * length }
    }
    self.directions = directions
    curvature = .identity(known.count)
  }
}

/// slope'y - y'C y / 2, in coordinates where C is diagonal.
private struct QuadraticModel {
  struct Step {
    let step: [Double]
    /// slope'step.
    let slopeProduct: Double
    /// What the model gains by the step.
    let promise: Double
    let length: Double
  }

  private let eigen: SymmetricEigen
  private let slope: [Double]
  /// Curvatures below this share of the largest are directions in which nothing is known.
  private let floor: Double

  init?(slope: [Double], curvature: DoubleMatrix) {
    guard slope.allSatisfy(\.isFinite), let eigen = SymmetricEigen(curvature) else { return nil }
    self.eigen = eigen
    self.slope = eigen.vectors.multiplied(by: slope)
    floor = 1e-12 * max(abs(eigen.values.last ?? 0), abs(eigen.values.first ?? 0))
  }

  var isConcave: Bool { eigen.values.allSatisfy { $0 > -floor } }

  /// The best step, within a radius where one is given.
  func step(radius: Double?) -> Step {
    var shift = 0.0
    func coordinates(_ shift: Double) -> [Double] {
      slope.indices.map { eigen.values[$0] + shift > floor ? slope[$0] / (eigen.values[$0] + shift) : 0 }
    }
    func length(_ y: [Double]) -> Double { y.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    if let radius {
      let smallest = eigen.values.first ?? 0
      if smallest <= floor { shift = 2 * floor - smallest }
      if length(coordinates(shift)) > radius {
        var (low, high) = (shift, shift + length(slope) / radius + floor)
        for _ in 0..<100 {
          shift = (low + high) / 2
          if length(coordinates(shift)) > radius { low = shift } else { high = shift }
          if high - low <= 1e-3 * high { break }
        }
        shift = high
      }
    }
    let y = coordinates(shift)
    let product = zip(y, slope).reduce(0) { $0 + $1.0 * $1.1 }
    let quadratic = zip(y, eigen.values).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    return Step(
      step: eigen.vectors.transposedMultiplied(by: y), slopeProduct: product,
      promise: product - quadratic / 2,
      length: length(y))
  }
}
