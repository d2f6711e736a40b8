public import Learning
public import LinearAlgebra

/// Bayesian probit regression, one outcome at a time, with a normal posterior of full covariance.
///
/// As ``ProbitFilter`` with g = C x, S² = 1 + x'g: m += (y v/S) g, C -= (w/S²) g g'. For up to some 2,000 features.
public struct FullProbitFilter: OnlineLearner, Sendable, Equatable {
  /// Posterior means.
  public private(set) var mean: [Double]

  /// Posterior covariance, symmetric.
  public private(set) var covariance: DoubleMatrix

  /// Starts from a prior.
  public init(prior: NormalPrior) {
    mean = prior.mean
    covariance = DoubleMatrix(diagonal: prior.variance)
  }

  /// Number of features.
  public var featureCount: Int { mean.count }

  /// Takes one outcome into account.
  ///
  /// - Throws: ``InvalidInput`` when a feature is unknown or a value not finite; the filter is then as it was.
  /// - Complexity: O(`featureCount`²)
  public mutating func update(with outcome: Outcome) throws {
    try Violations(outcome.features.violations(featureCount: featureCount)).throwIfAny()
    let (gain, score, variance) = project(outcome.features)
    let square = 1 + variance
    let root = square.squareRoot()
    let sign = outcome.isConverted ? 1.0 : -1.0
    let (v, w) = ProbitCorrection.of(sign * score / root)
    let (step, shrink) = (sign * v / root, w / square)
    for i in gain.indices { mean[i] += step * gain[i] }
    let count = featureCount
    covariance.values.withUnsafeMutableBufferPointer { covariance in
      for i in 0..<count {
        let factor = shrink * gain[i]
        if factor == 0 { continue }
        for j in 0..<count { covariance[i * count + j] -= factor * gain[j] }
      }
    }
  }

  /// What is expected of features.
  ///
  /// - Throws: ``InvalidInput`` when a feature is unknown or a value not finite.
  public func predict(_ features: FeatureVector) throws -> Prediction {
    try Violations(features.violations(featureCount: featureCount)).throwIfAny()
    let (_, score, variance) = project(features)
    return Prediction(scoreMean: score, scoreVariance: max(0, variance), link: .probit)
  }

  /// C x, x'm and x'C x.
  private func project(_ features: FeatureVector) -> (gain: [Double], score: Double, variance: Double) {
    var gain = [Double](repeating: 0, count: featureCount)
    var score = 0.0
    for (index, x) in zip(features.indices, features.values) {
      score += x * mean[Int(index)]
      let row = covariance.row(Int(index))
      for (j, value) in row.enumerated() { gain[j] += x * value }
    }
    let variance = zip(features.indices, features.values).reduce(0) { $0 + $1.1 * gain[Int($1.0)] }
    return (gain, score, variance)
  }
}
