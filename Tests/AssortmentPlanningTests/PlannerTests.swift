import ChoiceModels
import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import AssortmentPlanning

@Suite struct `The joint planner` {
  @Test func `finds the best of all plans on its bank in tiny problems`() throws {
    for seed in 1...6 {
      let market = try RandomMarket(4, seed: UInt64(seed))
      let found = try smallPlanner(paths: 120).selected(market.request(7))
      var best = 0.0
      func descend(_ units: [Int], _ left: Int) {
        guard units.count < 4 else {
          best = max(best, found.bank.profit(of: units, market.economics).mean)
          return
        }
        for count in 0...left { descend(units + [count], left - count) }
      }
      descend([], 8)
      #expect(found.profit >= best - 1e-9)
    }
  }

  @Test(arguments: [PurchaseTerms.Discount.incremental, .allUnits])
  func `finds the best of all plans where units get cheaper by the dozen`(kind: PurchaseTerms.Discount) throws
  {
    for seed in 1...4 {
      let market = try RandomMarket(3, seed: UInt64(seed))
      var request = market.request(8)
      for i in request.economics.indices {
        request.economics[i].discountKind = kind
        request.economics[i].discounts = [.init(units: 4, cost: 0.6 * request.economics[i].cost)]
      }
      let found = try smallPlanner(paths: 120).selected(request)
      var best = 0.0
      for a in 0...8 {
        for b in 0...8 {
          for c in 0...8 {
            best = max(best, found.bank.profit(of: [a, b, c], request.economics).mean)
          }
        }
      }
      #expect(found.profit >= best - 1e-9)
      let report = try smallPlanner(paths: 120).plan(request)
      #expect(report.profit.mean <= report.bounds.fluid + 3 * report.profit.standardError)
    }
  }

  @Test func `reaches plans of thousands of units in tens of evaluations, and no unit more or less gains`()
    throws
  {
    let market = try RandomMarket(6, seed: 3)
    let bank = try PreferenceBank(market.chain, demand: .fixed(20_000), paths: 4, seed: 1)
    var ascent = UnitMarginAscent(
      bank, market.economics, rules: PlanRules(), isOpen: [Bool](repeating: true, count: 6), committed: nil,
      threads: 1)
    let top = try ascent.climb(from: ascent.point([Int](repeating: 0, count: 6)), Cancellation())
    #expect(top.units.reduce(0, +) > 5_000 && ascent.evaluations < 400)
    #expect(top.margins.more.allSatisfy { $0 <= 1e-9 } && top.margins.less.allSatisfy { $0 <= 1e-9 })
  }

  @Test func `never does worse than the scale-tuned newsvendor by more than noise, and tells its gain`()
    throws
  {
    let market = try RandomMarket(40, substitutes: 6, seed: 2)
    let report = try smallPlanner(.quick, paths: 1_000).plan(market.request(20))
    #expect(report.baseline.gain.mean > -2 * report.baseline.gain.standardError)
    #expect(
      isClose(report.profit.mean - report.baseline.profit.mean, to: report.baseline.gain.mean, absolute: 1e-9)
    )
    #expect(report.status == .improved && report.gapPercent > 0 && report.gapPercent < 100)
    #expect(report.products.map(\.product) == report.carried)
  }

  @Test func `is the same for one and several threads`() throws {
    let market = try RandomMarket(15, seed: 4)
    let one = try smallPlanner().plan(market.request(12), on: Execution(threads: 1))
    let two = try smallPlanner().plan(market.request(12), on: Execution(threads: 3))
    #expect(one.units == two.units && one.profits == two.profits)
  }

  @Test func `stocks identical goods at levels that differ by one at the most`() throws {
    let n = 4
    let rows = (0..<n * n).map { $0 / n == $0 % n ? 0 : 0.2 }
    let chain = try SubstitutionChain(
      firstChoice: [Double](repeating: 0.25, count: n),
      transitions: .dense(DenseTransitions(productCount: n, values: rows)))
    let economics = [ProductEconomics](repeating: ProductEconomics(price: 10, cost: 4), count: n)
    let report = try smallPlanner(.quick, paths: 1_000).plan(
      PlanRequest(chain: chain, economics: economics, demand: .fixed(40)))
    #expect(report.units.max()! - report.units.min()! <= 1)
  }

  @Test func `keeps every rule`() throws {
    let market = try RandomMarket(12, seed: 6)
    var request = market.request(30)
    request.rules.budget = 200
    request.rules.maximumProducts = 4
    request.rules.maximumUnits = 14
    request.rules.mustCarry = [3]
    request.rules.excluded = [0]
    request.rules.groups = [.init(name: "pair", products: [1, 2], limit: 1)]
    for i in request.economics.indices {
      (request.economics[i].packSize, request.economics[i].minimumOrder) = (
        i % 3 == 0 ? 2 : 1, i % 2 == 0 ? 3 : 1
      )
      request.economics[i].maximumUnits = 6
    }
    let report = try smallPlanner().plan(request)
    let spend = zip(report.units, request.economics).reduce(0) { $0 + Double($1.0) * $1.1.cost }
    #expect(spend <= 200 && report.carried.count <= 4 && report.units.reduce(0, +) <= 14)
    #expect(report.units[3] > 0 && report.units[0] == 0 && (report.units[1] == 0 || report.units[2] == 0))
    for (i, units) in report.units.enumerated() where units > 0 {
      #expect(units % (i % 3 == 0 ? 2 : 1) == 0 && units >= (i % 2 == 0 ? 3 : 1) && units <= 6)
    }
    #expect(report.profit.mean >= report.baseline.profit.mean - 2 * report.baseline.gain.standardError)
  }

  /// Rules that no plan keeps beside carrying products 0, 1 and 2.
  enum Conflict: String, CaseIterable {
    case products = "3 products must be carried and at most 2 may be: product 0, product 1, product 2"
    case exclusion = "product 1 must be carried and is excluded"
    case group = "2 products of group pair must be carried and at most 1 may be: product 0, product 1"
    case units = "what must be carried needs 3 units and at most 2 are allowed"
    case budget = "what must be carried costs 3.0 and the budget is 2.5"

    func apply(to request: inout PlanRequest) {
      switch self {
      case .products: request.rules.maximumProducts = 2
      case .exclusion: request.rules.excluded = [1]
      case .group: request.rules.groups = [.init(name: "pair", products: [0, 1], limit: 1)]
      case .units: request.rules.maximumUnits = 2
      case .budget:
        for i in request.economics.indices { request.economics[i].cost = 1 }
        request.rules.budget = 2.5
      }
    }
  }

  @Test(arguments: Conflict.allCases)
  func `names the rules that no plan keeps together`(conflict: Conflict) throws {
    let market = try RandomMarket(5, seed: 6)
    var request = market.request(10)
    request.rules.mustCarry = [0, 1, 2]
    conflict.apply(to: &request)
    let report = try smallPlanner().plan(request)
    #expect(report.status == .infeasible && report.conflict?.description == conflict.rawValue)
  }

  @Test func `plans nothing for nobody, for no product, and where nothing earns`() throws {
    let market = try RandomMarket(4, seed: 1)
    let nobody = try smallPlanner().plan(market.request(0))
    #expect(nobody.units == [0, 0, 0, 0] && nobody.profit.mean == 0 && nobody.status == .optimal)
    var mean = market.request(0)
    mean.demand = .poisson(0)
    let never = try smallPlanner().plan(mean)
    #expect(never.units == [0, 0, 0, 0] && never.profit.mean == 0 && never.status == .optimal)
    var dear = market.request(10)
    for i in dear.economics.indices { dear.economics[i].cost = dear.economics[i].price + 1 }
    let nothing = try smallPlanner().plan(dear)
    #expect(nothing.units == [0, 0, 0, 0] && nothing.status == .optimal)
    let empty = try SubstitutionChain(
      firstChoice: [], transitions: .dense(DenseTransitions(productCount: 0, values: [])))
    let none = try smallPlanner().plan(PlanRequest(chain: empty, economics: [], demand: .fixed(10)))
    #expect(none.units == [] && none.status == .optimal)
  }

  @Test func `carries what must be carried also at a loss, and shows the loss`() throws {
    let market = try RandomMarket(4, seed: 1)
    var request = market.request(10)
    request.economics[2].cost = request.economics[2].price * 2
    request.rules.mustCarry = [2]
    let report = try smallPlanner().plan(request)
    #expect(report.units[2] == 1)
    #expect(report.products.first { $0.product == 2 }!.marginLess! > 0)
  }

  @Test func `refuses what would order without limit and everything else that is wrong at once`() throws {
    let market = try RandomMarket(3, seed: 1)
    var request = market.request(10)
    request.economics[0].salvage = request.economics[0].cost + 1
    request.economics[1].price = .nan
    request.economics[2].packSize = 0
    let error = #expect(throws: InvalidInput.self) { try smallPlanner().plan(request) }
    #expect(
      error?.violations.map(\.subject) == ["product 0 salvage", "product 1 price", "product 2 pack size"])
  }

  @Test func `leaves committed units alone and orders from open products only`() throws {
    let market = try RandomMarket(8, seed: 3)
    var request = market.request(25)
    request.committed = [3, 0, 0, 5, 0, 0, 0, 0]
    request.open = ProductSet(productCount: 8, [1, 2, 4])
    let report = try smallPlanner().plan(request)
    #expect(report.units[0] == 3 && report.units[3] == 5)
    #expect(report.units[5] == 0 && report.units[6] == 0 && report.units[7] == 0)
  }
}

@Suite struct `Four choice models` {
  @Test func `are planned for by the same request, each through its chain alone`() throws {
    let n = 12
    var generator = SeededGenerator(seed: 5)
    let logit = try LogitModel(
      attractions: (0..<n).map { _ in generator.exponential() }, outsideAttraction: 3)
    let mixture = try MixtureModel(
      shares: [0.5, 0.5], attractions: (0..<2).map { _ in (0..<n).map { _ in generator.exponential() } },
      outsideAttractions: [2, 4])
    let relevance = (0..<4).map { _ in (0..<n).map { _ in generator.normal() } }
    var parameters = MultiStepChoice.Parameters(
      weights: [4, 3, 2, 1], relevance: relevance, utility: relevance)
    parameters.resultCount = 5
    var calibration = Calibration()
    (calibration.customers, calibration.testCustomers) = (5_000, 500)
    let chains = [
      try logit.chain(), try mixture.chain(), try calibration.chain(of: LogitOracle(mixture)).chain,
      try calibration.chain(of: MultiStepChoice(parameters)).chain,
    ]
    let economics = (0..<n).map { ProductEconomics(price: 10 + Double($0), cost: 6) }
    for chain in chains {
      let report = try smallPlanner(.quick).plan(
        PlanRequest(chain: chain, economics: economics, demand: .poisson(30)))
      #expect(
        report.profit.mean > 0 && report.profit.mean <= report.bounds.fluid + 3 * report.profit.standardError)
    }
  }
}

@Suite struct `Model risk` {
  @Test func `is none for a logit, whose chain is exact`() throws {
    let mixture = try MixtureModel(shares: [1], attractions: [[3, 2, 1, 2]], outsideAttractions: [2])
    let economics = (0..<4).map { ProductEconomics(price: 10 + Double($0), cost: 5) }
    let units = [3, 2, 0, 4]
    let bank = try PreferenceBank(mixture.chain(), demand: .fixed(12), paths: 1_500, seed: 1)
    let byChain = bank.profit(of: units, economics)
    let byModel = try OracleSeason(LogitOracle(mixture), demand: .fixed(12), paths: 1_500, seed: 2)
      .profit(of: units, economics)
    let noise =
      (byChain.standardError * byChain.standardError + byModel.standardError * byModel.standardError)
      .squareRoot()
    #expect(abs(byChain.mean - byModel.mean) < 4 * noise)
  }
}

@Suite struct `Upper bounds` {
  @Test func `lie above the profit of every plan that was ever simulated`() throws {
    for (customers, seed) in [(8, 1), (60, 2)] {
      let market = try RandomMarket(10, seed: UInt64(seed))
      let request = market.request(customers)
      var bounds = UpperBounds()
      (bounds.scenarios, bounds.batches, bounds.steps) = (30, 4, 60)
      let report = try smallPlanner().plan(request)
      let flow = try bounds.flow(
        market.chain, request.demand, market.economics, lower: report.profit.mean, seed: 1)!
      let list = try bounds.list(
        market.chain, request.demand, market.economics, lower: report.profit.mean, seed: 2)!
      let bank = try PreferenceBank(market.chain, demand: request.demand, paths: 500, seed: 77)
      for trial in 0..<30 {
        let units = trial == 0 ? report.units : market.units(1 + customers / 5, seed: UInt64(trial))
        let profit = bank.profit(of: units, market.economics)
        for bound in [report.bounds.fluid, flow.upper, list.upper] {
          #expect(profit.mean - 3 * profit.standardError <= bound)
        }
      }
      #expect(flow.mean <= report.bounds.fluid * (1 + 0.05))
    }
  }
}

@Suite struct `A limited assortment` {
  @Test func `is as good as the best of all, and its bound is never below`() throws {
    var gaps: [Double] = []
    for seed in 1...12 {
      let market = try RandomMarket(10, substitutes: 6, seed: UInt64(seed))
      for limit in [2, 3, 4] {
        var request = AssortmentRequest(chain: market.chain, netRevenue: market.netRevenue)
        request.maximumProducts = limit
        let best = subsets(10).filter { $0.count <= limit }.map { request.value(of: $0) }.max()!
        let report = try AssortmentOptimizer().optimize(request)
        #expect(report.value >= 0.999 * best && report.bound >= best - 1e-9)
        #expect(request.allows(report.products))
        gaps.append(report.bound / best - 1)
      }
    }
    #expect(gaps.reduce(0, +) / Double(gaps.count) < 0.15)
  }

  @Test func `keeps weights, fixed costs, groups and musts`() throws {
    for seed in 1...4 {
      let market = try RandomMarket(8, substitutes: 4, seed: UInt64(seed))
      var request = AssortmentRequest(chain: market.chain, netRevenue: market.netRevenue)
      request.weights = (0..<8).map { 1 + Double($0 % 3) }
      request.weightLimit = 6
      request.fixedCosts = (0..<8).map { 0.1 * Double($0 % 2) }
      request.mustCarry = [2]
      request.groups = [.init(name: "pair", products: [0, 1], limit: 1)]
      let best = subsets(8).filter { request.allows($0) }.map { request.value(of: $0) }.max()!
      let report = try AssortmentOptimizer().optimize(request)
      #expect(request.allows(report.products) && report.value >= 0.99 * best && report.bound >= best - 1e-9)
    }
  }

  @Test func `without limits is exact and says so`() throws {
    let market = try RandomMarket(9, seed: 2)
    let report = try AssortmentOptimizer().optimize(
      AssortmentRequest(chain: market.chain, netRevenue: market.netRevenue))
    #expect(report.status == .optimal)
  }

  @Test func `of a next vendor is the best of all, given what is there`() throws {
    for seed in 1...5 {
      let market = try RandomMarket(7, seed: UInt64(seed))
      let there = ProductSet(productCount: 7, [0, 3])
      // What is there is paid for, so a sale of it brings the whole price.
      var worth = market.netRevenue
      for i in there.products { worth[i] = market.economics[i].price }
      let found = market.chain.optimalAssortment(netRevenue: worth, forced: there)
      let best = subsets(7).filter { $0.contains(0) && $0.contains(3) }
        .map { market.chain.expectedValue(of: worth, offered: $0) }.max()!
      #expect(isClose(found.value.lowerBound, to: best, absolute: 1e-9))
    }
  }
}

@Suite struct `Vendors and what-ifs` {
  @Test func `planning in sequence orders from each vendor in turn and costs what it says`() throws {
    var request = try RandomMarket(8, seed: 9).request(30)
    for i in request.economics.indices { request.economics[i].vendor = i % 2 == 0 ? "north" : "south" }
    let sequence = try VendorSequence(request, order: ["south", "north"], planner: smallPlanner())
    #expect(sequence.turns.map(\.vendor) == ["south", "north"])
    #expect(sequence.turns[0].units.keys.allSatisfy { $0 % 2 == 1 })
    #expect(sequence.turns[1].profit >= sequence.turns[0].profit - 1)
    #expect(throws: InvalidInput.self) {
      try VendorSequence(request, order: ["south"], planner: smallPlanner())
    }
  }

  @Test
  func `removing a product changes profit as re-evaluating says, and its customers go where the chain says`()
    throws
  {
    let market = try RandomMarket(6, seed: 4)
    let bank = try PreferenceBank(market.chain, demand: .fixed(20), paths: 200, seed: 3)
    let units = [3, 2, 0, 4, 1, 0]
    let result = try WhatIf(.remove(3), to: units, market.chain, market.economics, bank: bank)
    var without = units
    without[3] = 0
    let expected =
      bank.profit(of: without, market.economics).mean - bank.profit(of: units, market.economics).mean
    #expect(isClose(result.difference.mean, to: expected, absolute: 1e-9))
    #expect(result.transference.values.reduce(0, +) <= 1 && result.transference[3] == nil)
    #expect(throws: InvalidInput.self) {
      try WhatIf(.remove(2), to: units, market.chain, market.economics, bank: bank)
    }
  }
}
