internal import Learning
internal import Probability
internal import ProductSearch
internal import StoreSimulator

/// `shopkeeper demo`
struct DemoCommand: Command {
  static let name = "demo"
  static let summary = "Make a sample shop, train everything on it, and show what it reaches."
  static let details = [
    "Everything printed is computed on the spot. The ranker that answers is chosen on the shop's validation queries, and"
      + " all are measured on its test queries; neither reads the truth behind the shop. The shop and its models stay"
      + " under --out.",
    "The console that `serve` will open is not there yet: with and without --no-serve the demo ends with its table.",
  ]
  static let examples = ["shopkeeper demo --no-serve"]

  @Option("serve", .switch, "End after the table.") var serve = true
  @Option("products", .integer(100...1_000_000), "Products of the sample shop.") var products = 5000
  @Option("customers", .integer(10...10_000_000), "Customers who search.") var customers = 20_000
  @Option("seed", .integer(0...UInt64.max), "Where random numbers start.") var seed: UInt64 = 1
  @Option("out", .folder(), "Where the shop and its models go.") var out = "shop"
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let started = Stopwatch.wallSeconds
    let shop = try makeShop(on: execution)
    let model = try train(console, on: execution)
    let measured = try measure(model, console, on: execution)
    let completion = try DemoCompletion(shop: out, console, on: execution)
    let members = try DemoMembers(shop: out, on: execution)
    let assortment = try DemoAssortment(shop: out, on: execution)
    let seconds = Stopwatch.wallSeconds - started
    if json { return try console.print(json: measured) }
    try report(shop, model, measured, seconds, console)
    try members.print(on: console, shop: out)
    try completion.print(on: console, shop: out)
    try assortment.print(on: console, shop: out)
  }

  private func makeShop(on execution: Execution) throws -> ShopSummary {
    var recipe = ShopRecipe()
    (recipe.products, recipe.customers, recipe.seed) = (products, customers, seed)
    return try SampleShop(recipe).write(to: out, on: execution)
  }

  private func train(_ console: Console, on execution: Execution) throws -> ProductSearchModel {
    let files = SearchDataOptions()
    files.catalogue = "\(out)/catalogue.jsonl"
    files.events = ["\(out)/ubi_queries.jsonl", "\(out)/ubi_events.jsonl"]
    let read = try files.read(on: execution)
    let training = ProductSearchTraining(
      data: read.data, validation: try task("validation", console, on: execution), evidence: read.evidence)
    let model = try ProductSearchRecipe().fit(training, on: execution)
    try execution.cancellation.check()
    try model.write(to: "\(out)/models/search", dataFingerprint: read.fingerprint)
    return model
  }

  private func task(_ split: String, _ console: Console, on execution: Execution) throws -> RankingTask? {
    let judged = JudgmentOptions()
    judged.queries = "\(out)/\(split)/queries.tsv"
    judged.judgments = "\(out)/\(split)/judgments.qrels"
    return try judged.task(console, on: execution)
  }

  /// What every ranker reaches on the test queries, and how long one answer takes.
  private func measure(
    _ model: ProductSearchModel, _ console: Console, on execution: Execution
  ) throws -> [DemoFigures] {
    guard let task = try task("test", console, on: execution) else { return [] }
    return try model.rankerNames.map { name in
      var run: [String: [ScoredDocument]] = [:]
      for query in task.queries {
        try execution.cancellation.check()
        let response = try model.search(SearchRequest(query.text, limit: 100, ranker: name))
        run[query.id] = response.results.map { ScoredDocument($0.id, Double($0.score)) }
      }
      let evaluation = try task.evaluate(run)
      let times = try Stopwatch.microseconds(count: task.queries.count) {
        _ = try model.search(SearchRequest(task.queries[$0].text, limit: 10, ranker: name))
      }
      let interval = evaluation.interval()
      return DemoFigures(
        ranker: name, answers: name == model.chosen, queries: evaluation.queries.count,
        ndcg10: evaluation.mean.ndcg,
        low: interval?.low ?? 0, high: interval?.high ?? 0, recall100: evaluation.recall(at: 100) ?? 0,
        microseconds: times.mean)
    }
  }

  private func report(
    _ shop: ShopSummary, _ model: ProductSearchModel, _ figures: [DemoFigures], _ seconds: Double,
    _ console: Console
  ) throws {
    try console.print(
      "A shop of \(shop.products.grouped) products and \(shop.queries.grouped) searches, made and learned in"
        + " \(clockText(seconds: seconds)).\n")
    var table = TextTable(
      .left("search ranker"), .right("nDCG@10"), .left("95 % interval"), .right("R@100"),
      .right("us a query"), .left(""))
    for row in figures {
      table.add(
        row.ranker, row.ndcg10.fixed(4), "\(row.low.fixed(4)) to \(row.high.fixed(4))",
        row.recall100.fixed(3),
        row.microseconds.fixed(0), row.answers ? "answers" : "")
    }
    try console.print(table)
    try console.print(
      "\nChosen on validation queries, measured on \(figures.first?.queries ?? 0) test queries. Next:"
        + "\n  shopkeeper search query \"cordless drill\" --model \(out)/models/search")
  }
}

/// What one ranker reached in the demo.
struct DemoFigures: Encodable {
  let ranker: String
  let answers: Bool
  let queries: Int
  let ndcg10, low, high, recall100, microseconds: Double
}
