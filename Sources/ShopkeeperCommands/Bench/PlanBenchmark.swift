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

/// Gains over the scale-tuned newsvendor, over seeds and shapes.
struct GainBenchmark {
  let folder: String
  let seeds: Int
  let effort: JointPlanner.Effort

  func measure(_ figures: inout BenchFigures, ratios: [Double], _ execution: Execution) throws {
    for shape in SyntheticMarket.Shape.allCases {
      for ratio in ratios {
        var (gains, lows, ascents) = ([Double](), [Double](), [Double]())
        for seed in 1...UInt64(seeds) {
          let instance = try instance(shape, seed)
          var planner = JointPlanner()
          (planner.testPaths, planner.computesBounds) = (4_000, false)
          planner.seed = seed
          let request = PlanRequest(
            chain: instance.chain,
            economics: zip(instance.prices, instance.costs).map { ProductEconomics(price: $0, cost: $1) },
            demand: .fixed(Int(ratio * Double(instance.prices.count))))
          // The reference ascent has 2,000 paths; the planner as many as its effort is worth, the baseline the same.
          (planner.effort, planner.paths) = (.quick, 2_000)
          let ascent = try planner.plan(request, on: execution).baseline
          ascents.append(ascent.gainPercent)
          (planner.effort, planner.paths) = (effort, nil)
          let gain = effort == .quick ? ascent : try planner.plan(request, on: execution).baseline
          gains.append(gain.gainPercent)
          lows.append(gain.gainPercent - 1.96 * gain.gainPercentError)
        }
        let key = "\(shape.rawValue)_\(Int((100 * ratio).rounded()))"
        let mean = gains.mean
        let deviation = (gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, seeds - 1)))
          .squareRoot()
        figures["gain_mean_\(key)"] = mean
        figures["gain_half_\(key)"] = 1.96 * deviation / Double(seeds).squareRoot()
        figures["gain_low_\(key)"] = gains.min()
        figures["gain_low95_\(key)"] = lows.min()
        figures["gain_above_\(key)"] = Double(lows.count { $0 > 0 })
        figures["ascent_mean_\(key)"] = ascents.mean
      }
    }
    figures["seeds"] = Double(seeds)
  }

  private func instance(_ shape: SyntheticMarket.Shape, _ seed: UInt64) throws -> ChainInstance {
    let path = "\(folder)/\(shape.rawValue)-\(seed).bin"
    if let instance = try? ChainInstance(contentsOf: path) { return instance }
    var market = SyntheticMarket()
    (market.shape, market.seed) = (shape, seed)
    return try market.instance()
  }
}

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
