import Bandits
import Glibc
import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

struct ProbitFilterTests {
  /// Mean and variance of a single weight after one outcome, by numerical integration.
  private func moments(_ mean: Double, _ variance: Double, _ isConverted: Bool) -> (Double, Double) {
    let rule = GaussLegendre(points: 500)
    let deviation = variance.squareRoot()
    let range = -14.0...14.0
    func integral(_ weight: (Double) -> Double) -> Double {
      rule.integral(over: range) { z in
        let w = mean + deviation * z
        return StandardNormal.density(z) * StandardNormal.cumulative(isConverted ? w : -w) * weight(w)
      }
    }
    let mass = integral { _ in 1 }
    let first = integral { $0 } / mass
    return (first, integral { ($0 - first) * ($0 - first) } / mass)
  }

  @Test func `an update matches the moments of the exact posterior`() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<50 {
      let prior = NormalPrior(
        features: 1, mean: 4 * generator.normal(), variance: 0.05 + 2 * generator.uniform())
      let isConverted = generator.uniform() < 0.5
      let (mean, variance) = moments(prior.mean[0], prior.variance[0], isConverted)
      let outcome = Outcome(FeatureVector(ones: [0]), isConverted: isConverted)
      var filter = ProbitFilter(prior: prior)
      try filter.update(with: outcome)
      #expect(isClose(filter.mean[0], to: mean, relative: 1e-8, absolute: 1e-9))
      #expect(isClose(filter.variance[0], to: variance, relative: 1e-7, absolute: 1e-9))
      var full = FullProbitFilter(prior: prior)
      try full.update(with: outcome)
      #expect(isClose(full.mean[0], to: filter.mean[0], relative: 1e-12, absolute: 1e-12))
      #expect(isClose(full.covariance[0, 0], to: filter.variance[0], relative: 1e-12))
    }
  }

  @Test func `no score is too far out`() throws {
    for mean in [-1e4, -1000, -301, -299, -40, 0, 40, 300, 1e4] {
      for isConverted in [true, false] {
        var filter = ProbitFilter(prior: NormalPrior(features: 1, mean: mean, variance: 1e-3))
        try filter.update(with: Outcome(FeatureVector(ones: [0]), isConverted: isConverted))
        #expect(filter.mean[0].isFinite && filter.variance[0] > 0 && filter.variance[0] <= 1e-3)
        let prediction = try filter.predict(FeatureVector(ones: [0]))
        #expect(prediction.probability >= 0 && prediction.probability <= 1)
        #expect(prediction.probabilityDeviation.isFinite)
      }
    }
  }

  @Test func `twenty thousand misses leave a finite posterior`() throws {
    var filter = ProbitFilter(prior: NormalPrior(features: 2))
    for _ in 0..<20_000 {
      try filter.update(with: Outcome(FeatureVector(ones: [0, 1]), isConverted: false))
    }
    #expect(filter.mean.allSatisfy(\.isFinite) && filter.variance.allSatisfy { $0 > 0 })
    #expect(try filter.predict(FeatureVector(ones: [0, 1])).probability < 1e-3)
  }

  @Test func `full covariance is never wider than it was and agrees in direction`() throws {
    var generator = SeededGenerator(seed: 3)
    let prior = NormalPrior(features: 12, variance: 0.5)
    var (diagonal, full) = (ProbitFilter(prior: prior), FullProbitFilter(prior: prior))
    for _ in 0..<1000 {
      let features = FeatureVector(
        indices: [Int32(generator.integer(below: 4)), Int32(4 + generator.integer(below: 8))],
        values: [1, 0.5])
      let outcome = Outcome(features, isConverted: generator.uniform() < 0.2)
      let before = full.covariance.diagonal
      try diagonal.update(with: outcome)
      try full.update(with: outcome)
      for (new, old) in zip(full.covariance.diagonal, before) { #expect(new <= old + 1e-12 && new > 0) }
    }
    for index in 0..<4 { #expect((full.mean[index] < 0) == (diagonal.mean[index] < 0)) }
  }

  @Test func `an unknown feature and a value that is no number are refused with the model's width`() {
    var filter = ProbitFilter(prior: NormalPrior(features: 3))
    let before = filter
    for features in [FeatureVector(ones: [5]), FeatureVector(indices: [0], values: [.nan])] {
      #expect(throws: InvalidInput.self) {
        try filter.update(with: Outcome(features, isConverted: true))
      }
      #expect(throws: InvalidInput.self) { try filter.predict(features) }
    }
    #expect(filter == before)
    #expect {
      try filter.predict(FeatureVector(ones: [5]))
    } throws: { "\($0)" == "features: given number 5, expected 0 to 2 as the model has 3" }
  }

  @Test func `forgetting half and half again is forgetting three quarters`() throws {
    let prior = NormalPrior(features: 3, mean: 0.1, variance: 2)
    var filter = ProbitFilter(prior: prior)
    for index in [0, 1, 0, 2, 0] as [Int32] {
      try filter.update(with: Outcome(FeatureVector(ones: [index]), isConverted: index == 0))
    }
    var (twice, once, all) = (filter, filter, filter)
    twice.forget(0.5, towards: prior)
    twice.forget(0.5, towards: prior)
    once.forget(0.75, towards: prior)
    #expect(difference(of: twice.mean, from: once.mean, absolute: 1e-12) == nil)
    #expect(difference(of: twice.variance, from: once.variance, absolute: 1e-12) == nil)
    all.forget(1, towards: prior)
    #expect(difference(of: all.variance, from: prior.variance, absolute: 1e-12) == nil)
  }

  @Test func `the probability and its deviation are those of many draws`() {
    var generator = SeededGenerator(seed: 5)
    for link in Link.allCases {
      for (mean, variance) in [(-1.6, 0.04), (0.3, 1), (-2, 2.5), (1, 0)] {
        let prediction = Prediction(scoreMean: mean, scoreVariance: variance, link: link)
        var (sum, squares) = (0.0, 0.0)
        let draws = 40_000
        for _ in 0..<draws {
          let z = mean + variance.squareRoot() * generator.normal()
          let p = link == .probit ? StandardNormal.cumulative(z) : 1 / (1 + exp(-z))
          sum += p
          squares += p * p
        }
        let (first, second) = (sum / Double(draws), squares / Double(draws))
        // The logistic mean is MacKay's approximation.
        #expect(isClose(prediction.probability, to: first, absolute: link == .probit ? 7e-3 : 0.02))
        #expect(
          isClose(
            prediction.probabilityDeviation, to: max(0, second - first * first).squareRoot(), absolute: 8e-3))
      }
    }
  }
}
