import Probability
import Testing

@Suite struct SamplerTests {
  /// The largest distance between an empirical and a true distribution, times the root of the number of draws: below
  /// 1.95 with probability 0.999 (Kolmogorov).
  private func distance(_ draw: (inout SeededGenerator) -> Double, _ cumulative: (Double) -> Double) -> Double
  {
    var generator = SeededGenerator(seed: 17)
    let draws = (0..<20_000).map { _ in draw(&generator) }.sorted()
    let count = Double(draws.count)
    return draws.enumerated().map { position, x in
      let p = cumulative(x)
      return max(abs(p - Double(position) / count), abs(p - Double(position + 1) / count))
    }.max()! * count.squareRoot()
  }

  @Test(arguments: [0.3, 1, 7.5, 400]) func `gamma draws have the gamma distribution`(shape: Double) {
    #expect(
      distance({ $0.gamma(shape: shape) }, { GammaFunctions.regularizedLower(shape: shape, $0) }) < 1.95)
  }

  @Test(arguments: [(0.2, 0.4), (1, 1), (3, 0.5), (40, 60)])
  func `beta draws have the beta distribution`(a: Double, b: Double) {
    #expect(distance({ $0.beta(a, b) }, { BetaFunctions.regularized(a, b, $0) }) < 1.95)
  }

  @Test func `a beta draw of tiny parameters is a number`() {
    var generator = SeededGenerator(seed: 1)
    let draws = (0..<1000).map { _ in generator.beta(1e-4, 2e-4) }
    #expect(draws.allSatisfy { $0 >= 0 && $0 <= 1 })
    let mean: Double = draws.reduce(0, +) / 1000
    #expect(abs(mean - 1 / 3.0) < 0.05)
  }

  @Test func `normal and Gumbel draws have their distributions`() {
    #expect(distance({ $0.normal() }, StandardNormal.cumulative) < 1.95)
    var generator = SeededGenerator(seed: 3)
    let mean = (0..<40_000).reduce(0.0) { sum, _ in sum + generator.gumbel() } / 40_000
    #expect(abs(mean - 0.5772) < 0.03)
  }

  /// Chi-squared test of counts against probabilities, cells with an expectation below 5 joined.
  private func pValue(_ draw: (inout SeededGenerator) -> Int, _ cumulative: (Int) -> Double) -> Double {
    var generator = SeededGenerator(seed: 23)
    var counts: [Int: Int] = [:]
    let draws = 20_000
    for _ in 0..<draws { counts[draw(&generator), default: 0] += 1 }
    var (statistic, cells, expected, observed, below) = (0.0, 0, 0.0, 0, 0.0)
    for k in 0...counts.keys.max()! {
      let upTo = cumulative(k)
      expected += (upTo - below) * Double(draws)
      observed += counts[k] ?? 0
      below = upTo
      if expected >= 5, 1 - below > 5 / Double(draws) {
        statistic += (Double(observed) - expected) * (Double(observed) - expected) / expected
        (cells, expected, observed) = (cells + 1, 0, 0)
      }
    }
    return ChiSquared(degreesOfFreedom: Double(cells - 1)).upperTail(statistic)
  }

  @Test(arguments: [0.5, 9.9, 10, 250]) func `Poisson draws have the Poisson distribution`(mean: Double) {
    let p = pValue({ $0.poisson(mean: mean) }) {
      GammaFunctions.regularizedUpper(shape: Double($0 + 1), mean)
    }
    #expect(p > 0.001)
  }

  @Test(arguments: [(5, 0.5), (12, 0.9), (1000, 0.001), (50, 0.4), (4000, 0.97)])
  func `binomial draws have the binomial distribution`(trials: Int, probability: Double) {
    let p = pValue({ $0.binomial(trials: trials, probability: probability) }) { k in
      k >= trials ? 1 : BetaFunctions.regularized(Double(trials - k), Double(k + 1), 1 - probability)
    }
    #expect(p > 0.001)
  }
}
