internal import AssortmentPlanning
internal import ChoiceModels
internal import Learning
internal import LinearAlgebra

/// How much work a plan is worth.
enum PlanEffort: String, OptionChoice {
  case quick, normal, thorough

  var effort: JointPlanner.Effort { JointPlanner.Effort(rawValue: rawValue)! }
}

/// `shopkeeper assortment plan`
struct AssortmentPlanCommand: Command {
  static let name = "plan"
  static let summary = "Decide which products to carry and how many of each."
  static let details = [
    "The folder gets plan.csv, for people and for assortment simulate, plan.json, and two charts: sell-through.svg and"
      + " transference.svg, who takes over from a product that is missing. Profit is the mean over fresh"
      + " customers that took no part in the choice; the baseline is a newsvendor on the best assortment whose scale was tuned"
      + " on the same customers; no plan earns more than the bound, with 95 % confidence.",
    "With --committed what is bought already stays and only products without units are ordered; with --vendor only those"
      + " of one vendor. --vendor-order plans for vendors one after the other and tells what that costs.",
  ]
  static let examples = [
    "shopkeeper assortment plan --chain shop/models/chain --catalogue products.csv --customers poisson:1000 --out plan"
  ]

  let market = MarketOptions()
  let demand = DemandOption()
  let rules = RuleOptions()
  @Option("budget", .number(0...1e300), "Most that is spent on units.") var budget: Double?
  @Option("max-units", .integer(0...2_000_000_000), "Most units in all.") var maximumUnits: Int?
  @Option("max-space", .number(0...1e300), "Most space in all, by the catalogue's column weight.")
  var maximumSpace: Double?
  @Option("committed", .file(), "A plan that is bought already, CSV.") var committed: String?
  @Option("vendor", .text("NAME"), "Order from this vendor only.") var vendor: String?
  @Option("vendor-order", .text("V1,V2"), "Plan for these vendors one after the other.") var vendorOrder:
    String?
  @Option("effort", .choice(), "How much work the plan is worth.") var effort = PlanEffort.normal
  @Option("paths", .integer(1...10_000_000), "Sample paths that choose the plan.") var paths: Int?
  @Option("bounds", .switch, "Leave out upper bounds by scenarios.") var bounds = true
  @Option(.seed) var seed: UInt64
  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let market = try market.read(on: execution)
    guard market.hasPrior || market.notIdentified.count < market.ids.count else {
      throw InvalidInput(
        "--chain", given: "a chain of which the sales identify no row",
        expected: "sales in which products were missing at times, or a prior",
        advice: "Fit again with --prior-strength above 0.")
    }
    var request = PlanRequest(
      chain: market.chain, economics: market.economics, demand: try demand.forecast(on: execution))
    request.rules = try rules.rules(market)
    (request.rules.budget, request.rules.maximumUnits, request.rules.maximumSpace) = (
      budget, maximumUnits, maximumSpace
    )
    if let committed { request.committed = try market.units(plan: committed, on: execution) }
    if let vendor {
      let products = market.economics.indices.filter {
        market.economics[$0].vendor == vendor && request.committed?[$0] ?? 0 == 0
      }
      guard !products.isEmpty else {
        throw InvalidInput(
          "--vendor", given: vendor, expected: "a vendor of the catalogue with products to order")
      }
      request.open = ProductSet(productCount: market.ids.count, products)
    }
    var planner = JointPlanner()
    (planner.effort, planner.paths, planner.seed, planner.computesBounds) = (
      effort.effort, paths, seed, bounds
    )
    if let vendorOrder { return try planVendors(vendorOrder, request, planner, market, console, execution) }
    let report = try planner.plan(request, on: execution)
    let best = market.chain.optimalAssortment(netRevenue: market.economics.map { $0.price - $0.cost })
    let document = PlanDocument(report, market, bestAssortment: best.products)
    try execution.cancellation.check()
    if report.status != .infeasible { try write(document, market, report.units) }
    if json { return try console.print(json: document) }
    try print(document, on: console)
  }

  private func write(_ document: PlanDocument, _ market: Market, _ units: [Int]) throws {
    let map = TransferenceChart(market, units: units).document
    try FolderReplacement.replace(out) { folder in
      try Self.write(document.sellThroughChart.document, to: folder + "/sell-through.svg")
      try Self.write(map, to: folder + "/transference.svg")
      try Self.write(document.csv(fingerprint: market.fingerprint), to: folder + "/plan.csv")
      try Self.write(JSONValue(encoding: document).text(indented: true) + "\n", to: folder + "/plan.json")
    }
  }

  private static func write(_ text: String, to path: String) throws {
    try Array(text.utf8).withUnsafeBytes { try writeFile(path, [$0]) }
  }

  private func print(_ document: PlanDocument, on console: Console) throws {
    if let conflict = document.conflict { return try console.print("infeasible: \(conflict)") }
    try console.print(
      "\(document.products.counted("product")), \(document.units.counted("unit")), spend \(document.spend.fixed(2))"
    )
    try console.print(
      "expected profit \(document.profit.mean.fixed(2)) ± \((1.96 * document.profit.se).fixed(2))")
    try console.print(
      "scale-tuned newsvendor \(document.baseline.profit.fixed(2)); gain \(document.baseline.gainPercent.fixed(2)) ±"
        + " \((1.96 * document.baseline.gainSe).fixed(2)) %")
    try console.print(
      "no plan earns more than \(document.bounds.used.fixed(2)); gap \(document.gapPercent.fixed(1)) %, of which how much is"
        + " slack of the bound is not known")
    for note in document.notes { try console.print("note: \(note)") }
    var table = TextTable(
      .left("product"), .right("units"), .right("sales"), .right("sold out"), .right("one more"),
      .right("one less"))
    for line in document.plan.sorted(by: { $0.units > $1.units }).prefix(20) {
      table.add(
        line.id, line.units.grouped, line.expectedSales.fixed(2), line.soldOutProbability.fixed(2),
        line.marginPlus.fixed(2), line.marginMinus?.fixed(2) ?? "")
    }
    try console.print(table)
    if document.plan.count > 20 {
      try console.print("and \((document.plan.count - 20).grouped) more in \(out)/plan.csv")
    }
  }

  private func planVendors(
    _ text: String, _ request: PlanRequest, _ planner: JointPlanner, _ market: Market, _ console: Console,
    _ execution: Execution
  ) throws {
    struct Turn: Encodable {
      let vendor: String
      let units: Int
      let profit: Double
    }
    struct Document: Encodable {
      let turns: [Turn]
      let profit: Double
      let profitAtOnce: Double
      let costOfSequence: Double
    }
    let sequence = try VendorSequence(
      request, order: text.split(separator: ",").map(String.init), planner: planner, on: execution)
    let document = Document(
      turns: sequence.turns.map {
        Turn(vendor: $0.vendor, units: $0.units.values.reduce(0, +), profit: $0.profit)
      },
      profit: sequence.profit, profitAtOnce: sequence.profitAtOnce, costOfSequence: sequence.costOfSequence)
    var lines = "id,units\n"
    for (number, units) in sequence.units.enumerated() where units > 0 {
      lines += "\(market.ids[number].csvField),\(units)\n"
    }
    try FolderReplacement.replace(out) { folder in
      try Self.write(lines, to: folder + "/plan.csv")
      try Self.write(JSONValue(encoding: document).text(indented: true) + "\n", to: folder + "/plan.json")
    }
    if json { return try console.print(json: document) }
    var table = TextTable(.left("vendor"), .right("units"), .right("profit so far"))
    for turn in document.turns { table.add(turn.vendor, turn.units.grouped, turn.profit.fixed(2)) }
    try console.print(table)
    try console.print(
      "all vendors at once \(document.profitAtOnce.fixed(2)); deciding in sequence costs \(document.costOfSequence.fixed(2))"
    )
  }
}
