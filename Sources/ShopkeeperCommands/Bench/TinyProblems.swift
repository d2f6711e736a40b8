internal import AssortmentPlanning
internal import ChoiceModels
internal import Learning
internal import StoreSimulator

/// Problems so small that every plan can be tried.
enum TinyProblems {
  /// Of 30 problems of 4 to 6 products and 8 to 10 customers, how many plans are the best of all on their bank.
  static func solvedExactly(on execution: Execution) throws -> Int {
    var exact = 0
    for (products, customers, most) in [(4, 10, 10), (5, 8, 8), (6, 8, 6)] {
      for seed in 1...10 {
        var market = SyntheticMarket()
        (market.products, market.substitutes, market.seed) = (products, 3, UInt64(seed))
        let instance = try market.instance()
        let economics = zip(instance.prices, instance.costs).map { ProductEconomics(price: $0, cost: $1) }
        var planner = JointPlanner()
        (planner.paths, planner.testPaths, planner.computesBounds) = (400, 400, false)
        let request = PlanRequest(chain: instance.chain, economics: economics, demand: .fixed(customers))
        let found = try planner.selected(request, on: execution)
        let best = bestOfAll(found.bank, economics, most: most, total: customers + 1)
        if found.profit >= best - 1e-9 { exact += 1 }
      }
    }
    return exact
  }

  private static func bestOfAll(
    _ bank: PreferenceBank, _ economics: [ProductEconomics], most: Int, total: Int
  ) -> Double {
    var units = [Int](repeating: 0, count: economics.count)
    var best = 0.0
    func descend(_ product: Int, _ left: Int) {
      if product == units.count {
        best = max(best, bank.profit(of: units, economics).mean)
        return
      }
      for count in 0...min(most, left) {
        units[product] = count
        descend(product + 1, left - count)
      }
      units[product] = 0
    }
    descend(0, total)
    return best
  }
}
