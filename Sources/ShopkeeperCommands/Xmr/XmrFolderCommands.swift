internal import ExtremeRanking
internal import Learning

/// `shopkeeper xmr import`
struct XmrImportCommand: Command {
  static let name = "import"
  static let summary = "Make a model of a PECOS folder: xlinear, or text2text with its vectoriser."
  static let examples = ["shopkeeper xmr import pecos-model --out shop/models/xmr"]

  @Positional("PECOS", .folder(), "The folder that PECOS has written.") var pecos: String
  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  struct Summary: Encodable {
    let labels, features, trees: Int
    let out: String
  }

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let model = try ExtremeRankingModel(pecosFolder: pecos, on: execution)
    try execution.cancellation.check()
    try model.write(to: out)
    let tree = model.trees.members[0]
    let summary = Summary(
      labels: tree.labelCount, features: tree.featureCount, trees: model.trees.members.count, out: out)
    if json { return try console.print(json: summary) }
    try console.print(
      "\(summary.labels.counted("label")), \(summary.features.counted("feature")),"
        + " \(summary.trees.counted("tree")); written to \(out)")
  }
}

/// `shopkeeper xmr export`
struct XmrExportCommand: Command {
  static let name = "export"
  static let summary = "Write a model as a folder that PECOS reads."
  static let details = [
    "PECOS neither normalises texts nor marks their ends. It answers alike when the words of a text are in small letters"
      + " with one space between them and, for trigrams, one before the first and behind the last."
  ]
  static let examples = ["shopkeeper xmr export --model shop/models/xmr pecos-model"]

  @Option(.model(named: "xmr")) var model: String
  @Positional("PECOS", .folder(), "The folder to write; what is there is replaced.") var pecos: String
  @Option(.json) var json: Bool

  func run(_ console: Console) throws {
    try console.openExtremeRanking(model).write(pecosFolder: pecos)
    try json ? console.print(json: ["out": pecos]) : console.print("written to \(pecos)")
  }
}

/// `shopkeeper xmr prune`
struct XmrPruneCommand: Command {
  static let name = "prune"
  static let summary = "Drop small weights of a model, or store them in fewer bits."
  static let examples = ["shopkeeper xmr prune --model big --threshold 0.3 --format float16 --out small"]

  @Option(.model(named: "xmr")) var model: String
  @Option("threshold", .number(0...Double.infinity), "Weights with a smaller absolute value are dropped.")
  var threshold = 0.1
  @Option("weight-budget", .integer(0...Int.max), "Weights kept for each label at the most; 0: no limit.")
  var weightBudget = 0
  @Option("format", .choice(), "How weights are stored; as they are when not given.") var format:
    WeightFormatChoice?
  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  struct Summary: Encodable {
    let bytesBefore, bytes: Int
    let out: String
  }

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let archive = try ModelArchive(contentsOf: model, kind: ExtremeRankingModel.archiveKind)
    let old = try console.openExtremeRanking(model).merging(on: execution)
    let members = try old.trees.members.map { member in
      let pruned = try member.pruned(
        Pruning(threshold: threshold, weightBudget: weightBudget), on: execution)
      guard let format, format.format != pruned.recipe.format else { return pruned }
      return try pruned.converted(to: format.format, on: execution)
    }
    let new = try ExtremeRankingModel(
      trees: XRLinearEnsemble(members), vectorizer: old.vectorizer, names: old.names)
    let bytes = [old, new].map { $0.trees.members.reduce(0) { $0 + $1.byteCount } }
    try execution.cancellation.check()
    try new.write(to: out, dataFingerprint: archive.manifest.dataFingerprint)
    if json { return try console.print(json: Summary(bytesBefore: bytes[0], bytes: bytes[1], out: out)) }
    try console.print("\(bytes[0].grouped) bytes before, \(bytes[1].grouped) after; written to \(out)")
  }
}
