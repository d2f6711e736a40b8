internal import Glibc
internal import LinearAlgebra
internal import Probability

/// Newton's method for the posterior mode of counts that are known to be right; reused for many priors.
struct LaplaceFit {
  private let link: Link
  private let offsets: [Int]
  private let indices: [Int32]
  private let values: [Double]
  private let shows: [Double]
  private let conversions: [Double]

  /// Keeps the rows that were shown.
  init(_ counts: ConversionCounts, _ link: Link) {
    self.link = link
    var (offsets, indices, values) = ([0], [Int32](), [Double]())
    var (shows, conversions) = ([Double](), [Double]())
    for (row, shown) in counts.shows.enumerated() where shown > 0 {
      indices.append(contentsOf: counts.rows[row].indices)
      values.append(contentsOf: counts.rows[row].values)
      offsets.append(indices.count)
      shows.append(shown)
      conversions.append(min(shown, counts.conversions[row]))
    }
    (self.offsets, self.indices, self.values) = (offsets, indices, values)
    (self.shows, self.conversions) = (shows, conversions)
  }

  /// The posterior under a prior, starting from given weights.
  func posterior(
    _ prior: NormalPrior, from start: [Double], maximumSteps: Int = 50, tolerance: Double = 1e-8
  ) -> GaussianPosterior {
    var weights = start
    var value = objective(weights, prior)
    var isConverged = false
    var (factor, gradient) = (
      CholeskyFactor(DoubleMatrix(diagonal: prior.variance.map { 1 / $0 }))!, [Double]()
    )
    for _ in 0..<maximumSteps {
      gradient = weights.indices.map { (prior.mean[$0] - weights[$0]) / prior.variance[$0] }
      guard let found = CholeskyFactor(information(weights, prior, &gradient)) else { break }
      factor = found
      let step = found.solve(gradient)
      // Half the step until the posterior does not fall: far from the mode a full one can overshoot.
      var length = 1.0
      var next = weights
      for _ in 0..<30 {
        for i in next.indices { next[i] = weights[i] + length * step[i] }
        let found = objective(next, prior)
        if found >= value - 1e-9 * abs(value) {
          value = found
          break
        }
        length /= 2
      }
      weights = next
      if length * (step.lazy.map { abs($0) }.max() ?? 0) < tolerance {
        isConverged = true
        break
      }
    }
    let evidence =
      value - 0.5 * prior.variance.reduce(0) { $0 + log($1) } - 0.5 * factor.logDeterminant
    return GaussianPosterior(
      mean: weights, precision: factor, link: link, logEvidence: evidence, isConverged: isConverged)
  }

  /// Log likelihood plus log prior without its constants.
  private func objective(_ weights: [Double], _ prior: NormalPrior) -> Double {
    var sum = 0.0
    for row in shows.indices {
      let z = score(row, weights)
      let (won, lost) = logProbabilities(z)
      sum += conversions[row] * won + (shows[row] - conversions[row]) * lost
    }
    for i in weights.indices {
      let difference = weights[i] - prior.mean[i]
      sum -= 0.5 * difference * difference / prior.variance[i]
    }
    return sum
  }

  private func score(_ row: Int, _ weights: [Double]) -> Double {
    var sum = 0.0
    for place in offsets[row]..<offsets[row + 1] { sum += values[place] * weights[Int(indices[place])] }
    return sum
  }

  private func logProbabilities(_ z: Double) -> (won: Double, lost: Double) {
    switch link {
    case .probit: (StandardNormal.logCumulative(z), StandardNormal.logCumulative(-z))
    // log σ(z) without overflow on either side.
    case .logit: (min(z, 0) - log1p(exp(-abs(z))), min(-z, 0) - log1p(exp(-abs(z))))
    }
  }

  /// The precision at given weights; the gradient of the likelihood is added to `gradient`.
  private func information(
    _ weights: [Double], _ prior: NormalPrior, _ gradient: inout [Double]
  ) -> DoubleMatrix {
    let count = weights.count
    var matrix = DoubleMatrix(diagonal: prior.variance.map { 1 / $0 })
    matrix.values.withUnsafeMutableBufferPointer { matrix in
      for row in shows.indices {
        let (slope, curvature) = derivatives(row, score(row, weights))
        for first in offsets[row]..<offsets[row + 1] {
          let (i, x) = (Int(indices[first]), values[first])
          gradient[i] += slope * x
          let weight = curvature * x
          // Only the lower triangle is read.
          for second in offsets[row]..<offsets[row + 1] where indices[second] <= indices[first] {
            matrix[i * count + Int(indices[second])] += weight * values[second]
          }
        }
      }
    }
    return matrix
  }

  /// First derivative of a row's log likelihood by its score, and the expected information.
  private func derivatives(_ row: Int, _ z: Double) -> (slope: Double, curvature: Double) {
    let (n, k) = (shows[row], conversions[row])
    switch link {
    case .probit:
      // f/q and f/(1 - q) stay exact in both tails.
      let (low, high) = (StandardNormal.hazard(z), StandardNormal.hazard(-z))
      return (k * low - (n - k) * high, n * low * high)
    case .logit:
      let q = Prediction.logistic(z)
      return (k - n * q, n * q * (1 - q))
    }
  }
}
