internal import Glibc

/// The beta function and its incomplete integral.
public enum BetaFunctions {
  /// log B(a, b).
  ///
  /// - Precondition: both positive.
  public static func logBeta(_ a: Double, _ b: Double) -> Double {
    GammaFunctions.logGamma(a) + GammaFunctions.logGamma(b) - GammaFunctions.logGamma(a + b)
  }

  /// The regularised incomplete beta function I_x(a, b): the probability that a beta variable is at most `x`.
  ///
  /// The continued fraction of Abramowitz and Stegun 26.5.8, on the side where it converges fast.
  ///
  /// - Precondition: `a` and `b` positive, `x` in 0...1.
  public static func regularized(_ a: Double, _ b: Double, _ x: Double) -> Double {
    precondition(a > 0 && b > 0 && x >= 0 && x <= 1, "positive parameters and an argument in 0...1")
    if x == 0 || x == 1 { return x }
    if x > (a + 1) / (a + b + 2) { return 1 - lower(b, a, 1 - x) }
    return lower(a, b, x)
  }

  private static func lower(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let front = exp(a * log(x) + b * log1p(-x) - logBeta(a, b)) / a
    let value = ContinuedFraction.value(start: 1) { n in
      let m = Double(n / 2)
      let numerator =
        n % 2 == 0
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      return (numerator, 1)
    }
    return min(1, front / value)
  }

  /// The quantile of a beta variable: the x with I_x(a, b) = `p`, by bisection to rounding.
  ///
  /// - Precondition: `a` and `b` positive, `p` in 0...1.
  public static func quantile(_ a: Double, _ b: Double, _ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability")
    if p == 0 || p == 1 { return p }
    return Bisection.root(between: 0, and: 1) { regularized(a, b, $0) - p }
  }
}
