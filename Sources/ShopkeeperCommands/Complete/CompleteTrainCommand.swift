internal import Learning
internal import QueryCompletion

/// `shopkeeper complete train`
struct CompleteTrainCommand: Command {
  static let name = "train"
  static let summary = "Learn to complete queries from a log of searches."
  static let details = [
    "Searches of robots, with personal data or half typed are left out and counted. A text, a pair of queries and a word"
      + " are used only when --k-anonymity distinct users searched them; the model holds no user and no log."
  ]
  static let examples = [
    "shopkeeper complete train --log ubi_queries.jsonl --catalogue catalogue.jsonl --out shop/models/complete",
    "shopkeeper complete train --format qp2q --log pairs --k-anonymity 1 --out model",
  ]

  let data = CompletionDataOptions()
  @Option("k-anonymity", .integer(1...1000), "Distinct users who must have searched what is suggested.")
  var anonymity = 5
  @Option("merge", .switch, "Show every word form and order of a text.") var mergesForms = true
  @Option(.seed) var seed: UInt64
  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    if data.format == .aol, anonymity < 5 {
      throw UsageError("--k-anonymity: given \(anonymity), expected 5 or more for a log of real people")
    }
    let execution = console.execution(work)
    let read = try data.read(console, on: execution)
    var recipe = QueryCompletion()
    (recipe.anonymity, recipe.mergesForms, recipe.seed) = (anonymity, mergesForms, seed)
    let model = try recipe.fit(read.data, on: execution)
    try execution.cancellation.check()
    try model.write(to: out, dataFingerprint: read.fingerprint)
    let summary = CompletionSummary(model: model.report, cleaning: read.report, out: out)
    if json { return try console.print(json: summary) }
    try console.print(
      "\(summary.model.labels.grouped) suggestions from \(summary.model.searches.grouped) searches;"
        + " \(summary.model.tooRare.grouped) texts of fewer than \(anonymity) users left out; weights from"
        + " \(summary.model.learned.grouped) later searches; written to \(out)")
    if let cleaning = read.report { try console.print(cleaning.table) }
    if summary.model.labels == 0 {
      try console.print("noLabels: nothing was searched by enough users, so that nothing will be suggested")
    }
  }
}

/// What a training found.
struct CompletionSummary: Encodable {
  let model: CompletionReport
  let cleaning: LogCleaning.Report?
  let out: String
}

extension LogCleaning.Report {
  /// What was left out, a row for each reason.
  var table: TextTable {
    var table = TextTable(.right("searches"), .left("left out because"))
    table.add(robots.grouped, "no person searches so much, or so steadily")
    table.add(personal.grouped, "they say who someone is")
    table.add(halfTyped.grouped, "they were half typed")
    table.add(repeated.grouped, "they repeat the one before")
    table.add(beyondLimits.grouped, "one user counts once a text and day, and for 50 texts")
    return table
  }
}
