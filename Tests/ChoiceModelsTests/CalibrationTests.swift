import ChoiceModels
import Learning
import Probability
import TestSupport
import Testing

@Suite struct `Calibration of a chain` {
  @Test func `from a logit asked customer by customer gives the logit's chain within sampling noise`() throws
  {
    let logit = try MixtureModel(shares: [1], attractions: [[3, 2, 1, 0.5]], outsideAttractions: [2])
    var recipe = Calibration()
    (recipe.customers, recipe.testCustomers) = (20_000, 4_000)
    let found = try recipe.chain(of: LogitOracle(logit))
    for offered in ProductSet.all(4).products.map({ ProductSet.all(4).removing($0) }) {
      let (a, b) = (found.chain.probabilities(offered: offered), logit.probabilities(offered: offered))
      #expect(zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 < 0.02)
    }
    for distance in found.selfTest.distances { #expect(distance.chain < 0.03 && distance.noise < 0.03) }
  }

  @Test func `does not depend on threads`() throws {
    let mixture = try MixtureModel(
      shares: [0.5, 0.5], attractions: [[3, 2, 1], [0.1, 2, 4]], outsideAttractions: [1, 1])
    var recipe = Calibration()
    (recipe.customers, recipe.testCustomers) = (6_000, 3_000)
    let one = try recipe.chain(of: LogitOracle(mixture), on: Execution(threads: 1))
    let two = try recipe.chain(of: LogitOracle(mixture), on: Execution(threads: 2))
    #expect(one.chain == two.chain && one.selfTest == two.selfTest)
  }

  @Test func `from known probabilities is exact for a logit and clips nothing`() throws {
    let logit = try LogitModel(attractions: [1, 2, 3], outsideAttraction: 2)
    let (chain, clipped, status) = try Calibration().chain(of: logit)
    #expect(status == .converged && clipped < 1e-12)
    for offered in [ProductSet(productCount: 3, [0]), ProductSet(productCount: 3, [1, 2])] {
      #expect(
        difference(
          of: chain.probabilities(offered: offered), from: logit.probabilities(offered: offered),
          absolute: 1e-12)
          == nil)
    }
  }

  @Test func `says that a model whose products attract customers to each other is a poor approximation`()
    throws
  {
    /// Product 1 sells only where product 0, which nobody buys twice as gladly, is on offer beside it.
    struct Attraction: ChoicePredictor {
      let productCount = 3
      func probabilities(offered: ProductSet) -> [Double] {
        [
          offered.contains(0) ? 0.3 : 0, offered.contains(1) ? (offered.contains(0) ? 0.4 : 0.1) : 0,
          offered.contains(2) ? 0.2 : 0,
        ]
      }
    }
    let (_, clipped, status) = try Calibration().chain(of: Attraction())
    #expect(status == .poorApproximation && clipped > 0.02)
  }
}

@Suite struct `Multi-step choice` {
  private func model(_ n: Int, seed: UInt64) throws -> MultiStepChoice {
    var generator = SeededGenerator(seed: seed)
    let relevance = (0..<5).map { _ in (0..<n).map { _ in generator.normal() } }
    var parameters = MultiStepChoice.Parameters(
      weights: [5, 4, 3, 2, 1], relevance: relevance, utility: relevance.map { $0.map { 0.5 * $0 } })
    parameters.resultCount = 4
    return try MultiStepChoice(parameters)
  }

  @Test func `shows the most relevant products on offer and sells only what is shown`() throws {
    let model = try model(12, seed: 4)
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<300 {
      let customer = model.draw(using: &generator)
      let offered = randomSet(12, share: 0.5, using: &generator)
      let session = model.session(customer, offered: offered)
      #expect(session.shown.count == min(4, offered.count) && session.shown.allSatisfy(offered.contains))
      #expect(model.choose(customer, offered: offered) == session.bought.map { session.shown[$0] })
    }
  }

  @Test func `lets others move up when a product is taken away, for the same customer`() throws {
    let model = try model(12, seed: 4)
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<300 {
      let customer = model.draw(using: &generator)
      let before = model.session(customer, offered: .all(12))
      let after = model.session(customer, offered: ProductSet.all(12).removing(before.shown[0]))
      #expect(Array(after.shown.prefix(3)) == Array(before.shown.dropFirst()))
    }
  }

  @Test func `is estimated from shown lists, new products by what they share with others`() throws {
    let n = 30
    var generator = SeededGenerator(seed: 6)
    let categories = (0..<n).map { $0 % 3 }
    let logPrices = (0..<n).map { _ in 0.4 * generator.normal() }
    let relevance = (0..<6).map { _ in (0..<n).map { _ in generator.normal() } }
    let utility = relevance.map { row in
      row.indices.map { [0.5, -0.5, 0][categories[$0]] + 0.8 * row[$0] - 1.2 * logPrices[$0] }
    }
    var parameters = MultiStepChoice.Parameters(
      weights: [Double](repeating: 1, count: 6), relevance: relevance, utility: utility)
    parameters.resultCount = 6
    let truth = try MultiStepChoice(parameters)
    let old = ProductSet(flags: (0..<n).map { $0 >= 5 })
    let lists = (0..<6_000).map { _ in
      let session = truth.session(truth.draw(using: &generator), offered: old)
      return ShownLists.List(intent: session.intent, shown: session.shown, bought: session.bought)
    }
    let data = try ShownLists(
      categories: categories, logPrices: logPrices, relevance: relevance, lists: lists)
    let model = try PurchaseStep().fit(data)
    #expect(model.status == .converged)
    #expect(abs(model.relevanceWorth - 0.8) < 0.15 && abs(model.priceSensitivity - 1.2) < 0.3)
    #expect(model.positionDecay > 0 && model.positionDecay < 0.3)
    for product in 0..<5 { #expect(model.productWorth[product] == 0) }
  }
}
