internal import ExtremeRanking
internal import Learning
internal import Probability
internal import ProductSearch
internal import StoreData
internal import TextFeatures

/// `shopkeeper search train`
struct SearchTrainCommand: Command {
  static let name = "train"
  static let summary = "Train product search from a catalogue and who clicked what."
  static let details = [
    "Every ranker is trained: words of the product, words with clicked queries, centroids of clicked queries, a tree of"
      + " classifiers (XR-Linear). With judged queries the best one by nDCG@10 is chosen to answer, and what the others"
      + " reach is shown; without, words with clicked queries answer.",
    "A fusion of all rankers is learned from --training-queries, or from a fifth of the clicks: the last by time of"
      + " events, drawn ones of pairs. It takes part in the comparison, and answers where there is none.",
  ]
  static let examples = [
    "shopkeeper search train --catalogue shop/catalogue.jsonl --events shop/ubi_queries.jsonl --events"
      + " shop/ubi_events.jsonl --queries shop/validation/queries.tsv --judgments shop/validation/judgments.qrels --out"
      + " shop/models/search"
  ]

  enum Features: String, OptionChoice {
    case auto
    case words
    case wordsPairs = "words+pairs"
    case wordsPairsTrigrams = "words+pairs+trigrams"
  }

  let files = SearchDataOptions()
  let judged = JudgmentOptions()

  @Option(
    "training-queries", .file(), "Judged queries that a fusion learns from.",
    details:
      "Their judgments are --training-judgments. Without them a held-back part of the clicks teaches it.")
  var trainingQueries: String?

  enum Fusion: String, OptionChoice {
    case auto, none
  }

  @Option(
    "fusion", .choice(), "Whether the rankers are fused.",
    details: "auto: where enough queries show what is wanted; none: never.")
  var fusion = Fusion.auto

  @Option(
    "features", .choice(), "The tree's features of queries.",
    details: "auto trains a tree of each kind and keeps the one that is best on the judged queries.")
  var features = Features.wordsPairsTrigrams

  @Option("tune", .switch, "Choose the weights of words on the judged queries (about forty trials).")
  var tune = false
  @Option(.seed) var seed: UInt64
  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let read = try files.read(on: execution)
    for note in read.notes { console.note(note) }
    let task = try judged.task(console, on: execution)
    var recipe = ProductSearchRecipe()
    recipe.extremeRanking?.model.seed = seed
    if tune {
      guard let task else { throw UsageError("--tune needs --queries and --judgments") }
      recipe.lexical = try LexicalTuning().tune(recipe.lexical, read.data, on: task, execution: execution)
        .recipe
    }
    if fusion == .none { recipe.fusion = nil }
    recipe.fusion?.seed = seed
    let training = ProductSearchTraining(
      data: read.data, validation: task, evidence: try evidence(read, console, on: execution))
    let model = try fit(recipe, training, console, execution)
    try execution.cancellation.check()
    try model.write(to: out, dataFingerprint: read.fingerprint)
    if model.chosen == model.rankerNames.first, read.data.pairs.count < recipe.minimumPairs {
      console.note(
        "\(read.data.pairs.count.counted("pair")), fewer than \(recipe.minimumPairs): only words are used")
    }
    try report(model, read.learned, console)
  }

  /// What a fusion learns from: judged queries where they are given, else the clicks that were held back.
  private func evidence(
    _ read: SearchTrainingData, _ console: Console, on execution: Execution
  ) throws -> FusionEvidence? {
    guard let trainingQueries else { return read.evidence }
    guard let training = judged.training else {
      throw UsageError("--training-queries needs --training-judgments")
    }
    let texts = try console.read(QuerySet.self, from: trainingQueries, on: execution).value
    let judgments = try console.read(RelevanceJudgments.self, from: training, on: execution).value
    return .judgments(
      RankingTask(queries: judgments.judgedQueries(texts: texts), metrics: judged.preset.metrics))
  }

  private func fit(
    _ recipe: ProductSearchRecipe, _ training: ProductSearchTraining, _ console: Console,
    _ execution: Execution
  ) throws -> ProductSearchModel {
    let kinds: [TextGrams] =
      switch features {
      case .auto: TextGrams.allCases
      default: TextGrams(rawValue: features.rawValue).map { [$0] } ?? []
      }
    if features == .auto, training.validation == nil {
      throw UsageError("--features auto needs --queries and --judgments")
    }
    var best: ProductSearchModel?
    for kind in kinds {
      var tried = recipe
      tried.extremeRanking?.features = kind.recipe
      let model = try tried.fit(training, on: execution)
      if features == .auto, let tree = model.reports.last {
        console.note("features \(kind.rawValue): \(tree.name) nDCG@10 \(tree.metrics.ndcg.fixed(4))")
      }
      if (model.reports.last?.metrics.ndcg ?? 0) > (best?.reports.last?.metrics.ndcg ?? -1) { best = model }
    }
    return best!
  }

  /// What the fusion's models reached on queries they were not fitted on, and what counts most.
  private func print(_ fusion: FusionReport, _ console: Console) throws {
    var table = TextTable(.left("fusion"), .right("nDCG@10, cross-validated"), .left(""))
    for entry in fusion.models {
      table.add(entry.model, entry.ndcg.fixed(4), entry.model == fusion.chosen ? "chosen" : "")
    }
    try console.print(table)
    var columns = TextTable(.left("counts most"), .right("weight"))
    for column in fusion.columns.prefix(12) { columns.add(column.name, column.weight.fixed(3)) }
    try console.print(columns)
  }

  private func report(
    _ model: ProductSearchModel, _ learned: TrainingPairs?, _ console: Console
  ) throws {
    struct Summary: Encodable {
      let products: Int
      let chosen: String
      let rankers: [RankerReport]
      let pairs: PairReport?
      let positions: PositionModel?
      let fusion: FusionReport?
      let out: String
    }
    if json {
      return try console.print(
        json: Summary(
          products: model.products, chosen: model.chosen, rankers: model.reports,
          pairs: learned?.report, positions: learned?.positions, fusion: model.fusionReport, out: out))
    }
    if !model.reports.isEmpty { try console.print(RankerTable.table(model.reports, chosen: model.chosen)) }
    if let fusion = model.fusionReport { try print(fusion, console) }
    try console.print("\(model.products.grouped) products; \(model.chosen) answers; written to \(out)")
  }
}

/// What rankers reached, as a table.
enum RankerTable {
  static func table(_ reports: [RankerReport], chosen: String) -> TextTable {
    var table = TextTable(
      .left("ranker"), .right("nDCG@10"), .left("95 % interval"), .right("MRR"), .right("R@10"),
      .right("R@100"), .left(""))
    for report in reports {
      func recall(_ depth: Int) -> String {
        report.depths.firstIndex(of: depth).map { report.metrics.recall[$0].fixed(3) } ?? "-"
      }
      table.add(
        report.name, report.metrics.ndcg.fixed(4),
        report.interval.map { "\($0.low.fixed(4)) to \($0.high.fixed(4))" } ?? "-",
        report.metrics.reciprocalRank.fixed(3), recall(10), recall(100),
        report.name == chosen ? "answers" : "")
    }
    return table
  }
}
