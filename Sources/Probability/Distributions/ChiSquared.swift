/// The chi-squared distribution, for tests of several restrictions at once.
///
///     let pValue = ChiSquared(degreesOfFreedom: 3).upperTail(wald)
public struct ChiSquared: Sendable, Equatable {
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
    x <= 0 ? 0 : GammaFunctions.regularizedLower(shape: 0.5 * degreesOfFreedom, 0.5 * x)
  }

  /// The probability of a value above `x`, without loss where it is small: the p-value of a statistic.
  public func upperTail(_ x: Double) -> Double {
    x <= 0 ? 1 : GammaFunctions.regularizedUpper(shape: 0.5 * degreesOfFreedom, 0.5 * x)
  }

  /// The value that is not exceeded with probability `p`; infinite at 1.
  ///
  /// - Precondition: `p` in 0...1.
  public func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability")
    if p == 0 || p == 1 { return p == 0 ? 0 : .infinity }
    var high = degreesOfFreedom + 1
    while cumulative(high) < p { high *= 2 }
    return Bisection.root(between: 0, and: high) { cumulative($0) - p }
  }
}
