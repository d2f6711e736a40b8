/// Values of continued fractions b0 + a1 / (b1 + a2 / (b2 + ...)) from the front (modified Lentz's method).
///
/// W. J. Lentz, Applied Optics 15(3), 1976; I. J. Thompson, A. R. Barnett, Journal of Computational Physics 64, 1986.
enum ContinuedFraction {
  /// The value, to rounding.
  ///
  /// - Parameters:
  ///   - start: b0.
  ///   - term: a and b of position 1, 2, ...
  static func value(start: Double, _ term: (Int) -> (a: Double, b: Double)) -> Double {
    let tiny = 1e-300
    var value = start == 0 ? tiny : start
    var (c, d) = (value, 0.0)
    for n in 1...100_000 {
      let (a, b) = term(n)
      d = b + a * d
      c = b + a / c
      if d == 0 { d = tiny }
      if c == 0 { c = tiny }
      d = 1 / d
      let factor = c * d
      value *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return value
  }
}
