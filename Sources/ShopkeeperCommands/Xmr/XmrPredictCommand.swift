internal import ExtremeRanking
internal import Learning
internal import LinearAlgebra
internal import StoreData

/// `shopkeeper xmr predict`
struct XmrPredictCommand: Command {
  static let name = "predict"
  static let summary = "Rank labels for instances."
  static let examples = [
    "shopkeeper xmr predict -x X.npz --out P.npz -k 100",
    "echo 'cordless drill' | shopkeeper xmr predict --text - -k 3",
  ]

  @Option(.model(named: "xmr")) var model: String
  @Option("instances", short: "x", .file(), "Features of the instances, N x D (npz).") var instances: String?
  @Option("text", .file(), "Instances as texts, one a line.") var text: String?
  @Option(.limit) var limit: Int
  @Option(
    "beam", .integer(1...100_000), "How many nodes are kept on each level; the model's number when not given."
  ) var beam: Int?
  @Option(
    "post-processor", .postProcessor,
    "How scores along a path are combined; as the model does when not given.")
  var postProcessor: String?
  @Option("only", .file(), "A file of labels, one a line: rank these alone.") var only: String?
  @Option("out", short: "o", .file(), "Write the scores as a matrix N x L (npz) instead of printing them.")
  var out: String?
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let model = try console.openExtremeRanking(model)
    var options = PredictionOptions(
      k: limit, beam: beam, postProcessor: postProcessor.flatMap(PostProcessor.init(name:)))
    if let only { options.filter = try filter(only, model, console, on: execution) }
    let features = try features(model, console, on: execution)
    let answers = try model.trees.predict(features, options, on: execution)
    if let out {
      let matrix = matrix(answers, labelCount: model.trees.members[0].labelCount)
      try execution.cancellation.check()
      try matrix.write(npz: out)
      return try report(matrix, to: out, console)
    }
    for (row, answer) in answers.enumerated() { try print(answer, row, model, console) }
  }

  private func features(
    _ model: ExtremeRankingModel, _ console: Console, on execution: Execution
  ) throws -> SparseMatrix {
    switch (instances, text) {
    case (let instances?, nil): return try SparseMatrix(npz: instances)
    case (nil, let text?):
      let lines = try console.read(TextLines.self, from: text, on: execution).value.lines
      return try model.textVectorizer().transform(lines, on: execution)
    default: throw UsageError("give one of: --instances, --text")
    }
  }

  private func filter(
    _ path: String, _ model: ExtremeRankingModel, _ console: Console, on execution: Execution
  ) throws -> LabelFilter {
    let lines = try console.read(TextLines.self, from: path, on: execution).value.lines
    let wanted = Set(lines.filter { !$0.isEmpty })
    let filter = LabelFilter(model.trees.members[0]) { wanted.contains(model.name(of: $0)) }
    if filter.allowedCount < wanted.count {
      console.note("\((wanted.count - filter.allowedCount).grouped) of \(path) are no labels of the model")
    }
    return filter
  }

  private func report(_ scores: SparseMatrix, to out: String, _ console: Console) throws {
    struct Summary: Encodable {
      let instances, scores: Int
      let out: String
    }
    if json {
      return try console.print(json: Summary(instances: scores.rows, scores: scores.count, out: out))
    }
    try console.print(
      "\(scores.count.counted("score")) of \(scores.rows.counted("instance")); written to \(out)")
  }

  private func matrix(_ answers: [RankedLabels], labelCount: Int) -> SparseMatrix {
    var builder = SparseMatrix.Builder(columns: labelCount)
    for answer in answers { builder.append(row: zip(answer.labels, answer.scores).map { (Int($0), $1) }) }
    return builder.finish()
  }

  private func print(_ answer: RankedLabels, _ row: Int, _ model: ExtremeRankingModel, _ console: Console)
    throws
  {
    struct Line: Encodable {
      let row: Int
      let status: RankedLabels.Status
      let labels: [String]
      let scores: [Float]
    }
    let names = answer.labels.map { model.name(of: Int($0)) }
    if json {
      return try console.print(
        json: Line(row: row, status: answer.status, labels: names, scores: answer.scores))
    }
    if answer.status != .ok { return try console.print("\(row)\t\(answer.status.rawValue)") }
    let ranked = zip(names, answer.scores).map { "\($0.printable):\($1.fixed(4))" }
    try console.print("\(row)\t" + ranked.joined(separator: " "))
  }
}
