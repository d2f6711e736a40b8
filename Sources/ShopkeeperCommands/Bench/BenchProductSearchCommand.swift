internal import Learning
internal import ProductSearch
internal import StoreData
internal import StoreSimulator

/// `shopkeeper bench product-search`
struct BenchProductSearchCommand: Command {
  static let name = "product-search"
  static let summary = "Measure product search: corrections, filters, training pairs."
  static let details = [
    "With --data, queries of Home Depot as typed and with one typing error each: nDCG@10 by words with and without"
      + " correction, and the share of the loss that correction recovers (typo_recovered). theta_error is the largest error"
      + " of the position model on the log of a generated shop. spelling_us is the time to correct a word among"
      + " spelling_words, filter_clause_us to evaluate a new clause over filter_products."
  ]
  static let examples = ["shopkeeper bench product-search --data ../shared/data --json"]

  @Option("data", .folder(), "The folder that holds homedepot.") var folder: String?
  @Option("products", .integer(100...1_000_000), "Products of the generated shop.") var products = 5000
  @Option("customers", .integer(10...10_000_000), "Customers of the generated shop.") var customers = 20_000
  @Option("large", .integer(1000...1_000_000), "Words and products for which times are measured.") var large =
    100_000
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    var figures = BenchFigures("product-search")
    if let folder {
      try QuerySideBenchmark.measure(
        typos(in: folder + "/homedepot", execution), into: &figures, on: execution)
    }
    QuerySideBenchmark.measurePositions(try positions(on: execution), into: &figures)
    try QuerySideBenchmark.timeSpelling(words: large, into: &figures, on: execution)
    try QuerySideBenchmark.timeFilters(products: large, into: &figures, on: execution)
    try figures.print(json: json, on: console)
  }

  private func typos(in folder: String, _ execution: Execution) throws -> QuerySideBenchmark.Typos {
    let files = SearchDataOptions()
    files.catalogue = "\(folder)/products.tsv.gz"
    let judgments = try RelevanceJudgments.read(contentsOf: "\(folder)/validation.qrels.gz").value
    func task(_ queries: String) throws -> RankingTask {
      RankingTask(
        queries: judgments.judgedQueries(texts: try QuerySet.read(contentsOf: "\(folder)/\(queries)").value),
        metrics: .homeDepot)
    }
    return QuerySideBenchmark.Typos(
      data: try files.read(on: execution).data, typed: try task("validation.queries.tsv.gz"),
      misspelt: try task("validation.typos.tsv.gz"))
  }

  /// The position model of a generated shop's log.
  private func positions(on execution: Execution) throws -> PositionModel {
    var recipe = ShopRecipe()
    (recipe.products, recipe.customers) = (products, customers)
    let shop = try SampleShop(recipe)
    return try withScratchFolder { folder in
      try shop.write(to: folder, on: execution)
      let files = SearchDataOptions()
      files.catalogue = "\(folder)/catalogue.jsonl"
      files.events = ["\(folder)/ubi_queries.jsonl", "\(folder)/ubi_events.jsonl"]
      return try files.read(on: execution).learned?.positions
        ?? TrainingPairs(InteractionLog { _ in nil }).positions
    }
  }
}
