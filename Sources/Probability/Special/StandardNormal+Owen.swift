internal import Glibc

extension StandardNormal {
  private static let rule = GaussLegendre(points: 24)

  /// Owen's T: the probability of X > h and 0 < Y < a X for two independent standard normal numbers.
  ///
  /// D. B. Owen, Annals of Mathematical Statistics 27(4), 1956; by quadrature, to about 1e-14.
  ///
  /// - Precondition: `slope` in 0...1.
  public static func owenT(_ h: Double, slope: Double) -> Double {
    precondition(slope >= 0 && slope <= 1, "a slope of 0 to 1")
    let square = h * h
    let integral = rule.integral(over: 0...slope) { x in
      let factor = 1 + x * x
      return exp(-0.5 * square * factor) / factor
    }
    return integral / (2 * Double.pi)
  }
}
