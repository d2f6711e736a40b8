public import Learning

/// An independent normal distribution for the weight of each feature.
public struct NormalPrior: Sendable, Equatable, Codable {
  /// Means.
  public var mean: [Double]

  /// Variances, above 0.
  public var variance: [Double]

  /// The same mean and variance for so many features.
  public init(features: Int, mean: Double = 0, variance: Double = 1) {
    self.mean = [Double](repeating: mean, count: features)
    self.variance = [Double](repeating: variance, count: features)
  }

  /// What is known of each group, given to each of its features.
  ///
  /// - Precondition: `groups` holds numbers of `priors`.
  public init(groups: [Int], priors: [GroupPrior]) {
    mean = groups.map { priors[$0].mean }
    variance = groups.map { priors[$0].variance }
  }

  /// The prior of a model that starts from another shop's posterior: as certain as that one with `widening` times its
  /// variance and a quarter of the group's added.
  ///
  /// - Precondition: as many features on both sides.
  public init(warmStartFrom posterior: GaussianPosterior, widening: Double = 4, groupVariance: [Double]) {
    precondition(groupVariance.count == posterior.mean.count, "a group variance for each feature")
    mean = posterior.mean
    variance = zip(posterior.variance, groupVariance).map { widening * $0 + 0.25 * $1 }
  }

  /// Number of features.
  public var count: Int { mean.count }

  /// Everything that keeps it from being used.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require(
      mean.count == variance.count, "prior", given: "\(variance.count) variances",
      expected: "\(mean.count) as there are means")
    problems.require(
      mean.allSatisfy(\.isFinite), "prior", given: "a mean that is not finite", expected: "finite means")
    problems.require(
      variance.allSatisfy { $0 > 0 && $0.isFinite }, "prior",
      given: "a variance that is not positive and finite",
      expected: "positive variances")
    return problems.all
  }
}

/// What the weights of a group of features have in common.
public struct GroupPrior: Sendable, Equatable, Codable {
  /// Their mean.
  public var mean: Double

  /// Their variance.
  public var variance: Double

  /// Creates a prior.
  public init(mean: Double = 0, variance: Double = 1) {
    self.mean = mean
    self.variance = variance
  }
}
