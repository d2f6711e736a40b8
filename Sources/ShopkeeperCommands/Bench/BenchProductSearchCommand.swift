internal import FoundationEssentials
internal import Learning
internal import ProductSearch
internal import StoreData
internal import StoreSimulator

/// `shopkeeper bench product-search`
struct BenchProductSearchCommand: Command {
  static let name = "product-search"
  static let summary = "Measure product search: rankers, fusion, corrections, filters, latency."
  static let details = [
    "Figures are <ranker>_<metric>_<set>. With --data, set c is the Home Depot catalogue without clicks, set d its"
      + " products with a positive training pair and all rankers, both on the validation queries; set icecat is words"
      + " alone and what a fusion reaches cross-validated. With --train and --test, set slang is a click log over the"
      + " Home Depot titles. Without any data, set shop is a generated shop.",
    "fusion_gain_<set> is the fusion minus the best other ranker in nDCG@10, with the 95 % interval of a paired"
      + " bootstrap over queries. Latencies are those of the last set with all rankers.",
    "With --data, queries of Home Depot as typed and with one typing error each: nDCG@10 by words with and without"
      + " correction, and the share of the loss that correction recovers (typo_recovered). theta_error is the largest error"
      + " of the position model on the log of a generated shop. spelling_us is the time to correct a word among"
      + " spelling_words, filter_clause_us to evaluate a new clause over filter_products. cold_ figures, insert_ms and"
      + " inserts_per_s are of products that come after training, see bench insertion.",
  ]
  static let examples = [
    "shopkeeper bench product-search", "shopkeeper bench product-search --data ../shared/data --json",
  ]

  @Option("data", .folder(), "The folder that holds homedepot and icecat.") var folder: String?
  @Option("train", .file(), "A click log over the Home Depot titles to train on.") var train: String?
  @Option("test", .file(), "The click log that it is measured on.") var test: String?
  @Option("products", .integer(100...1_000_000), "Products of the generated shop.") var products = 5000
  @Option("customers", .integer(10...10_000_000), "Customers of the generated shop.") var customers = 20_000
  @Option(
    "late", .integer(1000...1_000_000), "Products of the log of which a tenth comes after training.")
  var late = 30_000
  @Option("large", .integer(1000...1_000_000), "Words and products for which times are measured.") var large =
    100_000
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    var figures = BenchFigures("product-search")
    for load in try sets(console, execution) {
      let set = try load()
      let model = try set.fit(on: execution)
      try set.measure(model, into: &figures, on: execution)
      if set.name == "icecat" {
        figures["fusion_ndcg10_icecat_cross_validated"] = model.fusionReport?.models.map(\.ndcg).max()
      }
      if ["c", "shop"].contains(set.name) { try set.timeWords(model, into: &figures) }
      if model.rankerNames.count > 2 { try set.time(model, into: &figures) }
    }
    if let folder {
      try QuerySideBenchmark.measure(
        typos(in: folder + "/homedepot", execution), into: &figures, on: execution)
    }
    try measureInsertion(into: &figures, on: execution)
    QuerySideBenchmark.measurePositions(try positions(on: execution), into: &figures)
    try QuerySideBenchmark.timeSpelling(words: large, into: &figures, on: execution)
    try QuerySideBenchmark.timeFilters(products: large, into: &figures, on: execution)
    try figures.print(json: json, on: console)
  }

  /// Products that come after training, on a log generated for that.
  private func measureInsertion(into figures: inout BenchFigures, on execution: Execution) throws {
    var recipe = ScaleRecipe()
    recipe.labels = late
    let log = try ScaleLog(recipe, on: execution)
    let benchmark = InsertionBenchmark(
      products: log.titles.enumerated().map { ("p\($0)", $1) }, train: log.train, test: log.test)
    try benchmark.measure(benchmark.prepare(on: execution), &figures, on: execution)
    let search = try benchmark.prepareSearch(on: execution)
    try benchmark.measure(search, &figures, on: execution)
    try benchmark.time(search, &figures, on: execution)
  }

  /// The sets that there is data for, each read when its turn comes.
  private func sets(
    _ console: Console, _ execution: Execution
  ) throws -> [() throws -> ProductSearchBenchmark] {
    guard (train == nil) == (test == nil) else { throw UsageError("--train and --test go together") }
    guard let folder else {
      if train != nil { throw UsageError("--train and --test need --data") }
      return [{ try shop(on: execution) }]
    }
    let sets = BenchmarkSets(folder: folder, execution: execution)
    var all: [() throws -> ProductSearchBenchmark] = [
      sets.icecat, { try sets.homeDepot(clicked: false) }, { try sets.homeDepot(clicked: true) },
    ]
    if let train, let test { all.append { try sets.clickLog(train: train, test: test) } }
    return all
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

  /// A generated shop, its log and its validation queries.
  private func shop(on execution: Execution) throws -> ProductSearchBenchmark {
    var recipe = ShopRecipe()
    recipe.products = products
    let shop = try SampleShop(recipe)
    return try withScratchFolder { folder in
      try shop.write(to: folder, on: execution)
      let files = SearchDataOptions()
      files.catalogue = "\(folder)/catalogue.jsonl"
      files.events = ["\(folder)/ubi_queries.jsonl", "\(folder)/ubi_events.jsonl"]
      let read = try files.read(on: execution)
      return ProductSearchBenchmark(
        name: "shop", data: read.data, evidence: read.evidence,
        task: try BenchmarkSets(folder: folder + "/validation", execution: execution).task(
          "queries.tsv", "judgments.qrels", .clicks))
    }
  }
}
