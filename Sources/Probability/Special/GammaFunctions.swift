internal import Glibc

/// The gamma function's logarithm, its derivatives, and its incomplete integrals.
public enum GammaFunctions {
  /// log Gamma(x) for `x` > 0.
  public static func logGamma(_ x: Double) -> Double {
    precondition(x > 0, "a positive argument")
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }

  /// The digamma function, d/dx log Gamma(x), for `x` > 0.
  ///
  /// Recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.3.18).
  public static func digamma(_ x: Double) -> Double {
    precondition(x > 0, "a positive argument")
    var (x, sum) = (x, 0.0)
    while x < 10 {
      sum -= 1 / x
      x += 1
    }
    let r = 1 / (x * x)
    let series = r * (1 / 12.0 - r * (1 / 120.0 - r * (1 / 252.0 - r * (1 / 240.0 - r * (1 / 132.0)))))
    return sum + log(x) - 0.5 / x - series
  }

  /// The trigamma function, the second derivative of log Gamma(x), for `x` > 0.
  ///
  /// Recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.4.12).
  public static func trigamma(_ x: Double) -> Double {
    precondition(x > 0, "a positive argument")
    var (x, sum) = (x, 0.0)
    while x < 10 {
      sum += 1 / (x * x)
      x += 1
    }
    let r = 1 / (x * x)
    let series = r * (1 / 6.0 - r * (1 / 30.0 - r * (1 / 42.0 - r * (1 / 30.0 - r * (5 / 66.0)))))
    return sum + 1 / x + 0.5 * r + series / x
  }

  /// The regularised lower incomplete gamma function P(a, x): the probability that a gamma variable of shape
  /// `a` is at most `x`.
  ///
  /// The series below a + 1, the continued fraction above (Abramowitz and Stegun 6.5.29 and 6.5.31).
  ///
  /// - Precondition: `shape` > 0, `x` >= 0.
  public static func regularizedLower(shape: Double, _ x: Double) -> Double {
    x < shape + 1 ? series(shape, x) : 1 - fraction(shape, x)
  }

  /// 1 - P(a, x) without loss in the upper tail.
  ///
  /// - Precondition: `shape` > 0, `x` >= 0.
  public static func regularizedUpper(shape: Double, _ x: Double) -> Double {
    x < shape + 1 ? 1 - series(shape, x) : fraction(shape, x)
  }

  private static func series(_ a: Double, _ x: Double) -> Double {
    precondition(a > 0 && x >= 0, "a positive shape and no negative argument")
    if x == 0 { return 0 }
    var (term, sum, n) = (1 / a, 1 / a, a)
    while term > sum * 1e-17 {
      n += 1
      term *= x / n
      sum += term
    }
    return min(1, sum * exp(a * log(x) - x - logGamma(a)))
  }

  private static func fraction(_ a: Double, _ x: Double) -> Double {
    precondition(a > 0 && x >= 0, "a positive shape and no negative argument")
    if x == .infinity { return 0 }
    let value = ContinuedFraction.value(start: x + 1 - a) { n in
      (-Double(n) * (Double(n) - a), x + 1 - a + 2 * Double(n))
    }
    return exp(a * log(x) - x - logGamma(a)) / value
  }
}
