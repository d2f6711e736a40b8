import AssortmentPlanning
import ChoiceModels
import Learning
import Probability
import TestSupport
import Testing

@Suite struct `A bank of preference lists` {
  @Test func `gives margins of one unit more and less that equal evaluating the changed plans`() throws {
    for seed in 1...20 {
      let market = try RandomMarket(8, seed: UInt64(seed))
      let bank = try PreferenceBank(market.chain, demand: .fixed(25), paths: 12, seed: UInt64(seed))
      let units = market.units(5, seed: UInt64(seed))
      let margins = bank.unitMargins(of: units, market.economics)
      let profit = bank.profit(of: units, market.economics)
      #expect(margins.profit == profit)
      for i in units.indices {
        var more = units
        more[i] += 1
        #expect(
          isClose(
            bank.profit(of: more, market.economics).mean - profit.mean, to: margins.more[i], absolute: 1e-9))
        if units[i] > 0 {
          var less = units
          less[i] -= 1
          #expect(
            isClose(
              bank.profit(of: less, market.economics).mean - profit.mean, to: margins.less[i], absolute: 1e-9)
          )
        } else {
          #expect(margins.less[i] == -.infinity)
        }
      }
    }
  }

  @Test func `sells exactly what customers buy who walk while they are served`() throws {
    for seed in 1...5 {
      let market = try RandomMarket(10, seed: UInt64(seed))
      let units = market.units(4, seed: UInt64(seed))
      let bank = try PreferenceBank(market.chain, demand: .poisson(30), paths: 40, seed: 9)
      let walked = try ChainSimulation(market.chain, market.economics)
        .run(units, demand: .poisson(30), paths: 40, seed: 9)
      #expect(
        difference(
          of: bank.profit(of: units, market.economics).profits, from: walked.profit.profits, absolute: 1e-9)
          == nil)
    }
  }

  @Test func `does not depend on threads`() throws {
    let market = try RandomMarket(12, seed: 3)
    let units = market.units(6, seed: 1)
    let one = try PreferenceBank(
      market.chain, demand: .poisson(50), paths: 70, seed: 4, on: Execution(threads: 1))
    let two = try PreferenceBank(
      market.chain, demand: .poisson(50), paths: 70, seed: 4, on: Execution(threads: 2))
    let margins = one.unitMargins(of: units, market.economics, threads: 1)
    #expect(margins == two.unitMargins(of: units, market.economics, threads: 4))
  }

  @Test func `sells at least the lesser of first demand and units of a static assortment, path by path`()
    throws
  {
    let market = try RandomMarket(8, seed: 5)
    let units = market.units(4, seed: 2)
    let carried = ProductSet(flags: units.map { $0 > 0 })
    // With unlimited stock of what is carried, sales are first demand.
    let plenty = units.map { $0 > 0 ? 10_000 : 0 }
    for i in carried.products {
      var only = market.economics
      for j in only.indices { (only[j].price, only[j].cost) = (j == i ? 1 : 0, 0) }
      let bank = try PreferenceBank(market.chain, allowed: carried, demand: .fixed(30), paths: 50, seed: 6)
      let demand = bank.profit(of: plenty, only).profits
      let sales = bank.profit(of: units, only).profits
      for (d, s) in zip(demand, sales) { #expect(s >= min(d, Double(units[i])) - 1e-9) }
    }
  }

  @Test func `estimates choice probabilities that the chain computes`() throws {
    let market = try RandomMarket(6, seed: 11)
    let bank = try PreferenceBank(market.chain, demand: .fixed(1_000), paths: 200, seed: 2)
    let offered = ProductSet(productCount: 6, [1, 4])
    let probabilities = market.chain.probabilities(offered: offered)
    let outlook = StockOutSimulation(
      bank, offered.flags.map { $0 ? 100_000 : 0 }, market.economics)
    for product in outlook.products {
      let expected = 1_000 * probabilities[product.product]
      #expect(abs(product.sales - expected) < 4 * (expected / 200).squareRoot())
      #expect(product.demand == product.sales && product.lost == 0 && product.soldOutProbability == 0)
    }
  }

  @Test func `earns the same with salvage as with price and cost less salvage`() throws {
    let market = try RandomMarket(6, seed: 8)
    let units = market.units(5, seed: 3)
    let bank = try PreferenceBank(market.chain, demand: .fixed(12), paths: 30, seed: 1)
    var salvaged = market.economics
    for i in salvaged.indices { salvaged[i].salvage = salvaged[i].cost / 2 }
    let outlook = StockOutSimulation(bank, units, salvaged)
    // Money by hand: sales at the price, leftovers at salvage, all units at cost.
    let byHand = outlook.products.reduce(0.0) { sum, product in
      let item = salvaged[product.product]
      return sum + product.sales * item.price + product.leftover * item.salvage - Double(product.units)
        * item.cost
    }
    #expect(isClose(outlook.profit.mean, to: byHand, absolute: 1e-9))
  }

  @Test func `has fewer paths where memory does not suffice, and is refused below 50`() throws {
    let market = try RandomMarket(20, seed: 1)
    let bank = try PreferenceBank(
      market.chain, demand: .fixed(1_000), paths: 400, seed: 1, memoryLimit: 3 << 20)
    #expect(bank.pathCount >= 50 && bank.pathCount < 400 && bank.requestedPaths == 400)
    #expect(throws: InvalidInput.self) {
      try PreferenceBank(market.chain, demand: .fixed(1_000), paths: 400, seed: 1, memoryLimit: 1 << 16)
    }
  }

  @Test func `sells chocolate of 90, 80, 70 % cocoa in that order to customers who all prefer it so`() throws
  {
    let chain = try SubstitutionChain(
      firstChoice: [1, 0, 0],
      transitions: .dense(DenseTransitions(productCount: 3, values: [0, 0.8, 0, 0, 0, 0.5, 0, 0, 0])))
    #expect(
      difference(
        of: chain.probabilities(offered: ProductSet(productCount: 3, [2])), from: [0, 0, 0.4], absolute: 1e-14
      ) == nil)
    let economics = [ProductEconomics](repeating: ProductEconomics(price: 2, cost: 1), count: 3)
    let bank = try PreferenceBank(chain, demand: .fixed(30), paths: 400, seed: 1)
    let outlook = StockOutSimulation(bank, [5, 5, 5], economics).products
    #expect(outlook[0].soldOutProbability == 1 && outlook[0].sellOutTime == 5.0 / 30)
    #expect(
      outlook[0].sellOutTime! < outlook[1].sellOutTime! && outlook[1].sellOutTime! < outlook[2].sellOutTime!)
  }
}

@Suite struct `Expected profit` {
  /// Profit by the recursion over stock and customers.
  private func exact(_ market: RandomMarket, _ units: [Int], _ customers: Int) -> Double {
    var known: [[Int]: Double] = [:]
    func revenue(_ stock: [Int], _ left: Int) -> Double {
      if left == 0 { return 0 }
      if let value = known[stock + [left]] { return value }
      let p = market.chain.probabilities(offered: ProductSet(flags: stock.map { $0 > 0 }))
      var value = (1 - p.reduce(0, +)) * revenue(stock, left - 1)
      for i in stock.indices where stock[i] > 0 {
        var next = stock
        next[i] -= 1
        value += p[i] * (market.economics[i].price + revenue(next, left - 1))
      }
      known[stock + [left]] = value
      return value
    }
    return revenue(units, customers)
      - zip(units, market.economics).reduce(0) { $0 + Double($1.0) * $1.1.cost }
  }

  @Test func `simulated on a bank is that of the recursion over stock, within three standard errors`() throws
  {
    for seed in 1...3 {
      let market = try RandomMarket(3, substitutes: 2, seed: UInt64(seed))
      let bank = try PreferenceBank(market.chain, demand: .fixed(5), paths: 4_000, seed: UInt64(seed))
      for units in [[1, 1, 1], [2, 0, 1], [0, 3, 0]] {
        let found = bank.profit(of: units, market.economics)
        #expect(abs(found.mean - exact(market, units, 5)) < 3.5 * found.standardError + 1e-12)
      }
    }
  }

  @Test
  func
    `of the plan for three products and five customers is the best of all plans within its standard error`()
    throws
  {
    for seed in 1...2 {
      let market = try RandomMarket(3, substitutes: 2, seed: UInt64(seed))
      let planner = smallPlanner(paths: 1_500)
      let report = try planner.plan(market.request(5))
      var best = -Double.infinity
      for a in 0...4 {
        for b in 0...4 {
          for c in 0...4 where a + b + c <= 6 { best = max(best, exact(market, [a, b, c], 5)) }
        }
      }
      #expect(exact(market, report.units, 5) >= best - 0.02 * abs(best))
    }
  }
}
