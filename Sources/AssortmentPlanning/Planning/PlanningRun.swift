internal import ChoiceModels
internal import Learning
internal import Probability

/// One run of the planner, stage by stage.
struct PlanningRun {
  private let planner: JointPlanner
  private let request: PlanRequest
  private let execution: Execution
  private let isOpen: [Bool]
  private var notes: [String] = []

  init(_ planner: JointPlanner, _ request: PlanRequest, _ execution: Execution) {
    self.planner = planner
    self.request = request
    self.execution = execution
    let n = request.chain.productCount
    let open =
      request.open?.flags ?? request.committed.map { $0.map { $0 == 0 } } ?? [Bool](repeating: true, count: n)
    let excluded = Set(request.rules.excluded)
    isOpen = open.indices.map { open[$0] && !excluded.contains($0) }
  }

  private enum Role: UInt64 {
    case selection = 1
    case validation, test, bounds, restarts
  }

  private func seed(_ role: Role) -> UInt64 {
    var generator = SeededGenerator(seed: planner.seed, stream: (1 << 56) + role.rawValue)
    return generator.next()
  }

  private mutating func bank(_ role: Role, paths: Int) throws -> PreferenceBank {
    let bank = try PreferenceBank(
      request.chain, demand: request.demand, paths: paths, seed: seed(role), memoryLimit: planner.memoryLimit,
      on: execution)
    if bank.pathCount < paths {
      notes.append("memory holds \(bank.pathCount) of \(paths) paths of the \(role) bank")
    }
    return bank
  }

  mutating func report() throws -> PlanReport {
    let customers = request.demand.mean
    let means = fluidDemand(customers)
    let fluid = fluidBound(customers)
    let paths = planner.selectionPaths(customers)
    let selection = try bank(.selection, paths: paths)
    let baseline = ScaleTunedNewsvendor(
      means: means, request.economics, rules: request.rules, committed: request.committed, bank: selection,
      threads: execution.threads)
    let candidates = try search(from: baseline, means: means, selection)
    let validation = try bank(.validation, paths: paths)
    let chosen = choose(baseline.units, candidates, validation)
    let test = try bank(.test, paths: planner.testPaths ?? 2 * paths)
    let outlook = StockOutSimulation(test, chosen, request.economics, threads: execution.threads)
    let reference = test.profit(of: baseline.units, request.economics, threads: execution.threads)
    let gain = outlook.profit.difference(from: reference)
    let bounds = try self.bounds(fluid: fluid, profit: outlook.profit.mean)
    let isOptimal = bounds.used - outlook.profit.mean <= 1e-9 * max(1, abs(bounds.used))
    return PlanReport(
      status: isOptimal ? .optimal : .improved, conflict: nil, units: chosen,
      profit: .init(mean: outlook.profit.mean, standardError: outlook.profit.standardError),
      baseline: .init(
        units: baseline.units, scale: baseline.scale,
        profit: .init(mean: reference.mean, standardError: reference.standardError),
        gain: .init(mean: gain.mean, standardError: gain.standardError)),
      bounds: bounds, products: outlook.products,
      paths: (selection.pathCount, validation.pathCount, test.pathCount), notes: notes,
      profits: outlook.profit.profits)
  }

  /// The best plan of the search on its own bank.
  mutating func selected() throws -> (units: [Int], profit: Double, bank: PreferenceBank) {
    let customers = request.demand.mean
    let bank = try bank(.selection, paths: planner.selectionPaths(customers))
    let means = fluidDemand(customers)
    let baseline = ScaleTunedNewsvendor(
      means: means, request.economics, rules: request.rules, committed: request.committed, bank: bank,
      threads: execution.threads)
    let plans = try search(from: baseline, means: means, bank) + [baseline.units]
    let profits = plans.map { bank.profit(of: $0, request.economics, threads: execution.threads).mean }
    let best = profits.indices.max { profits[$0] < profits[$1] }!
    return (plans[best], profits[best], bank)
  }

  /// What a sale earns once the order is placed, of units that cost as little as they can or a share of it: of committed
  /// units the whole price.
  private func netRevenue(costShare: Double = 1) -> [Double] {
    request.economics.indices.map { i in
      let product = request.economics[i]
      if let committed = request.committed, committed[i] > 0 { return product.netPrice }
      return isOpen[i] ? product.netPrice - costShare * product.leastNetCost : -1
    }
  }

  /// Expected first customers of each product of the assortment that is best when nothing runs out, at costs times a share.
  private func fluidDemand(_ customers: Double, costShare: Double = 1) -> [Double] {
    let forced = request.committed.map { ProductSet(flags: $0.map { $0 > 0 }) }
    let must = ProductSet(productCount: isOpen.count, request.rules.mustCarry)
    let held = ProductSet(
      flags: must.flags.indices.map { must.contains($0) || forced?.contains($0) ?? false })
    let best = request.chain.optimalAssortment(
      netRevenue: netRevenue(costShare: costShare), forced: held)
    return request.chain.probabilities(offered: best.products).map { $0 * customers }
  }

  /// Expected customers times what each is worth when nothing runs out, less what is spent already.
  private func fluidBound(_ customers: Double) -> Double {
    var worth = request.chain.optimalAssortment(netRevenue: netRevenue()).value.upperBound * customers
    if case .scenarios(let list) = request.demand {
      worth = list.reduce(0) { sum, scenario in
        let chain = scenario.chain ?? request.chain
        return sum + scenario.weight * Double(scenario.customers)
          * chain.optimalAssortment(netRevenue: netRevenue()).value.upperBound
      }
    }
    return worth - sunk
  }

  private var sunk: Double {
    guard let committed = request.committed else { return 0 }
    return zip(committed, request.economics).reduce(0) { $0 + $1.1.netSpend(on: $1.0) }
  }

  /// Plans that climb from several starts.
  ///
  /// Starts, exchanges and restarts work on a part of the bank; the best results climb on all of it, since what a small
  /// bank still gains is mostly chance.
  private func search(
    from baseline: ScaleTunedNewsvendor, means: [Double], _ bank: PreferenceBank
  ) throws -> [[Int]] {
    report("ascent", baseline.profit)
    var fine = ascent(on: bank)
    guard planner.effort != .quick else {
      return [try fine.climb(from: fine.point(baseline.units), execution.cancellation).units]
    }
    let part = bank.prefix(planner.searchPaths(request.demand.mean))
    var coarse = ascent(on: part)
    var reached: [UnitMarginAscent.Point] = []
    for start in [baseline.units] + starts(means, part) {
      let point = try coarse.climb(from: coarse.point(start), execution.cancellation)
      if !reached.contains(where: { $0.units == point.units }) { reached.append(point) }
    }
    reached.sort { $0.profit > $1.profit }
    report("exchanges", reached[0].profit)
    var exchange = ExchangeSearch(
      coarse, evaluations: planner.effort.searchEvaluations, generator: SeededGenerator(seed: seed(.restarts))
    )
    let improved = try exchange.improve(reached[0], execution)
    let best = [improved] + reached.filter { $0.units != improved.units }.prefix(2)
    report("ascent on the whole bank", improved.profit)
    return try best.map { point in
      try fine.climb(from: fine.point(point.units), execution.cancellation, firstShare: 0.3).units
    }
  }

  private func ascent(on bank: PreferenceBank) -> UnitMarginAscent {
    UnitMarginAscent(
      bank, request.economics, rules: request.rules, isOpen: isOpen, committed: request.committed,
      threads: execution.threads)
  }

  private func report(_ stage: String, _ profit: Double) {
    execution.progress.report(
      ProgressEvent(stage: stage, completed: 0, total: nil, figure: ("profit", profit)))
  }

  /// Where else to start: the best assortment when units are cheaper, first wishes of all products, what lies between
  /// these and the baseline, nothing, single products.
  ///
  /// Ascent ends in different places from each; which one is best differs from market to market.
  private func starts(_ means: [Double], _ bank: PreferenceBank) -> [[Int]] {
    let n = means.count
    let wishes = zip(request.chain.firstChoice, isOpen).map { $1 ? $0 * request.demand.mean : 0 }
    let generous = fluidDemand(request.demand.mean, costShare: 0.85)
    let between = zip(wishes, means).map { ($0 + $1) / 2 }
    var starts = [generous, wishes, between].map {
      ScaleTunedNewsvendor(
        means: $0, request.economics, rules: request.rules, committed: request.committed, bank: bank,
        threads: execution.threads
      ).units
    }
    // Where many customers come, the way from nothing is long and ends nowhere better.
    if request.demand.mean <= 2 * Double(n) {
      starts.append(RuleKeeper(request.rules, request.economics, committed: request.committed).units)
    }
    // On its own a product may earn where in company it does not; among many that is no start worth its time.
    guard n <= 12 else { return starts }
    let visits = request.chain.expectedVisits
    for product in 0..<n where isOpen[product] {
      var mean = [Double](repeating: 0, count: n)
      mean[product] = request.demand.mean * min(1, visits[product])
      starts.append(
        ScaleTunedNewsvendor.plan(
          mean, request.economics, rules: request.rules, committed: request.committed))
    }
    return starts
  }

  /// The best challenger on fresh customers, where it beats the baseline by more than two standard errors.
  private mutating func choose(_ baseline: [Int], _ candidates: [[Int]], _ bank: PreferenceBank) -> [Int] {
    let reference = bank.profit(of: baseline, request.economics, threads: execution.threads)
    var best: (units: [Int], profit: PathStatistics)?
    for units in candidates where units != baseline {
      let profit = bank.profit(of: units, request.economics, threads: execution.threads)
      if profit.mean > best?.profit.mean ?? -.infinity { best = (units, profit) }
    }
    guard let best else { return baseline }
    let gain = best.profit.difference(from: reference)
    if gain.mean > 2 * gain.standardError { return best.units }
    notes.append(
      "no plan beats the scale-tuned newsvendor by more than two standard errors on fresh customers")
    return baseline
  }

  private mutating func bounds(fluid: Double, profit: Double) throws -> PlanReport.Bounds {
    guard planner.computesBounds, request.demand.mean > 0 else {
      return .init(fluid: fluid, flow: nil, list: nil)
    }
    let upper = UpperBounds()
    execution.progress.report(ProgressEvent(stage: "bounds", completed: 0, total: 2))
    // Of committed units the cost is spent: a unit more costs nothing until they are used up, which relaxes the bound.
    var economics = request.economics
    for i in economics.indices where !isOpen[i] && request.committed.map({ $0[i] == 0 }) ?? true {
      economics[i].price = 0
    }
    let committed = request.committed
    let flow = try upper.flow(
      request.chain, request.demand, economics, committed: committed, lower: profit + sunk,
      seed: seed(.bounds), on: execution)
    execution.progress.report(ProgressEvent(stage: "bounds", completed: 1, total: 2))
    let list = try upper.list(
      request.chain, request.demand, economics, committed: committed, lower: profit + sunk,
      seed: seed(.bounds) &+ 1, on: execution)
    return .init(
      fluid: fluid, flow: flow.map { $0.lowered(by: sunk) }, list: list.map { $0.lowered(by: sunk) })
  }
}
