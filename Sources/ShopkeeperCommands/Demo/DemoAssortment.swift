internal import AssortmentPlanning
internal import ChoiceModels
internal import Learning
internal import StoreData

/// What the demo plans to buy: a chain learned from sales with stock-outs, the plan for it beside the scale-tuned
/// newsvendor, and what both earn from the customers that the shop really has.
struct DemoAssortment {
  private let products: Int
  private let bought: Int
  private let report: PlanReport
  private let trueProfit: (plan: PathStatistics, baseline: PathStatistics)

  /// Customers of the season that is planned.
  private static let customers = 150.0

  /// Learns, plans, writes the chain, and asks the truth for the last column alone.
  init(shop: String, on execution: Execution) throws {
    let sales = try OfferSales(DelimitedTable(path: "\(shop)/sales.csv", on: execution))
    var recipe = ChainEstimator()
    (recipe.start, recipe.priorStrength) = (.logit, 5)
    let fitted = try recipe.fit(sales.train, on: execution)
    try execution.cancellation.check()
    let chain = "\(shop)/models/chain"
    try NamedChain(fitted.chain, ids: sales.ids).write(
      to: chain, model: FittedModel.chain.rawValue, dataFingerprint: sales.fingerprint)
    let files = MarketOptions()
    (files.chain, files.catalogue) = (chain, "\(shop)/products.csv")
    let market = try files.read(on: execution)
    let demand = DemandForecast.poisson(Self.customers)
    var planner = JointPlanner()
    (planner.effort, planner.paths, planner.computesBounds) = (.quick, 1_000, false)
    report = try planner.plan(
      PlanRequest(chain: market.chain, economics: market.economics, demand: demand), on: execution)
    let truth = try TrueChoice(path: "\(shop)/truth/choice.json", market)
    let judged = try [report.units, report.baseline.units].map {
      try truth.profit(of: $0, market.economics, demand: demand, paths: 2_000, seed: 1, on: execution)
    }
    trueProfit = (judged[0], judged[1])
    products = sales.ids.count
    bought = report.units.reduce(0, +)
  }

  func print(on console: Console, shop: String) throws {
    var table = TextTable(
      .left("what to buy for \(Int(Self.customers)) customers"), .right("units"), .right("profit"),
      .right("at most"), .right("with true customers"))
    table.add(
      "this plan", bought.grouped, report.profit.mean.fixed(0), report.bounds.used.fixed(0),
      "\(trueProfit.plan.mean.fixed(0)) ± \((1.96 * trueProfit.plan.standardError).fixed(0))")
    table.add(
      "scale-tuned newsvendor", report.baseline.units.reduce(0, +).grouped,
      report.baseline.profit.mean.fixed(0),
      "", "\(trueProfit.baseline.mean.fixed(0)) ± \((1.96 * trueProfit.baseline.standardError).fixed(0))")
    try console.print("")
    try console.print(table)
    try console.print(
      "\nPlanned for a chain that was learned from sales of \(products.grouped) products with stock-outs. Next:"
        + "\n  shopkeeper assortment plan --chain \(shop)/models/chain --catalogue \(shop)/products.csv"
        + " --customers poisson:\(Int(Self.customers)) --out \(shop)/plan")
  }
}
