internal import Learning
internal import QueryCompletion

/// `shopkeeper bench completion`
struct BenchCompletionCommand: Command {
  static let name = "completion"
  static let summary = "Measure query completion: quality, speed, size."
  static let details = [
    "--data is a folder of train.jsonl, val.jsonl and test.jsonl, as complete import writes it; weights come from val.jsonl,"
      + " and --split says which rows are judged. Strict prefixes count alone. Processor time on one thread.",
    "Figures: mrr and its groups for past queries alone, mrr_generated and mrr_unseen with generated texts, mrr_all_tiers,"
      + " mrr_prefix_tree for the published ranker with diff_prefix_tree and its interval over users, mrr_typo with one"
      + " typing error, mrr_k5 when five users must share a text, keystrokes_saved; with --ablation what is lost without"
      + " each group of features.",
  ]
  static let examples = ["shopkeeper bench completion --data pairs --json"]

  @Option("data", .folder(), "The examples, split by time.") var data: String
  @Option("catalogue", .file(), "The catalogue, to measure what a cap for each category gives and costs.")
  var catalogue: String?
  @Option("split", .choice(), "Which rows are judged.") var split = CompletionSplit.test
  @Option("ablation", .switch, "Leave out each group of features in turn.") var ablates = false
  @Option("quick", .switch, "Leave out the published ranker, anonymity and typing.") var quick = false
  @Option(.json) var json: Bool
  @Option(.quiet) var quiet: Bool

  func run(_ console: Console) throws {
    let work = WorkOptions()
    (work.threads, work.quiet) = (1, quiet)
    let execution = console.execution(work)
    let pairs = try CompletionPairs(folder: data, on: execution)
    var recipe = QueryCompletion()
    recipe.anonymity = 1
    let (model, seconds) = try Stopwatch.processSeconds {
      try recipe.fit(CompletionData(training: pairs.training, validation: pairs.validation), on: execution)
    }
    let benchmark = CompletionBenchmark(
      pairs: pairs, rows: split == .test ? pairs.test : pairs.validation, model: model, execution: execution)
    var figures = BenchFigures("completion")
    figures["labels"] = Double(model.labelCount)
    figures["train_rows"] = Double(pairs.training.count)
    figures["test_users"] = Double(Set(benchmark.rows.map(\.user)).count)
    figures["build_s"] = seconds
    figures["bytes_per_label"] = model.bytesPerLabel
    figures["open_ms"] = try openingTime(model)
    benchmark.measureQuality(&figures)
    benchmark.measureTypos(&figures)
    benchmark.measureSpeed(&figures)
    try benchmark.measureLive(&figures)
    try benchmark.measureLeaks(&figures)
    if !quick {
      try benchmark.measurePrefixTree(&figures)
      try benchmark.measureAnonymity(&figures)
      benchmark.measureTyping(&figures)
    }
    if let catalogue { try benchmark.measureDiversity(catalogue, &figures) }
    if ablates { try benchmark.measureAblations(&figures) }
    try figures.print(json: json, on: console)
  }

  private func openingTime(_ model: CompletionModel) throws -> Double {
    try withScratchFolder { folder in
      try model.write(to: "\(folder)/model")
      var times: [Double] = []
      for _ in 0..<5 {
        let start = Stopwatch.wallSeconds
        _ = try CompletionModel(contentsOf: "\(folder)/model")
        times.append((Stopwatch.wallSeconds - start) * 1000)
      }
      return times.percentile(0.5)
    }
  }
}

/// Which rows of a folder of examples are judged.
enum CompletionSplit: String, OptionChoice, CaseIterable { case validation, test }
