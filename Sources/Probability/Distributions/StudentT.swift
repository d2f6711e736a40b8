/// Student's distribution, for means of few independent replications.
///
///     let half = StudentT(degreesOfFreedom: 9).quantile(0.975) * standardError
public struct StudentT: Sendable, Equatable {
  /// Degrees of freedom, above 0.
  public let degreesOfFreedom: Double

  /// Creates the distribution.
  ///
  /// - Precondition: `degreesOfFreedom` > 0.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "positive degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The probability of a value up to `x`.
  public func cumulative(_ x: Double) -> Double {
    if x.isInfinite { return x < 0 ? 0 : 1 }
    let tail =
      0.5
      * BetaFunctions.regularized(
        0.5 * degreesOfFreedom, 0.5, degreesOfFreedom / (degreesOfFreedom + x * x))
    return x < 0 ? tail : 1 - tail
  }

  /// The value that is not exceeded with probability `p`; infinite at 0 and 1.
  ///
  /// - Precondition: `p` in 0...1.
  public func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability")
    if p == 0.5 { return 0 }
    if p == 0 || p == 1 { return p == 0 ? -.infinity : .infinity }
    // t² = n (1 - x) / x where x is the beta quantile of both tails.
    let x = BetaFunctions.quantile(0.5 * degreesOfFreedom, 0.5, 2 * min(p, 1 - p))
    let size = (degreesOfFreedom * (1 - x) / x).squareRoot()
    return p < 0.5 ? -size : size
  }
}
