internal import Glibc

/// The normal distribution of mean 0 and variance 1, accurate in both tails.
///
///     StandardNormal.cumulative(1.96)            // 0.975...
///     StandardNormal.logCumulative(-40)          // -804.6..., where the probability itself is 0
public enum StandardNormal {
  /// log sqrt(2 pi).
  static let logRoot = 0.918938533204672741780329736406

  /// The density at `x`.
  public static func density(_ x: Double) -> Double { exp(-0.5 * x * x - logRoot) }

  /// The probability of a value up to `x`, without loss in the lower tail.
  public static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

  /// The logarithm of ``cumulative(_:)``, finite for every finite `x` that is not beyond 1e150.
  ///
  /// M. Abramowitz, I. A. Stegun: "Handbook of Mathematical Functions", 26.2.12, in the far tail.
  public static func logCumulative(_ x: Double) -> Double {
    if x > 0 { return log1p(-0.5 * erfc(x * 0.5.squareRoot())) }
    if x > -20 { return log(cumulative(x)) }
    return -0.5 * x * x - logRoot - log(-x) + log1p(-tail(x * x))
  }

  /// The density over the probability, d/dx log cumulative(x): positive, about -x in the lower tail.
  public static func hazard(_ x: Double) -> Double {
    x > -20 ? density(x) / cumulative(x) : -x / (1 - tail(x * x))
  }

  /// 1 - Mills' ratio times |x|, by the asymptotic series in 1/x²; exact to rounding from |x| = 20.
  private static func tail(_ square: Double) -> Double {
    let r = 1 / square
    return r * (1 - r * (3 - r * (15 - r * (105 - r * (945 - r * 10395)))))
  }

  /// The value that is not exceeded with probability `p`; infinite at 0 and 1.
  ///
  /// A rough start (Abramowitz and Stegun 26.2.23), then Halley's steps on the logarithm of the smaller tail.
  ///
  /// - Precondition: `p` in 0...1.
  public static func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability")
    if p == 0 { return -.infinity }
    if p == 1 { return .infinity }
    if p > 0.5 { return -lowerQuantile(1 - p) }
    return lowerQuantile(p)
  }

  private static func lowerQuantile(_ p: Double) -> Double {
    let t = (-2 * log(p)).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    var x = numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
    for _ in 0..<3 {
      // f(x) = log cumulative(x) - log p, f' = hazard, f''/f' = -(x + hazard).
      let slope = hazard(x)
      let step = (logCumulative(x) - log(p)) / slope
      x -= step / (1 + 0.5 * step * (x + slope))
    }
    return x
  }
}
