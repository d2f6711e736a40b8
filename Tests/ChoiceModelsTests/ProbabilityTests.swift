import ChoiceModels
import Learning
import Probability
import TestSupport
import Testing

@Suite struct `Choice probabilities of a chain` {
  @Test func `equal the solution of the equations for every subset`() throws {
    for seed in 1...5 {
      let chain = try RandomMarket(6, seed: UInt64(seed)).chain
      for offered in subsets(6) {
        let found = chain.probabilities(offered: offered, tolerance: 1e-13)
        #expect(
          difference(of: found.value, from: solvedProbabilities(chain, offered: offered), absolute: 1e-12)
            == nil)
        #expect(found.errorBound <= 1e-13)
      }
    }
  }

  @Test func `are the same in all three storages, and those of the logit`() throws {
    var generator = SeededGenerator(seed: 3)
    let n = 40
    let logit = try LogitModel(
      attractions: (0..<n).map { _ in generator.exponential() }, outsideAttraction: 3)
    let lowRank = try logit.chain()
    let dense = try SubstitutionChain(
      firstChoice: lowRank.firstChoice, transitions: .dense(lowRank.transitions.denseRows))
    let sparse = try SubstitutionChain(
      firstChoice: lowRank.firstChoice, transitions: .sparse(lowRank.transitions.sparseRows))
    for _ in 0..<200 {
      let offered = randomSet(n, share: generator.uniform(), using: &generator)
      let expected = logit.probabilities(offered: offered)
      for chain in [lowRank, dense, sparse] {
        #expect(difference(of: chain.probabilities(offered: offered), from: expected, absolute: 1e-12) == nil)
      }
    }
  }

  @Test func `of a mixture are the same in low rank and dense storage`() throws {
    var generator = SeededGenerator(seed: 4)
    let mixture = try MixtureModel(
      shares: [0.5, 0.3, 0.2],
      attractions: (0..<3).map { _ in (0..<12).map { _ in generator.exponential() } },
      outsideAttractions: [1, 2, 0.5])
    let lowRank = try mixture.chain()
    let dense = try SubstitutionChain(
      firstChoice: lowRank.firstChoice, transitions: .dense(lowRank.transitions.denseRows))
    let mass = (0..<12).map { _ in generator.uniform() }
    #expect(
      difference(of: lowRank.transitions.visit(mass), from: dense.transitions.visit(mass), absolute: 1e-14)
        == nil)
    #expect(
      difference(of: lowRank.transitions.expect(mass), from: dense.transitions.expect(mass), absolute: 1e-14)
        == nil)
    for _ in 0..<50 {
      let offered = randomSet(12, share: 0.4, using: &generator)
      #expect(
        difference(
          of: lowRank.probabilities(offered: offered), from: dense.probabilities(offered: offered),
          absolute: 1e-12)
          == nil)
    }
    // Exact where everything but one product is on offer.
    for i in 0..<12 {
      let offered = ProductSet.all(12).removing(i)
      #expect(
        difference(
          of: lowRank.probabilities(offered: offered), from: mixture.probabilities(offered: offered),
          absolute: 1e-12)
          == nil)
    }
  }

  @Test func `do not change when transitions to the product itself are taken out`() throws {
    let market = try RandomMarket(5, seed: 8)
    let rows = market.chain.transitions.denseRows
    var values = rows.values
    for i in 0..<5 {
      for j in 0..<5 { values[i * 5 + j] *= 0.6 }
      values[i * 5 + i] = 0.4
    }
    let looped = try SubstitutionChain(
      firstChoice: market.chain.firstChoice,
      transitions: .dense(DenseTransitions(productCount: 5, values: values)),
      leaving: market.chain.leaving.map { $0 * 0.6 })
    #expect(looped.adjustments.removedSelfTransitions == 5)
    for offered in subsets(5) {
      #expect(
        difference(
          of: looped.probabilities(offered: offered), from: market.chain.probabilities(offered: offered),
          absolute: 1e-12) == nil)
    }
  }

  @Test func `leave mass unplaced within the stated bound when stopped early`() throws {
    let market = try RandomMarket(30, seed: 5)
    let offered = ProductSet(productCount: 30, [3, 17])
    let exact = solvedProbabilities(market.chain, offered: offered)
    for tolerance in [0.3, 1e-2, 1e-4, 1e-8] {
      let found = market.chain.probabilities(offered: offered, tolerance: tolerance)
      let error = zip(found.value, exact).reduce(0) { $0 + abs($1.0 - $1.1) }
      #expect(error <= found.errorBound + 1e-14 && found.errorBound <= tolerance)
    }
  }
}

@Suite struct `Numbers that are no chain` {
  private func refusal(_ first: [Double], _ values: [Double], leaving: [Double]? = nil) -> String? {
    do {
      _ = try SubstitutionChain(
        firstChoice: first, transitions: .dense(DenseTransitions(productCount: first.count, values: values)),
        leaving: leaving)
      return nil
    } catch { return "\(error)" }
  }

  @Test func `are refused with row, sum and what is expected`() {
    #expect(
      refusal([0.5, 0.5], [0, 0.7, 0.2, 0], leaving: [0.2, 0.8])
        == "transitions of product 0: given a sum of 0.8999999999999999, expected probabilities that sum to 1"
    )
    #expect(
      refusal([0.5, .nan], [0, 0.5, 0.5, 0])
        == "first choice of product 1: given nan, expected a probability, 0 to 1")
    #expect(
      refusal([0.7, 0.5], [0, 0.5, 0.5, 0]) == "first choices: given a sum of 1.2, expected at most 1")
    #expect(
      refusal([0.5, 0.5], [1, 0, 0, 0], leaving: [0, 1])
        == "transitions of product 0: given only itself, expected another product, or leaving")
    #expect(
      refusal([0.5, 0.5], [0, -0.1, 0.5, 0])
        == "transitions of product 0: given a negative number or one that is not finite, expected probabilities that sum to at most 1"
    )
  }

  @Test func `are refused when customers would never leave`() {
    #expect(
      refusal([0.5, 0.2, 0.3], [0, 1, 0, 1, 0, 0, 0, 0, 0])
        == "transitions: given 2 products whose customers never leave: 0, 1, expected a way from every product to leaving"
    )
  }

  @Test func `are put right and noted when they are off by rounding`() throws {
    let chain = try SubstitutionChain(
      firstChoice: [0.5, 0.5],
      transitions: .dense(DenseTransitions(productCount: 2, values: [0, 0.5, 0.5, 0])),
      leaving: [0.500_000_1, 0.5])
    #expect(chain.adjustments.renormalisedRows == 1)
    #expect(abs(chain.leaving[0] + chain.transitions.denseRows[0, 1] - 1) < 1e-15)
  }
}
