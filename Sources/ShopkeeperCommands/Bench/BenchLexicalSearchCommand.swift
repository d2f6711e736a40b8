internal import FoundationEssentials
internal import Learning
internal import LinearAlgebra
internal import Probability
internal import ProductSearch
internal import StoreSimulator

/// `shopkeeper bench lexical-search`
struct BenchLexicalSearchCommand: Command {
  static let name = "lexical-search"
  static let summary = "Measure search by words: quality, latency, size of the index."
  static let details = [
    "Processor time on one thread; the index is made with the default recipe from the products' own texts. Without files"
      + " a generated shop and its validation queries are used.",
    "Figures: microseconds from a query's text to 100 products, analysis included (bm25_us, the mean, and bm25_p99_us);"
      + " bm25_ndcg10_c, its 95 % interval (bm25_ndcg10_c_low, bm25_ndcg10_c_high), bm25_recall10_c, bm25_recall100_c,"
      + " with d for c under --protocol D; index_cpu_s, from texts in memory to the index; index_bytes, as written to"
      + " disk with everything that explanations need.",
  ]
  static let examples = [
    "shopkeeper bench lexical-search",
    "shopkeeper bench lexical-search --catalogue products.jsonl --queries q.tsv --judgments j.qrels --json",
  ]

  @Option("catalogue", .file(), "Products: JSON Lines, CSV or tab-separated, also .gz.") var catalogue:
    String?
  let judged = JudgmentOptions()
  @Option("products", .integer(100...1_000_000), "Products of the generated shop.") var products = 50_000
  @Option(.json) var json: Bool
  @Option(.quiet) var quiet: Bool

  func run(_ console: Console) throws {
    let work = WorkOptions()
    (work.threads, work.quiet) = (1, quiet)
    let execution = console.execution(work)
    let (data, task) = try input(console, on: execution)
    let (index, seconds) = try Stopwatch.processSeconds {
      try LexicalRecipe().fit(data, on: execution).scoped(to: .text)
    }
    var figures = BenchFigures("lexical-search")
    let texts = task.queries.map(\.text)
    var ranking = ProductRanking()
    let times = try Stopwatch.microseconds(count: texts.count, passes: 5) {
      try index.rank(texts[$0], limit: 100, into: &ranking)
    }
    figures["bm25_us"] = times.mean
    figures["bm25_p99_us"] = times.percentile(0.99)
    let evaluation = try task.evaluate(index, ids: data.products.map(\.id), on: execution)
    let documents = task.documents.rawValue.lowercased()
    figures["bm25_ndcg10_\(documents)"] = evaluation.mean.ndcg
    let interval = evaluation.interval()
    figures["bm25_ndcg10_\(documents)_low"] = interval?.low
    figures["bm25_ndcg10_\(documents)_high"] = interval?.high
    figures["bm25_recall10_\(documents)"] = evaluation.recall(at: 10)
    figures["bm25_recall100_\(documents)"] = evaluation.recall(at: 100)
    figures["index_cpu_s"] = seconds
    figures["index_bytes"] = try withScratchFolder { Double(try writtenBytes(index, in: $0)) }
    try figures.print(json: json, on: console)
  }

  /// The products and the judged queries of the files, or of a generated shop.
  private func input(_ console: Console, on execution: Execution) throws -> (
    data: ProductSearchData, task: RankingTask
  ) {
    if let catalogue { return try read(catalogue, console, on: execution) }
    guard judged.queries == nil, judged.judgments == nil else {
      throw UsageError("--queries and --judgments need --catalogue")
    }
    var recipe = ShopRecipe()
    // Words need no log.
    (recipe.products, recipe.customers, recipe.days) = (products, 1, 1)
    let shop = try SampleShop(recipe)
    return try withScratchFolder { folder in
      try shop.write(to: folder, on: execution)
      judged.queries = "\(folder)/validation/queries.tsv"
      judged.judgments = "\(folder)/validation/judgments.qrels"
      return try read("\(folder)/catalogue.jsonl", console, on: execution)
    }
  }

  private func read(
    _ catalogue: String, _ console: Console, on execution: Execution
  ) throws -> (data: ProductSearchData, task: RankingTask) {
    guard let task = try judged.task(console, on: execution) else {
      throw UsageError("--catalogue needs --queries and --judgments")
    }
    let files = SearchDataOptions()
    files.catalogue = catalogue
    return (try files.read(on: execution).data, task)
  }

  private func writtenBytes(_ index: LexicalIndex, in folder: String) throws -> Int {
    let model = folder + "/index"
    try ModelArchive.write(to: model, kind: "lexical") { try index.write(to: &$0) }
    return try FileManager.default.contentsOfDirectory(atPath: model).reduce(0) { sum, name in
      sum + (try MappedFile(path: "\(model)/\(name)").count)
    }
  }
}
