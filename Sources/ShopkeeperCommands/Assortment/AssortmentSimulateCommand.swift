internal import AssortmentPlanning
internal import ChoiceModels
internal import Learning

/// `shopkeeper assortment simulate`
struct AssortmentSimulateCommand: Command {
  static let name = "simulate"
  static let summary = "Play a season with a plan: what sells out, what is lost, what a change would do."
  static let examples = [
    "shopkeeper assortment simulate --chain shop/models/chain --catalogue products.csv --plan plan/plan.csv"
      + " --customers fixed:1000 --remove sku-17"
  ]

  let market = MarketOptions()
  let demand = DemandOption()
  @Option("plan", .file(), "The plan, CSV with the columns id and units.") var plan: String
  @Option("add", .text("ID:UNITS"), "What if so many units of a product came in addition.") var add: String?
  @Option("remove", .text("ID"), "What if a product were not carried.") var remove: String?
  @Option("swap", .text("A:B[:UNITS]"), "What if B came in place of A, by default with as many units.")
  var swap: String?
  @Option(
    "truth", .text("PATH"),
    "Judge the plan by another model too: a chain's folder, or a search-and-buy model, JSON.",
    details:
      "The difference is the risk that lies in the model. A document of a search-and-buy model holds products (ids) and"
      + " choice, as in truth/choice.json of a generated shop; its customers are asked one by one, in a tenth of the paths."
  )
  var truth: String?
  @Option("paths", .integer(2...10_000_000), "Sample paths.") var paths = 1_000
  @Option(.seed) var seed: UInt64
  @Option(.json) var json: Bool
  let work = WorkOptions()

  private struct Product: Encodable {
    let id: String
    let outlook: ProductOutlook
  }
  private struct Difference: Encodable {
    let difference: Double
    let se: Double
  }
  private struct Change: Encodable {
    let transference: [String: Double]
    let simulated: Difference
  }
  private struct Document: Encodable {
    let profit: PlanDocument.Mean
    let sales: Double
    let lost: Double
    let recaptured: Double
    let products: [Product]
    let whatIf: Change?
    let truth: PlanDocument.Mean?
  }

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let market = try market.read(on: execution)
    let units = try market.units(plan: plan, on: execution)
    let forecast = try demand.forecast(on: execution)
    let bank = try PreferenceBank(
      market.chain, demand: forecast, paths: paths, seed: seed, on: execution)
    if bank.pathCount < paths { console.note("memory holds \(bank.pathCount) of \(paths) paths") }
    let simulation = StockOutSimulation(bank, units, market.economics, threads: execution.threads)
    let whatIf = try change(market, units).map {
      try WhatIf($0, to: units, market.chain, market.economics, bank: bank, threads: execution.threads)
    }
    let document = Document(
      profit: .init(mean: simulation.profit.mean, se: simulation.profit.standardError),
      sales: simulation.sales,
      lost: simulation.lost, recaptured: simulation.recaptured,
      products: simulation.products.map { Product(id: market.ids[$0.product], outlook: $0) },
      whatIf: whatIf.map { result in
        Change(
          transference: Dictionary(uniqueKeysWithValues: result.transference.map { (market.ids[$0], $1) }),
          simulated: .init(difference: result.difference.mean, se: result.difference.standardError))
      },
      truth: try truth.map {
        let profit = try TrueChoice(path: $0, market).profit(
          of: units, market.economics, demand: forecast, paths: paths, seed: seed &+ 1, on: execution)
        return .init(mean: profit.mean, se: profit.standardError)
      })
    if json { return try console.print(json: document) }
    try print(document, on: console)
  }

  private func change(_ market: Market, _ units: [Int]) throws -> WhatIf.Change? {
    guard [add, remove, swap].count(where: { $0 != nil }) <= 1 else {
      throw UsageError("--add, --remove and --swap exclude each other")
    }
    if let add {
      let parts = add.split(separator: ":").map(String.init)
      guard parts.count == 2, let count = Int(parts[1]) else { throw UsageError("--add: expected ID:UNITS") }
      return .add(try market.numbers(of: [parts[0]], "--add")[0], units: count)
    }
    if let remove { return .remove(try market.numbers(of: [remove], "--remove")[0]) }
    guard let swap else { return nil }
    let parts = swap.split(separator: ":").map(String.init)
    guard parts.count == 2 || parts.count == 3 && Int(parts[2]) != nil else {
      throw UsageError("--swap: expected A:B[:UNITS]")
    }
    let numbers = try market.numbers(of: Array(parts.prefix(2)), "--swap")
    return .swap(numbers[0], numbers[1], units: parts.count == 3 ? Int(parts[2])! : max(1, units[numbers[0]]))
  }

  private func print(_ document: Document, on console: Console) throws {
    try console.print(
      "profit \(document.profit.mean.fixed(2)) ± \((1.96 * document.profit.se).fixed(2)); \(document.sales.fixed(1)) sold,"
        + " \(document.recaptured.fixed(1)) of them to customers who found another product sold out, \(document.lost.fixed(1))"
        + " customers lost")
    if let truth = document.truth {
      try console.print(
        "by the other model \(truth.mean.fixed(2)) ± \((1.96 * truth.se).fixed(2)); the model's simplification makes"
          + " \((document.profit.mean - truth.mean).fixed(2)) of difference")
    }
    var table = TextTable(
      .left("product"), .right("units"), .right("sales"), .right("sold out"), .right("at"), .right("lost"),
      .right("left"))
    for product in document.products.sorted(by: { $0.outlook.units > $1.outlook.units }).prefix(30) {
      let outlook = product.outlook
      table.add(
        product.id, outlook.units.grouped, outlook.sales.fixed(2), outlook.soldOutProbability.fixed(2),
        outlook.sellOutTime.map { "\((100 * $0).fixed(0)) %" } ?? "", outlook.lost.fixed(2),
        outlook.leftover.fixed(2))
    }
    try console.print(table)
    guard let change = document.whatIf else { return }
    try console.print(
      "the change earns \(change.simulated.difference.fixed(2)) ± \((1.96 * change.simulated.se).fixed(2))")
    if !change.transference.isEmpty {
      let lost = 1 - change.transference.values.reduce(0, +)
      let takers = change.transference.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
      try console.print(
        "who takes over: " + takers.map { "\($0.key) \((100 * $0.value).fixed(1)) %" }.joined(separator: ", ")
          + "; lost \((100 * lost).fixed(1)) %")
    }
  }
}
