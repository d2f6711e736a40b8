internal import Glibc
public import Learning
internal import LinearAlgebra

/// Learns for each group of features how much their weights differ, so that rare features are shrunk and common ones are free.
///
///     let learned = try MetaPrior.evidence(counts, groups: groups, start: priors)
///     learned.priors[2].variance         // spread of the group's weights
///
/// The weights of a group are taken as draws from a normal distribution. In the spirit of *Bayesian Meta-Prior Learning*, arXiv
/// 2002.01129 (Management Science 2022), of which only the abstract was available to us: the formulas are our own statement.
public struct MetaPrior: Sendable, Equatable, Codable {
  /// How spreads were learned.
  public enum Method: String, Sendable, Codable, CaseIterable {
    /// Differences between posterior means, less their own uncertainty.
    case moments
    /// The same after the prior was taken out of the posterior.
    case divided
    /// The spreads under which the data are most probable.
    case evidence
  }

  /// How spreads were learned.
  public let method: Method

  /// The prior of each group.
  public let priors: [GroupPrior]

  /// The variance of each group before bounds were applied; nil where the group kept its prior.
  public let raw: [Double?]

  /// Rounds of the iteration; 1 for moments.
  public let rounds: Int

  /// Whether the iteration came to rest.
  public let isConverged: Bool

  /// Variances lie between these bounds.
  public static let bounds = 1e-4...4.0

  /// Groups whose variance would have been below the lower bound.
  public var floored: [Int] { raw.indices.filter { raw[$0].map { $0 < Self.bounds.lowerBound } ?? false } }

  /// From posterior means and variances: τ² = variance of the means less the mean of the variances.
  ///
  /// Right for nearly unbiased estimates only: posteriors that are shrunk by a wide prior give a negative difference, and the floor
  /// does the work; ``raw`` tells.
  ///
  /// - Precondition: mean, variance and group for each feature; groups are numbers of `start`.
  public static func moments(
    mean: [Double], variance: [Double], groups: [Int], start: [GroupPrior]
  ) -> MetaPrior {
    moments(.moments, zip(mean, variance).map { ($0, $1) }, groups, start)
  }

  /// As ``moments(mean:variance:groups:start:)`` on what the data alone say: 1/e² = 1/s² - 1/s₀², l = e² (m/s² - m₀/s₀²).
  ///
  /// Features of which the data say nothing are left out.
  public static func dividedMoments(
    mean: [Double], variance: [Double], prior: NormalPrior, groups: [Int], start: [GroupPrior]
  ) -> MetaPrior {
    let own = mean.indices.map { i -> (Double, Double)? in
      let precision = 1 / variance[i] - 1 / prior.variance[i]
      guard precision > 1e-6 else { return nil }
      return ((mean[i] / variance[i] - prior.mean[i] / prior.variance[i]) / precision, 1 / precision)
    }
    return moments(.divided, own, groups, start)
  }

  private static func moments(
    _ method: Method, _ estimates: [(mean: Double, variance: Double)?], _ groups: [Int], _ start: [GroupPrior]
  ) -> MetaPrior {
    var (priors, raw) = (start, [Double?](repeating: nil, count: start.count))
    for group in start.indices {
      let own = groups.indices.compactMap { groups[$0] == group ? estimates[$0] : nil }
      guard own.count > 1 else { continue }
      let count = Double(own.count)
      let mean = own.reduce(0) { $0 + $1.mean } / count
      let spread = own.reduce(0) { $0 + ($1.mean - mean) * ($1.mean - mean) } / (count - 1)
      let variance = spread - own.reduce(0) { $0 + $1.variance } / count
      raw[group] = variance
      priors[group] = GroupPrior(mean: mean, variance: clamped(variance))
    }
    return MetaPrior(method: method, priors: priors, raw: raw, rounds: 1, isConverged: true)
  }

  /// From the data, by expectation maximisation: fit, then τ² = mean of s² + (m - μ)² over the group, until nothing changes by a
  /// thousandth or the rounds are used up. The evidence never falls.
  ///
  /// - Parameter start: where variances start; groups of a single feature keep theirs. A group whose mean is not 0 keeps it.
  /// - Throws: ``InvalidInput`` when counts and groups do not fit; `CancellationError`.
  /// - Complexity: O(rounds · (rows · features of a row² + features³))
  public static func evidence(
    _ counts: ConversionCounts, groups: [Int], start: [GroupPrior], link: Link = .probit, rounds: Int = 25,
    execution: Execution = Execution()
  ) throws -> MetaPrior {
    var problems = Violations(counts.violations(featureCount: groups.count))
    problems.require(
      groups.allSatisfy { start.indices.contains($0) }, "groups", given: "number \(groups.max() ?? 0)",
      expected: "0 to \(start.count - 1), as there are \(start.count) priors")
    try problems.throwIfAny()
    let fit = LaplaceFit(counts, link)
    return try evidence(fit, groups: groups, start: start, rounds: rounds, execution: execution)
  }

  static func evidence(
    _ fit: LaplaceFit, groups: [Int], start: [GroupPrior], rounds: Int, execution: Execution
  ) throws -> MetaPrior {
    var (priors, raw) = (start, [Double?](repeating: nil, count: start.count))
    var sizes = [Double](repeating: 0, count: start.count)
    for group in groups { sizes[group] += 1 }
    var mode = NormalPrior(groups: groups, priors: start).mean
    for round in 1...max(1, rounds) {
      try execution.cancellation.check()
      let posterior = fit.posterior(NormalPrior(groups: groups, priors: priors), from: mode)
      mode = posterior.mean
      var sums = [Double](repeating: 0, count: start.count)
      for (i, variance) in posterior.variance.enumerated() {
        let difference = mode[i] - priors[groups[i]].mean
        sums[groups[i]] += variance + difference * difference
      }
      var change = 0.0
      for group in start.indices where sizes[group] > 1 {
        let variance = sums[group] / sizes[group]
        raw[group] = variance
        change = max(change, abs(log(clamped(variance) / priors[group].variance)))
        priors[group].variance = clamped(variance)
      }
      if change < 1e-3 {
        return MetaPrior(method: .evidence, priors: priors, raw: raw, rounds: round, isConverged: true)
      }
    }
    return MetaPrior(method: .evidence, priors: priors, raw: raw, rounds: max(1, rounds), isConverged: false)
  }

  static func clamped(_ variance: Double) -> Double {
    min(bounds.upperBound, max(bounds.lowerBound, variance))
  }
}
