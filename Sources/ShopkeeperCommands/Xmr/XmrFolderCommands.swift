internal import ExtremeRanking
internal import Learning

/// `shopkeeper xmr import`
struct XmrImportCommand: Command {
  static let name = "import"
  static let summary = "Make a model of a PECOS folder: xlinear, or text2text with its vectoriser."
  static let examples = ["shopkeeper xmr import pecos-model --out shop/models/xmr"]

  @Positional("PECOS", .folder(), "The folder that PECOS has written.") var pecos: String
  @Option(.outFolder) var out: String
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let model = try ExtremeRankingModel(pecosFolder: pecos, on: execution)
    try model.write(to: out)
    let tree = model.trees.members[0]
    try console.print(
      "\(tree.labelCount.grouped) labels, \(tree.featureCount.grouped) features, \(model.trees.members.count) tree(s);"
        + " written to \(out)")
  }
}

/// `shopkeeper xmr export`
struct XmrExportCommand: Command {
  static let name = "export"
  static let summary = "Write a model as a folder that PECOS reads."
  static let examples = ["shopkeeper xmr export --model shop/models/xmr pecos-model"]

  @Option(.model(named: "xmr")) var model: String
  @Positional("PECOS", .folder(), "The folder to write.") var pecos: String

  func run(_ console: Console) throws {
    try ExtremeRankingModel(contentsOf: model).write(pecosFolder: pecos)
    try console.print("written to \(pecos)")
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
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let archive = try ModelArchive(contentsOf: model, kind: ExtremeRankingModel.archiveKind)
    let old = try ExtremeRankingModel(contentsOf: model)
    let members = try old.trees.members.map { member in
      let pruned = try member.pruned(
        Pruning(threshold: threshold, weightBudget: weightBudget), on: execution)
      guard let format, format.format != pruned.recipe.format else { return pruned }
      return try pruned.converted(to: format.format, on: execution)
    }
    let new = try ExtremeRankingModel(
      trees: XRLinearEnsemble(members), vectorizer: old.vectorizer, names: old.names)
    try new.write(to: out, dataFingerprint: archive.manifest.dataFingerprint)
    let bytes = [old, new].map { $0.trees.members.reduce(0) { $0 + $1.byteCount } }
    try console.print("\(bytes[0].grouped) bytes before, \(bytes[1].grouped) after; written to \(out)")
  }
}
