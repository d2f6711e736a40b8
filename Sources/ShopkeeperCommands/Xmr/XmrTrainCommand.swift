internal import ExtremeRanking
internal import Learning
internal import LinearAlgebra
internal import TextFeatures

/// `shopkeeper xmr train`
struct XmrTrainCommand: Command {
  static let name = "train"
  static let summary = "Train an extreme-ranking model from instances and their labels."
  static let examples = [
    "shopkeeper xmr train -x X.npz -y Y.npz --out model",
    "shopkeeper xmr train --clicks clicks.tsv --out model --threshold 0.2",
    "shopkeeper xmr train --text corpus.txt --items labels.txt --out model",
  ]

  let data = XmrDataOptions()

  @Option("relevance", .file(), "Relevance of the pairs, N x L (npz), above 0: multiplies their cost.")
  var relevance: String?

  @Option(
    "label-features", .file(), "Features of the labels' own text, L x D (npz): mixed into their clustering.")
  var labelFeatures: String?

  @Option(
    "allow-empty-labels", .switch, "Keep labels that have neither a pair nor text; nothing leads to them.")
  var allowsEmptyLabels = false

  @Option("grams", .choice(), "The features of texts.") var grams = TextGrams.wordsPairsTrigrams

  let recipe = XmrRecipeOptions()

  @Option("trees", .integer(1...100), "How many trees of different seeds are averaged.") var trees = 1

  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let read = try data.read(console, on: execution)
    let vectorizer = try read.texts.map { try grams.recipe.fit($0, on: execution) }
    let features =
      try read.features ?? vectorizer.map { try $0.transform(read.texts ?? [], on: execution) }
      ?? SparseMatrix.Builder(columns: 0).finish()
    var training = ExtremeRankingData(instances: features, labels: read.labels, relevance: read.relevance)
    if let relevance { training.relevance = try SparseMatrix(npz: relevance) }
    var recipe = recipe.recipe
    if let labelFeatures {
      training.labelFeatures = try SparseMatrix(npz: labelFeatures)
      recipe.embedding = .pifaWithText(prior: 3)
    }
    training.allowsEmptyLabels = allowsEmptyLabels
    if !allowsEmptyLabels { try refuseEmptyLabels(training, names: read.names) }
    let model = try ExtremeRankingModel(
      trees: XRLinearEnsemble(recipe, count: trees, training, on: execution),
      vectorizer: vectorizer.map { .own($0) }, names: read.names.map { StoredStrings($0) })
    try execution.cancellation.check()
    try model.write(to: out, dataFingerprint: read.fingerprint)
    try report(model, instances: features.rows, console)
  }

  private func refuseEmptyLabels(_ training: ExtremeRankingData, names: [String]?) throws {
    let empty = training.emptyLabels
    guard training.labels.rows > 0, !empty.isEmpty else { return }
    let named = empty.prefix(3).map { label in names.map { "\(label) (\($0[label]))" } ?? "\(label)" }
    let others = empty.count - named.count
    throw InvalidInput(
      empty.count == 1 ? "label" : "labels",
      given: named.joined(separator: ", ") + (others > 0 ? " and \(others.grouped) more" : "")
        + " with neither a training pair nor text",
      expected: "something to learn each label from",
      advice: "Leave them out, give --label-features, or keep them with --allow-empty-labels.")
  }

  private func report(_ model: ExtremeRankingModel, instances: Int, _ console: Console) throws {
    struct Summary: Encodable {
      let instances, labels, features, bytes: Int
      let levels: [Int]
      let out: String
    }
    let tree = model.trees.members[0]
    let summary = Summary(
      instances: instances, labels: tree.labelCount, features: tree.featureCount,
      bytes: model.trees.members.reduce(0) { $0 + $1.byteCount },
      levels: (0..<tree.tree.depth).map { tree.tree.nodeCount(level: $0) }, out: out)
    if json { return try console.print(json: summary) }
    try console.print(
      "\(summary.instances.grouped) instances, \(summary.labels.grouped) labels, \(summary.features.grouped)"
        + " features; tree \(summary.levels.map(\.grouped).joined(separator: " > "));"
        + " \(summary.bytes / max(1, summary.labels)) bytes a label; written to \(out)")
  }
}
