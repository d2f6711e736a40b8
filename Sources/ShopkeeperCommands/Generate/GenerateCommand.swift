internal import Learning
internal import StoreData
internal import StoreSimulator

/// `shopkeeper generate`
struct GenerateCommand: Command {
  static let name = "generate"
  static let summary =
    "Write a sample shop: catalogue, search log, judged queries, and the truth behind them."
  static let details = [
    "The same options give the same files. The folder gets catalogue.jsonl, ubi_queries.jsonl, ubi_events.jsonl,"
      + " searches.jsonl.gz (what the search box saw, with every key), validation and test (judged queries) and truth, which no training reads.",
    "With --click-log it gets products.tsv, train.tsv and test.tsv instead: a log for measuring how training grows.",
  ]
  static let examples = [
    "shopkeeper generate --out shop", "shopkeeper generate --click-log --products 100000 --out log",
  ]

  @Option("products", .integer(10...2_000_000), "Products of the catalogue.") var products = 5000
  @Option("customers", .integer(1...10_000_000), "Customers who search.") var customers = 20_000
  @Option("days", .integer(1...3650), "Days of the log.") var days = 90
  @Option("click-log", .switch, "Write a plain click log of products p0, p1 ... instead.") var clickLog =
    false
  @Option("seed", .integer(0...UInt64.max), "Where random numbers start.") var seed: UInt64 = 1
  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    try clickLog ? writeClickLog(console, execution) : writeShop(console, execution)
  }

  private func writeShop(_ console: Console, _ execution: Execution) throws {
    var recipe = ShopRecipe()
    (recipe.products, recipe.customers, recipe.days, recipe.seed) = (products, customers, days, seed)
    let summary = try SampleShop(recipe).write(to: out, on: execution)
    let events = summary.events.values.reduce(0, +)
    if json {
      return try console.print(
        json: [
          "products": summary.products, "queries": summary.queries, "events": events,
          "judgedQueries": summary.judgedQueries,
        ])
    }
    try console.print(
      "\(summary.products.grouped) products, \(summary.queries.grouped) searches, \(events.grouped) events,"
        + " \(summary.judgedQueries.grouped) judged queries; written to \(out)")
  }

  private func writeClickLog(_ console: Console, _ execution: Execution) throws {
    var recipe = ScaleRecipe()
    recipe.labels = products
    recipe.seed = seed
    let log = try ScaleLog(recipe, on: execution)
    try log.write(to: out)
    if json {
      return try console.print(
        json: ["products": products, "train": log.train.entries.count, "test": log.test.entries.count])
    }
    try console.print(
      "\(products.grouped) products, \(log.train.entries.count.grouped) training queries,"
        + " \(log.test.entries.count.grouped) test queries; written to \(out)")
  }
}
