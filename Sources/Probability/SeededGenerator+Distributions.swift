internal import Glibc

extension SeededGenerator {
  /// A number of the standard normal distribution (polar method of Marsaglia).
  public mutating func normal() -> Double {
    while true {
      let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * log(square) / square).squareRoot() }
    }
  }

  /// A waiting time of mean 1.
  public mutating func exponential() -> Double { -log(1 - uniform()) }
}
