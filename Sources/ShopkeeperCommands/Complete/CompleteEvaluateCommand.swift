internal import Probability
internal import QueryCompletion
internal import StoreData

/// `shopkeeper complete evaluate`
struct CompleteEvaluateCommand: Command {
  static let name = "evaluate"
  static let summary = "Judge a completion model, or lists of another program, on later searches."
  static let details = [
    "--pairs is a folder of train.jsonl, val.jsonl and test.jsonl with prev_query, prefix and next_query; test.jsonl is"
      + " judged, strict prefixes alone. --lists is a file of one JSON array a row, as other programs write it; intervals"
      + " are over users. --write-lists writes the model's own."
  ]
  static let examples = ["shopkeeper complete evaluate --pairs pairs --model model --lists rival.jsonl"]

  @Option("pairs", .folder(), "The searches.") var pairs: String
  @Option("lists", .file(), "Lists of another program; may be repeated.") var lists: [String]
  @Option("write-lists", .file(), "Where the model's lists go.") var writeLists: String?
  @Option("generate", .switch, "Leave out texts that nobody searched.") var generates = true
  @Option("draws", .integer(100...100_000), "How often users are drawn for an interval.") var draws = 1000
  @Option(.model(named: "complete")) var model: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let pairs = try CompletionPairs(folder: pairs, on: execution)
    let model = try CompletionModel(contentsOf: model)
    let own = pairs.test.map { row in
      var request = CompletionRequest(row.prefix ?? "", after: row.history)
      request.tiers = generates ? [.exact, .generated] : [.exact]
      return model.complete(request).texts
    }
    if let writeLists { try SuggestionLists(own).write(to: writeLists) }
    var evaluations = [("model", CompletionEvaluation(pairs.test, lists: own, known: pairs.known))]
    for path in lists {
      let read = try SuggestionLists.read(contentsOf: path).value.lists
      guard read.count == pairs.test.count else {
        throw UsageError(
          "\(path): given \(read.count) lists, expected \(pairs.test.count), one for each search")
      }
      evaluations.append((path, CompletionEvaluation(pairs.test, lists: read, known: pairs.known)))
    }
    var figures = BenchFigures("complete evaluate")
    for (name, evaluation) in evaluations {
      for group in CompletionEvaluation.Group.allCases {
        figures["\(name) mrr \(group)"] = evaluation.mean(group).reciprocalRank
      }
      figures["\(name) sr"] = evaluation.mean(.all).success
      figures["\(name) bleu_rr"] = evaluation.mean(.all).bleu
      figures["\(name) mean_list"] = evaluation.mean(.all).length
    }
    for (name, evaluation) in evaluations.dropFirst() {
      for group in [CompletionEvaluation.Group.all, .seenShort] {
        let interval = evaluations[0].1.difference(minus: evaluation, group, draws: draws)
        figures["model - \(name) \(group)"] = interval?.estimate
        figures["model - \(name) \(group) low"] = interval?.low
        figures["model - \(name) \(group) high"] = interval?.high
      }
    }
    try figures.print(json: json, on: console)
  }
}
