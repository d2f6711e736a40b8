import ChoiceModels
import LinearAlgebra
import Probability
import TestSupport
import Testing

@Suite struct `The optimal assortment` {
  @Test func `is the best of all subsets and lies between its bounds`() throws {
    for seed in 1...8 {
      let market = try RandomMarket(8, seed: UInt64(seed))
      let best = subsets(8).map { dot(solvedProbabilities(market.chain, offered: $0), market.netRevenue) }
        .max()!
      let found = market.chain.optimalAssortment(netRevenue: market.netRevenue)
      #expect(found.status == .converged)
      #expect(found.value.lowerBound <= best + 1e-10 && best <= found.value.upperBound + 1e-10)
      #expect(found.value.upperBound - found.value.lowerBound <= 1e-10 * best)
      #expect(
        isClose(
          dot(solvedProbabilities(market.chain, offered: found.products), market.netRevenue), to: best,
          absolute: 1e-10))
    }
  }

  @Test func `is the same in all three storages`() throws {
    var generator = SeededGenerator(seed: 9)
    let mixture = try MixtureModel(
      shares: [0.6, 0.4], attractions: (0..<2).map { _ in (0..<30).map { _ in generator.exponential() } },
      outsideAttractions: [4, 2])
    let lowRank = try mixture.chain()
    let revenue = (0..<30).map { _ in generator.uniform() * 10 - 1 }
    let expected = lowRank.optimalAssortment(netRevenue: revenue)
    #expect(expected.status == .converged)
    for transitions in [
      Transitions.dense(lowRank.transitions.denseRows), .sparse(lowRank.transitions.sparseRows),
    ] {
      let chain = try SubstitutionChain(firstChoice: lowRank.firstChoice, transitions: transitions)
      let found = chain.optimalAssortment(netRevenue: revenue)
      #expect(found.products == expected.products)
      #expect(isClose(found.value.lowerBound, to: expected.value.lowerBound, absolute: 1e-10))
    }
  }

  @Test func `keeps a product whose revenue rises`() throws {
    for seed in 1...20 {
      let market = try RandomMarket(12, seed: UInt64(seed))
      let found = market.chain.optimalAssortment(netRevenue: market.netRevenue)
      var revenue = market.netRevenue
      let product = found.products.products[seed % found.products.count]
      revenue[product] += 1
      #expect(market.chain.optimalAssortment(netRevenue: revenue).products.contains(product))
    }
  }

  @Test func `holds its certificate where some products' customers never leave directly`() throws {
    // 0 <-> 1 with a way out through 2 only.
    let chain = try SubstitutionChain(
      firstChoice: [0.5, 0.3, 0.2],
      transitions: .dense(
        DenseTransitions(productCount: 3, values: [0, 0.9, 0.1, 0.5, 0, 0.5, 0.3, 0.3, 0])),
      leaving: [0, 0, 0.4])
    let found = chain.optimalAssortment(netRevenue: [1, 3, 2])
    #expect(found.status == .converged)
    let best = subsets(3).map { dot(solvedProbabilities(chain, offered: $0), [1, 3, 2]) }.max()!
    #expect(isClose(found.value.upperBound, to: best, absolute: 1e-9))
  }

  @Test func `is empty without a product that earns, and of no products`() throws {
    let market = try RandomMarket(4, seed: 1)
    let found = market.chain.optimalAssortment(netRevenue: [-1, 0, -3, -0.5])
    #expect(found.products.isEmpty && found.value == 0...0 && found.status == .converged)
    let nothing = try SubstitutionChain(
      firstChoice: [], transitions: .dense(DenseTransitions(productCount: 0, values: [])))
    #expect(nothing.optimalAssortment(netRevenue: []).products.isEmpty)
  }

  @Test func `offers forced products whatever they earn`() throws {
    for seed in 1...5 {
      let market = try RandomMarket(7, seed: UInt64(seed))
      var revenue = market.netRevenue
      revenue[2] = -5
      let forced = ProductSet(productCount: 7, [2])
      let found = market.chain.optimalAssortment(netRevenue: revenue, forced: forced)
      let best = subsets(7).filter { $0.contains(2) }
        .map { dot(solvedProbabilities(market.chain, offered: $0), revenue) }.max()!
      #expect(found.products.contains(2))
      #expect(isClose(found.value.lowerBound, to: best, absolute: 1e-10))
    }
  }
}

@Suite struct `Changing an assortment by one product` {
  @Test func `earns what the formulas of adding and dropping say`() throws {
    for seed in 1...10 {
      let market = try RandomMarket(8, seed: UInt64(seed))
      let offered = ProductSet(productCount: 8, [1, 4, 6])
      let value = dot(solvedProbabilities(market.chain, offered: offered), market.netRevenue)
      let moves = market.chain.oneStepMoves(offered: offered, netRevenue: market.netRevenue)
      #expect(isClose(moves.value, to: value, absolute: 1e-12))
      for j in offered.complement.products {
        let added = dot(solvedProbabilities(market.chain, offered: offered.inserting(j)), market.netRevenue)
        let gain = market.chain.gain(ofAdding: j, to: offered, moves, netRevenue: market.netRevenue[j])
        #expect(isClose(gain, to: added - value, absolute: 1e-12))
        #expect(moves.additionBound[j] * (added - value) >= -1e-15)
        #expect(abs(moves.additionBound[j]) >= abs(added - value) - 1e-12)
      }
      let table = market.chain.transference(offered: offered)
      for (position, i) in table.products.enumerated() {
        let dropped = dot(solvedProbabilities(market.chain, offered: offered.removing(i)), market.netRevenue)
        #expect(
          isClose(
            table.gain(ofRemoving: position, netRevenue: market.netRevenue), to: dropped - value,
            absolute: 1e-12))
        #expect(table.lostShare(position) >= 0)
        let row = market.chain.transference(of: i, offered: offered)
        #expect(
          difference(of: table.products.map { row[$0] }, from: table.shares[position], absolute: 1e-12) == nil
        )
      }
    }
  }

  @Test func `eliminating products one by one equals solving anew`() throws {
    let market = try RandomMarket(10, seed: 77)
    var censored = CensoredChain(market.chain, offered: .all(10))
    var offered = ProductSet.all(10)
    for product in [3, 9, 0, 5, 7] {
      censored.remove(product)
      offered.remove(product)
      #expect(
        difference(
          of: censored.probabilities, from: solvedProbabilities(market.chain, offered: offered),
          absolute: 1e-12) == nil)
      let fresh = CensoredChain(market.chain, offered: offered)
      for (position, product) in fresh.products.enumerated() {
        let expected = fresh.transference(of: position)
        let found = censored.transference(of: product)
        #expect(difference(of: fresh.products.map { found[$0] }, from: expected, absolute: 1e-12) == nil)
      }
    }
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
