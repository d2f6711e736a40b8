internal import ExtremeRanking
internal import Learning
internal import StoreData

/// `shopkeeper xmr add`
struct XmrAddCommand: Command {
  static let name = "add"
  static let summary = "Add labels to a model, or remove some, without training it again."
  static let details = [
    "Each line of --labels is id<TAB>text, then any number of <TAB>query that led to the label. A label whose id the model"
      + " has replaces the old one. Changes go to a log in the model's folder and hold from the next command on; --merge"
      + " folds the log into the model's arrays."
  ]
  static let examples = [
    "shopkeeper xmr add --labels new.tsv",
    "shopkeeper xmr add --remove gone.txt --merge",
    "printf 'A-17\\toak desk\\n' | shopkeeper xmr add --labels -",
  ]

  @Option(.model(named: "xmr")) var model: String
  @Option("labels", .file(), "Labels to add: id<TAB>text<TAB>query... lines.") var labels: String?
  @Option("remove", .file(), "Labels to remove: ids, one a line.") var remove: String?
  @Option("merge", .switch, "Fold all changes into the model's arrays.") var merge = false
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    guard labels != nil || remove != nil || merge else {
      throw UsageError("give at least one of: --labels, --remove, --merge")
    }
    let added =
      try labels.map { try console.read(LabelTexts.self, from: $0, on: execution).value.labels } ?? []
    let removed =
      try remove.map { try console.read(TextLines.self, from: $0, on: execution).value.lines } ?? []
    let store = try ExtremeRankingStore(contentsOf: model)
    console.tell(store.report)
    var summary = ExtremeRankingStore.Summary()
    if labels != nil || remove != nil {
      summary = try store.update(
        adding: added.map { NamedLabel(name: $0.id, text: $0.text, queries: $0.queries) },
        removing: removed.filter { !$0.isEmpty }, on: execution)
    }
    tell(summary, console)
    if merge { try store.merge(on: execution) }
    try report(summary, store.snapshot.trees.members[0], console)
  }

  private func tell(_ summary: ExtremeRankingStore.Summary, _ console: Console) {
    if let first = summary.withoutKnownWord.first {
      console.note(
        "\(summary.withoutKnownWord.count.counted("label")) left out, the first \(first.printable): the model knows no"
          + " word of the text")
    }
    if let first = summary.unknown.first {
      console.note(
        "\(summary.unknown.count.counted("name")) to remove not found, the first \(first.printable)")
    }
  }

  private func report(
    _ summary: ExtremeRankingStore.Summary, _ tree: XRLinearModel, _ console: Console
  ) throws {
    struct Document: Encodable {
      let added, replaced, removed, withoutKnownWord, unknown, labels: Int
      let merged: Bool
    }
    if json {
      return try console.print(
        json: Document(
          added: summary.added, replaced: summary.replaced, removed: summary.removed,
          withoutKnownWord: summary.withoutKnownWord.count, unknown: summary.unknown.count,
          labels: tree.liveLabelCount, merged: merge))
    }
    try console.print(
      "\(summary.added.counted("label")) added (\(summary.replaced.grouped) replaced),"
        + " \(summary.removed.grouped) removed; \(tree.liveLabelCount.counted("label")) now"
        + (merge ? "; merged" : ""))
  }
}

extension Console {
  /// Says what was cut off a log of changes.
  func tell(_ log: ChangeLogReport) {
    guard log.droppedBytes > 0 else { return }
    note(
      "\(log.droppedBytes.counted("byte")) at the end of the log of changes left out: a process was stopped while it wrote"
        + " them; \(log.changes.counted("change")) before them kept")
  }

  /// Opens a model and says what was cut off its log of changes.
  func openExtremeRanking(_ path: String) throws -> ExtremeRankingModel {
    let model = try ExtremeRankingModel(contentsOf: path)
    tell(model.changeLog)
    return model
  }
}
