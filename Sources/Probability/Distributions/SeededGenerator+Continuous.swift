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

extension SeededGenerator {
  /// A number of the gamma distribution of a shape and scale 1.
  ///
  /// G. Marsaglia, W. W. Tsang: "A simple method for generating gamma variables", ACM TOMS 26(3), 2000.
  ///
  /// - Precondition: `shape` > 0.
  public mutating func gamma(shape: Double) -> Double {
    precondition(shape > 0, "a positive shape")
    if shape < 1 {
      // Logarithms, as tiny shapes underflow.
      let larger = gamma(shape: shape + 1)
      return exp(log(larger) - exponential() / shape)
    }
    let d = shape - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = 1 + c * x
      if v <= 0 { continue }
      let cube = v * v * v
      if log(1 - uniform()) < 0.5 * x * x + d * (1 - cube + log(cube)) { return d * cube }
    }
  }

  /// A number in 0...1 of the beta distribution.
  ///
  /// - Precondition: both parameters positive.
  public mutating func beta(_ a: Double, _ b: Double) -> Double {
    if max(a, b) >= 1 {
      let x = gamma(shape: a)
      let y = gamma(shape: b)
      return x / (x + y)
    }
    // Both gammas can underflow to 0, so compare their logarithms.
    let x = log(gamma(shape: a + 1)) - exponential() / a
    let y = log(gamma(shape: b + 1)) - exponential() / b
    return 1 / (1 + exp(y - x))
  }

  /// A number of the standard Gumbel distribution: the maximum of these plus utilities is a logit choice.
  public mutating func gumbel() -> Double { -log(exponential()) }
}
