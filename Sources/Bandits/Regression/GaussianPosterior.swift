public import Learning
public import LinearAlgebra

/// A normal posterior of weights, by its mean and the Cholesky factor of its precision.
public struct GaussianPosterior: Predictor, Equatable {
  /// Means, at the mode of the true posterior.
  public let mean: [Double]

  /// L with precision L Lᵀ.
  public let precision: CholeskyFactor

  /// How scores become probabilities.
  public let link: Link

  /// Log evidence of the data under the prior, up to a constant of the data.
  public let logEvidence: Double

  /// Whether the mode was found.
  public let isConverged: Bool

  /// Posterior variances of the weights.
  ///
  /// - Complexity: O(features³)
  public var variance: [Double] { precision.inverse().diagonal }

  /// What is expected of features.
  ///
  /// - Throws: ``InvalidInput`` when a feature is unknown or a value not finite.
  /// - Complexity: O(features²)
  public func predict(_ features: FeatureVector) throws -> Prediction {
    try Violations(features.violations(featureCount: mean.count)).throwIfAny()
    var dense = [Double](repeating: 0, count: mean.count)
    var score = 0.0
    for (index, x) in zip(features.indices, features.values) {
      dense[Int(index)] += x
      score += x * mean[Int(index)]
    }
    let root = precision.solveLower(dense)
    return Prediction(scoreMean: score, scoreVariance: root.reduce(0) { $0 + $1 * $1 }, link: link)
  }

  /// Weights m + scale L⁻ᵀ z: a draw from the posterior, narrowed by `scale`, for standard normal z.
  ///
  /// - Precondition: a number for each feature.
  /// - Complexity: O(features²)
  public func draw(_ z: [Double], scale: Double = 1) -> [Double] {
    var weights = precision.solveUpper(z)
    for i in weights.indices { weights[i] = mean[i] + scale * weights[i] }
    return weights
  }

  /// As ``draw(_:scale:)`` for every column of z, one draw a column.
  ///
  /// - Complexity: O(features² · columns)
  public func draws(_ z: DoubleMatrix, scale: Double = 1) -> DoubleMatrix {
    var weights = precision.solveUpper(z)
    let columns = weights.columns
    weights.values.withUnsafeMutableBufferPointer { weights in
      for i in mean.indices {
        for j in 0..<columns { weights[i * columns + j] = mean[i] + scale * weights[i * columns + j] }
      }
    }
    return weights
  }
}
