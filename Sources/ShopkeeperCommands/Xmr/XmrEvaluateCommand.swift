internal import ExtremeRanking
internal import Learning
internal import LinearAlgebra

/// `shopkeeper xmr evaluate`
struct XmrEvaluateCommand: Command {
  static let name = "evaluate"
  static let summary = "Measure precision and recall of a model on instances whose labels are known."
  static let details = [
    "Precision at k divides by k, recall by the number of an instance's labels; means are over all instances, those"
      + " without a label counting 0."
  ]
  static let examples = ["shopkeeper xmr evaluate -x X.npz -y Y.npz -k 10"]

  @Option(.model(named: "xmr")) var model: String
  let data = XmrDataOptions()
  @Option(.limit) var limit: Int
  @Option(
    "beam", .integer(1...100_000), "How many nodes are kept on each level; the model's number when not given."
  ) var beam: Int?
  @Option(
    "post-processor", .postProcessor,
    "How scores along a path are combined; as the model does when not given.")
  var postProcessor: String?
  @Option(.json) var json: Bool
  let work = WorkOptions()

  struct Figures: Encodable {
    let instances: Int
    let precision: [Double]
    let recall: [Double]
  }

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let model = try console.openExtremeRanking(model)
    let read = try data.read(
      names: model.names, labelCount: model.trees.members[0].labelCount, console, on: execution)
    let features = try features(read, for: model, on: execution)
    try check(features, read.labels, model)
    let options = PredictionOptions(
      k: limit, beam: beam, postProcessor: postProcessor.flatMap(PostProcessor.init(name:)))
    let figures = Self.figures(
      try model.trees.predict(features, options, on: execution), read.labels, depth: limit)
    if json { return try console.print(json: figures) }
    var table = TextTable(.right("k"), .right("precision"), .right("recall"))
    for k in 1...limit {
      table.add("\(k)", figures.precision[k - 1].fixed(4), figures.recall[k - 1].fixed(4))
    }
    try console.print("\(figures.instances.grouped) instances")
    try console.print(table)
  }

  private func check(_ x: SparseMatrix, _ y: SparseMatrix, _ model: ExtremeRankingModel) throws {
    let tree = model.trees.members[0]
    var problems = Violations()
    problems.require(y.rows == x.rows, "Y", given: "\(y.rows) rows", expected: "\(x.rows) rows as in X")
    problems.require(
      y.columns <= tree.labelCount, "Y", given: "\(y.columns) labels",
      expected: "at most \(tree.labelCount) as the model has")
    problems.require(
      x.columns <= tree.featureCount, "X", given: "\(x.columns) features",
      expected: "at most \(tree.featureCount) as the model has")
    try problems.throwIfAny()
  }

  static func figures(_ answers: [RankedLabels], _ labels: SparseMatrix, depth: Int) -> Figures {
    var precision = [Double](repeating: 0, count: depth)
    var recall = precision
    for (row, answer) in answers.enumerated() {
      let known = Set(labels.indices[labels.range(ofRow: row)])
      var found = 0
      for k in 0..<depth {
        if k < answer.labels.count, known.contains(answer.labels[k]) { found += 1 }
        precision[k] += Double(found) / Double(k + 1)
        recall[k] += known.isEmpty ? 0 : Double(found) / Double(known.count)
      }
    }
    let count = Double(max(1, answers.count))
    return Figures(
      instances: answers.count, precision: precision.map { $0 / count }, recall: recall.map { $0 / count })
  }
}
