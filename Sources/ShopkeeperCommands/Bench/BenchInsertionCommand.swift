internal import ExtremeRanking
internal import Learning
internal import Probability
internal import ProductSearch
internal import StoreData
internal import StoreSimulator

/// `shopkeeper bench insertion`
struct BenchInsertionCommand: Command {
  static let name = "insertion"
  static let summary = "Measure products that come after training: quality, cost to the others, time."
  static let details = [
    "A share of the clicked products is withheld from training with all its clicks and inserted by title alone. Without"
      + " --products, --train and --test a generated log is used. With --validate the quality is measured on a tenth of the"
      + " training queries, taken out before, and the test log is not read: for choosing options.",
    "Figures of the fusion of all rankers: recall of inserted products at 10 and 100 (cold_recall10, cold_recall100) on the"
      + " test queries that lead to one (cold_queries); recall of the others (cold_others_recall10) and before the insertion"
      + " (cold_others_recall10_before); cold_title_found, the share that its title finds among ten; milliseconds an insert,"
      + " from text to a model that answers with it (insert_ms, insert_p99_ms, one thread); inserts_per_s in one batch;"
      + " search_merge_s; microseconds a query after and before 300 inserts (grown_us, ungrown_us). The same of the tree"
      + " alone with xr in the names, of other rankers with theirs; insert_vector_bytes_per_label, what a tree keeps.",
  ]
  static let examples = [
    "shopkeeper bench insertion",
    "shopkeeper bench insertion --products products.tsv --train train.tsv --test test.tsv --json",
  ]

  @Option("products", .file(), "Titles as lines product<TAB>title.") var products: String?
  @Option("train", .file(), "Training log: query<TAB>product:clicks,... lines.") var train: String?
  @Option("test", .file(), "Test log of the same form.") var test: String?
  @Option("labels", .integer(100...1_000_000), "Products of the generated log.") var labels = 30_000
  @Option("share", .number(0.001...0.9), "Share of the clicked products that is withheld.") var share = 0.1
  @Option("pair-cost", .number(0...1000), "Cost of a title's word pairs.") var pairCost =
    LabelInsertionRecipe().pairCost
  @Option("cold-share", .number(0...0.5), "Share of the products without clicks while a fusion is learned.")
  var coldShare = FusionRecipe().coldShare
  @Option(
    "newcomer-cost", .number(0...0.2), "Recall at ten that the others may lose to products without clicks.")
  var newcomerCost = FusionRecipe().newcomerCost
  @Option("validate", .switch, "Measure on training queries instead of the test log.") var validate = false
  @Option("tree-only", .switch, "Measure the tree alone, not the whole search.") var treeOnly = false
  @Option("quick", .switch, "At most 10,000 products in the generated log.") var quick = false
  @Option(.seed) var seed: UInt64
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    var benchmark = try log(console, on: execution)
    benchmark.share = share
    benchmark.insertion.pairCost = pairCost
    (benchmark.coldShare, benchmark.newcomerCost) = (coldShare, newcomerCost)
    (benchmark.seed, benchmark.recipe.seed) = (seed, seed)
    var figures = BenchFigures("insertion")
    let prepared = try benchmark.prepare(on: execution)
    try benchmark.measure(prepared, &figures, on: execution)
    try benchmark.time(prepared, &figures, on: execution)
    if !treeOnly {
      let search = try benchmark.prepareSearch(on: execution)
      try benchmark.measure(search, &figures, on: execution)
      try benchmark.time(search, &figures, on: execution)
    }
    try figures.print(json: json, on: console)
  }

  private func log(_ console: Console, on execution: Execution) throws -> InsertionBenchmark {
    guard [products, train, test].allSatisfy({ $0 == nil }) else {
      guard let products, let train, test != nil || validate else {
        throw UsageError("--products, --train and --test go together")
      }
      let titles = try console.read(QuerySet.self, from: products, on: execution).value.queries
      let log = try console.read(ClickLog.self, from: train, on: execution).value
      return try split(
        titles.filter { $0.id != "product_id" }.map { ($0.id, $0.text) }, log,
        validate ? nil : console.read(ClickLog.self, from: test!, on: execution).value)
    }
    var recipe = ScaleRecipe()
    recipe.labels = quick ? min(labels, 10_000) : labels
    let log = try ScaleLog(recipe, on: execution)
    return split(
      log.titles.enumerated().map { ("p\($0)", $1) }, log.train, validate ? nil : log.test)
  }

  /// Takes every query with a chance of a tenth out of the training log where there is no test log.
  private func split(
    _ products: [(id: String, title: String)], _ train: ClickLog, _ test: ClickLog?
  ) -> InsertionBenchmark {
    if let test { return InsertionBenchmark(products: products, train: train, test: test) }
    var generator = SeededGenerator(seed: seed, stream: 8)
    var (learned, judged) = (ClickLog(), ClickLog())
    for entry in train.entries {
      if generator.uniform() < 0.1 { judged.entries.append(entry) } else { learned.entries.append(entry) }
    }
    return InsertionBenchmark(products: products, train: learned, test: judged)
  }
}
