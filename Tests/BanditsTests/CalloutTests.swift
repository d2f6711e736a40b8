import Glibc
import Learning
import Probability
import TestSupport
import Testing

@testable import Bandits

struct CalloutTests {
  private static func space() throws -> CalloutSpace {
    try CalloutSpace(
      attributes: [ItemAttribute("category", values: 3), ItemAttribute("brand", values: 2)], kinds: 2,
      formats: LayoutSpace(sizes: [2, 3]),
      segments: [
        VisitorSegment("member", values: 2, touchesContents: true), VisitorSegment("age", values: 3),
      ])
  }

  private static func recommender(_ recipe: CalloutRecipe = CalloutRecipe(), items: Int = 6) throws
    -> CalloutRecommender
  {
    var recommender = try CalloutRecommender(space(), recipe: recipe, seed: 4)
    for item in 0..<items {
      _ = try recommender.add(CalloutItem(attributes: [item % 3, item / 3 % 2], kind: item % 2))
    }
    return recommender
  }

  private static let visitor = CalloutVisitor(segments: [1, 2], favourites: [2])

  /// Shows and converts by a known taste: item 3 in formats with the second title.
  private static func taught(_ recommender: inout CalloutRecommender, requests: Range<Int>) throws {
    let luck = CounterStream("TEST", seed: 1)
    for request in requests {
      guard let decision = try recommender.decide(visitor, sequence: UInt64(request)) else { continue }
      recommender.show(decision, to: visitor, at: Double(request))
      let p = (decision.item == 3 ? 0.3 : 0.05) + (decision.format >= 3 ? 0.1 : 0)
      if luck.uniform(UInt64(request)) < p { recommender.convert(impression: request, after: 0) }
      if request % 100 == 99 { recommender.refresh(at: Double(request + 1)) }
    }
  }

  @Test func `silence matches the moments of its likelihood, and is a miss once all would have come`() throws
  {
    let rule = GaussLegendre(points: 500)
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<40 {
      let (mean, variance) = (2 * generator.normal(), 0.05 + 2 * generator.uniform())
      let reached = generator.uniform()
      let prior = NormalPrior(features: 1, mean: mean, variance: variance)
      func integral(_ weight: (Double) -> Double) -> Double {
        rule.integral(over: -14...14) { z in
          let w = mean + variance.squareRoot() * z
          return StandardNormal.density(z) * (1 - reached * StandardNormal.cumulative(w)) * weight(w)
        }
      }
      let mass = integral { _ in 1 }
      let first = integral { $0 } / mass
      let second = integral { ($0 - first) * ($0 - first) } / mass
      func filter(_ reached: Double?) -> ProbitFilter {
        var filter = ProbitFilter(prior: prior)
        [Int32(0)].withUnsafeBufferPointer { indices in
          [1.0].withUnsafeBufferPointer { values in
            if let reached {
              filter.update(indices, values, silentUntil: reached)
            } else {
              filter.update(indices, values, isConverted: false)
            }
          }
        }
        return filter
      }
      #expect(isClose(filter(reached).mean[0], to: first, relative: 1e-8, absolute: 1e-9))
      #expect(isClose(filter(reached).variance[0], to: second, relative: 1e-7))
      #expect(filter(1) == filter(nil) && filter(0).mean[0] == mean)
      #expect(isClose(filter(1 - 1e-12).mean[0], to: filter(1).mean[0], relative: 1e-6, absolute: 1e-6))
    }
  }

  @Test func `the best callout of each draw is the best of all items in all formats`() throws {
    var recommender = try Self.recommender()
    try Self.taught(&recommender, requests: 0..<300)
    var generator = SeededGenerator(seed: 9)
    let space = recommender.space
    let filter = ProbitFilter(
      prior: NormalPrior(
        groups: [Int](repeating: 0, count: space.itemOrder + 6), priors: [GroupPrior(variance: 1)]))
    let items = recommender.items.enumerated().map { (number: $0.offset, item: $0.element) }
    for draw in 0..<20 {
      let one = CalloutVisitor(segments: [draw % 2, draw % 3], favourites: draw % 4 == 0 ? [] : [draw % 3])
      var again = generator
      var draws = CalloutDraws(space, items: items, filter, scale: 1, count: 1, using: &generator)
      let weights = filter.mean.map { $0 + again.normal() }
      var (best, top) = ((item: -1, format: -1), -Double.infinity)
      for (number, item) in items {
        for format in 0..<space.formatCount {
          var score = 0.0
          space.forEachFeature(number, item, format: format, one) { score += weights[$0] }
          if score > top { (best, top) = ((number, format), score) }
        }
      }
      #expect(draws.winners(one)[0] == best)
    }
  }

  @Test func `what is logged is how often it is shown`() throws {
    var recipe = CalloutRecipe()
    (recipe.floor, recipe.minimumImpressions, recipe.draws) = (0.1, 60, 64)
    var recommender = try Self.recommender(recipe)
    try Self.taught(&recommender, requests: 0..<300)
    _ = try recommender.add(CalloutItem(attributes: [1, 1], kind: 1))
    var (counts, propensities) = ([String: Int](), [String: Double]())
    let decisions = 20_000
    for sequence in 0..<UInt64(decisions) {
      let decision = try #require(try recommender.decide(Self.visitor, sequence: 1_000_000 + sequence))
      let key = "\(decision.item) \(decision.format)"
      counts[key, default: 0] += 1
      #expect(propensities[key] == nil || propensities[key] == decision.propensity)
      propensities[key] = decision.propensity
    }
    #expect(counts.count == 7 * 6, "the floor shows everything")
    #expect(isClose(propensities.values.reduce(0, +), to: 1, absolute: 1e-12))
    let statistic = propensities.reduce(0.0) { sum, one in
      let expected = Double(decisions) * one.value
      let difference = Double(counts[one.key] ?? 0) - expected
      return sum + difference * difference / expected
    }
    #expect(statistic < ChiSquared(degreesOfFreedom: 41).quantile(0.999))
  }

  @Test func `it finds what converts, and says that it explores`() throws {
    var recipe = CalloutRecipe()
    recipe.scale = 1
    var recommender = try Self.recommender(recipe)
    try Self.taught(&recommender, requests: 0..<3000)
    let late = try (0..<500).map { try recommender.decide(Self.visitor, sequence: 10_000 + $0) }
    #expect(late.count { $0?.item == 3 } > 400)
    #expect(late.count { ($0?.format ?? 0) >= 3 } > 400)
    let explored = late.count { $0?.isExplored == true }
    #expect(explored > 0 && explored < 450)
    let best = recommender.bestFormat(3, Self.visitor)
    let p = recommender.prediction(3, format: best, Self.visitor).probability
    #expect(isClose(p, to: 0.4, absolute: 0.07))
  }

  @Test func `items come, go and return`() throws {
    var recommender = try Self.recommender()
    try Self.taught(&recommender, requests: 0..<500)
    recommender.retire(3)
    for sequence in 0..<300 as Range<UInt64> {
      let shown = try recommender.decide(Self.visitor, sequence: sequence)?.item
      #expect(shown != nil && shown != 3)
    }
    for item in 0..<6 { recommender.retire(item) }
    #expect(try recommender.decide(Self.visitor, sequence: 0) == nil)
    recommender.restore(3)
    #expect(try recommender.decide(Self.visitor, sequence: 0)?.item == 3)
  }

  @Test func `reading one log twice gives the same recommender, also with late conversions and forgetting`()
    throws
  {
    var recipe = CalloutRecipe()
    (recipe.window, recipe.late) = (150, .estimated)
    (recipe.forgetting, recipe.forgettingAfterChange, recipe.day) = (
      [.init(0), .init(0.02), .init(0.05, ofItems: true)], 0.05, 100
    )
    var (one, other) = (try Self.recommender(recipe), try Self.recommender(recipe))
    try Self.taught(&one, requests: 0..<1000)
    try Self.taught(&other, requests: 0..<1000)
    #expect(one.priors == other.priors && one.arrivals == other.arrivals)
    for sequence in 0..<100 as Range<UInt64> {
      #expect(
        try one.decide(Self.visitor, sequence: sequence) == other.decide(Self.visitor, sequence: sequence))
    }
    #expect(!one.convert(impression: 0, after: 3) || !one.convert(impression: 0, after: 5))
  }

  @Test func `everything wrong with recipe, space, item and visitor is said`() throws {
    var recipe = CalloutRecipe()
    (recipe.scale, recipe.floor, recipe.forgetting, recipe.window) = (-1, 0.5, [], .nan)
    #expect(
      recipe.violations.map(\.description) == [
        "scale: given -1.0, expected 0 to 10", "floor: given 0.5, expected 0 to 0.2",
        "forgetting: given 0 rates, one of them possibly out of range, expected 1 to 16 rates of 0 to 0.5",
        "window: given nan, expected 0 or more",
      ])
    recipe = CalloutRecipe()
    recipe.priors = .fixed([GroupPrior()])
    #expect(throws: InvalidInput("priors", given: "1", expected: "11, one for each group")) {
      try CalloutRecommender(Self.space(), recipe: recipe)
    }
    var recommender = try Self.recommender()
    #expect(
      throws: InvalidInput(
        "attributes", given: "1 values, one of them possibly out of range",
        expected: "a value in range for each of category, brand")
    ) { try recommender.add(CalloutItem(attributes: [0], kind: 0)) }
    #expect(
      throws: InvalidInput("favourites", given: "number 9", expected: "0 to 2")
    ) { try recommender.decide(CalloutVisitor(segments: [0, 0], favourites: [9]), sequence: 0) }
  }

  @Test func `the law of delays is found, for each kind its own`() throws {
    var counts = ArrivalCurve.Counts(kinds: 2)
    let stream = CounterStream("TEST", seed: 3)
    let means = [200.0, 2000]
    for place in 0..<40_000 as Range<UInt64> {
      let kind = Int(place % 2)
      let age = 8000 * stream.uniform(3 * place)
      let delay =
        stream.uniform(3 * place + 1) < 0.3
        ? -means[kind] * log1p(-stream.uniform(3 * place + 2)) : Double.infinity
      if delay <= age {
        counts.arrived[kind][ArrivalCurve.bin(delay)] += 1
      } else {
        counts.silent[kind][ArrivalCurve.bin(age)] += 1
      }
    }
    let curve = ArrivalCurve(counts)
    for kind in 0..<2 {
      #expect(isClose(curve.conversion[kind], to: 0.3, absolute: 0.03))
      var last = 0.0
      for age in stride(from: 0.0, through: 8000, by: 50) {
        let reached = curve.reached(kind, age)
        #expect(reached >= last && reached <= 1)
        last = reached
        // Linear within bins that double.
        #expect(isClose(reached, to: 1 - exp(-age / means[kind]), absolute: 0.09))
      }
    }
    #expect(ArrivalCurve(kinds: 1).reached(0, 0.5) <= 1 && ArrivalCurve(kinds: 1).reached(0, 1) == 1)
  }

  @Test func `calibration is the mean distance of what was said and what came`() {
    let exact = Calibration(predicted: [0.1, 0.2, 0.9], observed: [0.1, 0.2, 0.9], bins: 10)
    #expect(exact.error == 0)
    let off = Calibration(predicted: [0.1, 0.1, 0.5, 0.5], observed: [0, 0, 1, 1], bins: 2)
    #expect(off.bins.map(\.count) == [2, 2] && isClose(off.error, to: 0.3, absolute: 1e-12))
    #expect(Calibration(predicted: [], observed: [], bins: 3).error == 0)
    let interval = Calibration.wilson(2, of: 10)
    #expect(isClose(interval.lowerBound, to: 0.05668215, absolute: 1e-7))
    #expect(isClose(interval.upperBound, to: 0.50983753, absolute: 1e-7))
  }
}
