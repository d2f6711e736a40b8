internal import AssortmentPlanning
internal import ChoiceModels
internal import Learning
internal import StoreSimulator

/// Plans and speed on one instance.
struct PlanBenchmark {
  let instance: ChainInstance
  let name: String
  let effort: JointPlanner.Effort

  init(_ instance: ChainInstance, name: String, effort: JointPlanner.Effort) {
    (self.instance, self.name, self.effort) = (instance, name, effort)
  }

  private var economics: [ProductEconomics] {
    zip(instance.prices, instance.costs).map { ProductEconomics(price: $0, cost: $1) }
  }

  /// Customers a second on 2,000 seasons of 1,000 customers, with the units that a shop that never runs out would sell.
  func measureSpeed(_ figures: inout BenchFigures, _ execution: Execution) throws {
    let (customers, paths) = (1_000, 2_000)
    let best = instance.chain.optimalAssortment(netRevenue: instance.netRevenue).products
    let units = instance.chain.probabilities(offered: best).map { Int(($0 * Double(customers)).rounded()) }
    let economics = economics
    let simulation = try ChainSimulation(instance.chain, economics)
    func rate(_ key: String, _ body: () throws -> Void) rethrows {
      let times = try (0..<5).map { _ in try Stopwatch.processSeconds(body).1 }
      figures["\(key)_mcustomers_s_\(name)"] = Double(customers * paths) / times.sorted()[2] / 1e6
    }
    rate("chain") { _ = simulation.run(units, demand: .fixed(customers), paths: paths, seed: 1) }
    var bank = try PreferenceBank(
      instance.chain, allowed: best, demand: .fixed(customers), paths: paths, seed: 1, on: execution)
    try rate("bank_build") {
      bank = try PreferenceBank(
        instance.chain, allowed: best, demand: .fixed(customers), paths: paths, seed: 1, on: execution)
    }
    rate("bank") { _ = bank.profit(of: units, economics) }
    rate("margins") { _ = bank.unitMargins(of: units, economics) }
    if best.count <= 1_000 {
      figures["path_s_\(name)"] =
        Stopwatch.processSeconds {
          _ = PoolingPath(instance.chain, from: best, customers: Double(customers), economics)
        }.1
    }
  }

  /// A plan with its bounds.
  func measurePlan(_ customers: Int, _ figures: inout BenchFigures, _ execution: Execution) throws {
    var planner = JointPlanner()
    planner.effort = effort
    planner.computesBounds = false
    let request = PlanRequest(chain: instance.chain, economics: economics, demand: .fixed(customers))
    let key = "\(name)_\(customers)"
    let (report, seconds) = try Stopwatch.processSeconds { try planner.plan(request, on: execution) }
    figures["plan_s_\(key)"] = seconds
    figures["plan_profit_\(key)"] = report.profit.mean
    figures["plan_se_\(key)"] = report.profit.standardError
    figures["baseline_profit_\(key)"] = report.baseline.profit.mean
    figures["gain_pct_\(key)"] = report.baseline.gainPercent
    figures["gain_se_\(key)"] = report.baseline.gainPercentError
    figures["fluid_\(key)"] = report.bounds.fluid
    guard instance.prices.count <= 1_000 else { return }
    let upper = UpperBounds()
    let (flow, flowSeconds) = try Stopwatch.processSeconds {
      try upper.flow(
        instance.chain, request.demand, economics, lower: report.profit.mean, seed: 9, on: execution)
    }
    figures["flow_s_\(key)"] = flowSeconds / Double(upper.batches)
    figures["flow_bound_\(key)"] = flow?.upper
    var used = min(report.bounds.fluid, flow?.upper ?? .infinity)
    if customers <= 5 * instance.prices.count {
      let list = try upper.list(
        instance.chain, request.demand, economics, lower: report.profit.mean, seed: 10, on: execution)
      figures["list_bound_\(key)"] = list?.upper
      used = min(used, list?.upper ?? .infinity)
    }
    figures["gap_pct_\(key)"] = 100 * (1 - report.profit.mean / used)
  }
}
