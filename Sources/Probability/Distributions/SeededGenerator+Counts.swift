internal import Glibc

extension SeededGenerator {
  /// A count of the Poisson distribution.
  ///
  /// Products of uniforms for small means, transformed rejection (W. Hörmann, Insurance: Mathematics and Economics
  /// 12(1), 1993, algorithm PTRS) for large ones.
  ///
  /// - Precondition: `mean` in 0...1e15.
  /// - Complexity: O(min(`mean`, 10)) expected
  public mutating func poisson(mean: Double) -> Int {
    precondition(mean >= 0 && mean <= 1e15, "a mean in 0...1e15")
    if mean < 10 {
      let limit = exp(-mean)
      var (count, product) = (0, uniform())
      while product > limit {
        count += 1
        product *= uniform()
      }
      return count
    }
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let vr = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = uniform() - 0.5
      let v = 1 - uniform()
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
      if us >= 0.07, v <= vr { return Int(k) }
      if k < 0 || (us < 0.013 && v > us) { continue }
      let left = log(v) + log(inverseAlpha) - log(a / (us * us) + b)
      if left <= k * log(mean) - mean - GammaFunctions.logGamma(k + 1) { return Int(k) }
    }
  }

  /// How many of `trials` independent trials succeed.
  ///
  /// Waiting times between successes when few are expected, transformed rejection (W. Hörmann, Journal of Statistical
  /// Computation and Simulation 46, 1993, algorithm BTRS) otherwise.
  ///
  /// - Precondition: `trials` in 0...10^15, `probability` in 0...1.
  /// - Complexity: O(min(`trials` · `probability`, 10)) expected
  public mutating func binomial(trials: Int, probability: Double) -> Int {
    precondition(trials >= 0 && trials <= 1_000_000_000_000_000, "trials in 0...10^15")
    precondition(probability >= 0 && probability <= 1, "a probability")
    if probability > 0.5 { return trials - binomial(trials: trials, probability: 1 - probability) }
    if probability == 0 || trials == 0 { return 0 }
    let n = Double(trials)
    if n * probability < 10 {
      let rate = -log1p(-probability)
      var (count, position) = (0, 0.0)
      while true {
        position += (exponential() / rate).rounded(.down) + 1
        if position > n { return count }
        count += 1
      }
    }
    let deviation = (n * probability * (1 - probability)).squareRoot()
    let b = 1.15 + 2.53 * deviation
    let a = -0.0873 + 0.0248 * b + 0.01 * probability
    let c = n * probability + 0.5
    let vr = 0.92 - 4.2 / b
    let alpha = (2.83 + 5.1 / b) * deviation
    let odds = log(probability / (1 - probability))
    let mode = ((n + 1) * probability).rounded(.down)
    let height = GammaFunctions.logGamma(mode + 1) + GammaFunctions.logGamma(n - mode + 1)
    while true {
      let u = uniform() - 0.5
      let v = 1 - uniform()
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + c).rounded(.down)
      if k < 0 || k > n { continue }
      if us >= 0.07, v <= vr { return Int(k) }
      let left = log(v * alpha / (a / (us * us) + b))
      let right =
        height - GammaFunctions.logGamma(k + 1) - GammaFunctions.logGamma(n - k + 1) + (k - mode) * odds
      if left <= right { return Int(k) }
    }
  }
}
