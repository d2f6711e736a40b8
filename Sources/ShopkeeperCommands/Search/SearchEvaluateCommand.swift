internal import Learning
internal import Probability
internal import ProductSearch
internal import StoreData

/// `shopkeeper search evaluate`
struct SearchEvaluateCommand: Command {
  static let name = "evaluate"
  static let summary = "Measure product search, or a run of any engine, on judged queries."
  static let details = [
    "Every ranker of the model is measured; the one that answers first is compared with the others, or with --baseline,"
      + " by a paired bootstrap over queries (10,000 draws)."
  ]
  static let examples = [
    "shopkeeper search evaluate --queries shop/test/queries.tsv --judgments shop/test/judgments.qrels",
    "shopkeeper search evaluate --queries q.tsv --judgments j.qrels --engine-run tantivy.run",
  ]

  @Option(.model(named: "search")) var model: String
  let judged = JudgmentOptions()
  @Option("engine-run", .file(), "Measure this TREC run, of any engine, instead of the model.") var engineRun:
    String?
  @Option("baseline", .file(), "Another TREC run to compare with.") var baseline: String?
  @Option("run", .file(), "Write the TREC run of the ranker that answers to this file.") var run: String?
  @Option("restrict", .file(), "A file of product ids, one a line; all other products are left out.")
  var restrict: String?
  @Option("limit", short: "k", .integer(1...1000), "How many products --run gets for each query.") var limit =
    100
  @Option("exact", .switch, "Take queries as they are typed, without correcting their spelling.") var exact =
    false
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    if engineRun != nil, run != nil { throw UsageError("--run and --engine-run exclude each other") }
    guard var task = try judged.task(console, on: execution) else {
      throw UsageError("--queries and --judgments must be given")
    }
    let kept = try restrict.map { Set(try console.read(TextLines.self, from: $0, on: execution).value.lines) }
    if let kept { task.queries = task.queries.map { $0.keeping { kept.contains($0) } } }
    var runs: [(name: String, run: [String: [ScoredDocument]])] = []
    if let engineRun {
      runs.append((engineRun, try console.read(RankedRun.self, from: engineRun, on: execution).value.byQuery))
    } else {
      let search = try ProductSearchModel(contentsOf: model)
      console.tell(search.changeLog)
      for name in [search.chosen] + search.rankerNames.filter({ $0 != search.chosen }) {
        runs.append((name, try answers(search, name, task, execution)))
      }
      try execution.cancellation.check()
      if let run { try write(runs[0].run, task, to: run, tag: runs[0].name) }
    }
    if let baseline {
      runs.append((baseline, try console.read(RankedRun.self, from: baseline, on: execution).value.byQuery))
    }
    if let kept {
      runs = runs.map { ($0.name, $0.run.mapValues { $0.filter { kept.contains($0.document) } }) }
    }
    try report(try runs.map { ($0.name, try task.evaluate($0.run)) }, console)
  }

  private func answers(
    _ search: ProductSearchModel, _ ranker: String, _ task: RankingTask, _ execution: Execution
  ) throws -> [String: [ScoredDocument]] {
    // Products that do not count are dropped afterwards, so more are asked for; recall looks at a hundred.
    let depth = task.documents == .trained || restrict != nil ? 1000 : max(limit, 100)
    var run: [String: [ScoredDocument]] = [:]
    for (position, query) in task.queries.enumerated() {
      try execution.cancellation.check()
      execution.progress.report(
        ProgressEvent(stage: "evaluating \(ranker)", completed: position, total: task.queries.count))
      var request = SearchRequest(query.text, limit: depth, ranker: ranker)
      request.isExact = exact
      let response = try search.search(request)
      run[query.id] = response.results.map { ScoredDocument($0.id, Double($0.score)) }
    }
    return run
  }

  private func write(
    _ run: [String: [ScoredDocument]], _ task: RankingTask, to path: String, tag: String
  ) throws {
    var ranked = RankedRun(tag: tag)
    for query in task.queries {
      ranked.append(Array((run[query.id] ?? []).prefix(limit)), for: query.id)
    }
    try ranked.write(to: path)
  }

  private func report(_ evaluations: [(name: String, evaluation: RankingEvaluation)], _ console: Console)
    throws
  {
    struct Row: Encodable {
      let name: String
      let queries: Int
      let ndcg10, mrr, recall10, recall100: Double
      let low, high: Double?
      let difference: Difference?
    }
    struct Difference: Encodable { let ndcg10, low, high: Double }
    let first = evaluations[0].evaluation
    let rows = evaluations.enumerated().map { place, item in
      let (mean, interval) = (item.evaluation.mean, item.evaluation.interval())
      let gain = place == 0 ? nil : first.difference(from: item.evaluation)
      return Row(
        name: item.name, queries: item.evaluation.queries.count, ndcg10: mean.ndcg, mrr: mean.reciprocalRank,
        recall10: item.evaluation.recall(at: 10) ?? 0, recall100: item.evaluation.recall(at: 100) ?? 0,
        low: interval?.low, high: interval?.high,
        difference: gain.map { Difference(ndcg10: $0.estimate, low: $0.low, high: $0.high) })
    }
    if json { return try console.print(json: rows) }
    try console.print("\(first.queries.count.grouped) queries with a relevant product")
    var table = TextTable(
      .left("ranker"), .right("nDCG@10"), .left("95 % interval"), .right("MRR"), .right("R@10"),
      .right("R@100"),
      .left("first minus this one"))
    for row in rows {
      table.add(
        row.name, row.ndcg10.fixed(4), row.low.map { "\($0.fixed(4)) to \((row.high ?? 0).fixed(4))" } ?? "-",
        row.mrr.fixed(4), row.recall10.fixed(4), row.recall100.fixed(4),
        row.difference.map { "\($0.ndcg10.fixed(4)) [\($0.low.fixed(4)), \($0.high.fixed(4))]" } ?? "")
    }
    try console.print(table)
  }
}
