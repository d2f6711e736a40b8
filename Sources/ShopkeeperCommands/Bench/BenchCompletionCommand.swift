internal import Learning
internal import Probability
internal import QueryCompletion

/// `shopkeeper bench completion`
struct BenchCompletionCommand: Command {
  static let name = "completion"
  static let summary = "Measure query completion: quality, speed, size."

  @Option("data", .folder(), "A folder with train.jsonl, val.jsonl and test.jsonl.") var data: String?
  @Option("split", .choice(), "Which rows are judged.") var split = CompletionSplit.test
  @Option("quick", .switch, "A small generated log.") var quick = false
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let pairs = try CompletionPairs(folder: data ?? "", on: execution)
    var recipe = QueryCompletion()
    recipe.anonymity = 1
    if let o = console.environment["QC_MERGE"] { recipe.mergesForms = o == "1" }
    if let o = console.environment["QC_HISTORY"] { recipe.history = Int(o) ?? 3 }
    if let o = console.environment["QC_L2"] { recipe.l2 = Double(o) ?? 1 }
    if let o = console.environment["QC_FOLLOWERS"] { recipe.followers = Int(o) ?? 1000 }
    if let o = console.environment["QC_HOLDERS"] { recipe.holders = Int(o) ?? 1000 }
    let (model, seconds) = try Stopwatch.processSeconds {
      try recipe.fit(CompletionData(training: pairs.training, validation: pairs.validation), on: execution)
    }
    for f in CompletionFeature.allCases { console.note("\(f.rawValue) \(model.weights[f])") }
    let rows = split == .test ? pairs.test : pairs.validation
    let evaluation = CompletionEvaluation(rows, known: pairs.known) {
      var request = $0
      request.tiers = [.exact]
      return model.complete(request).texts
    }
    let generated = CompletionEvaluation(rows, known: pairs.known) {
      var request = $0
      request.tiers = [.exact, .generated]
      return model.complete(request).texts
    }
    var figures = BenchFigures("completion")
    figures["labels"] = Double(model.labelCount)
    figures["train_s"] = seconds
    for group in CompletionEvaluation.Group.allCases {
      figures["mrr_\(group)"] = evaluation.mean(group).reciprocalRank
    }
    figures["mrr_generated"] = generated.mean(.all).reciprocalRank
    figures["mrr_unseen"] = generated.mean(.unseen).reciprocalRank
    if console.environment["QC_TREE"] == "1" {
      var ranker = PrefixRanker()
      if let o = console.environment["QC_PPP"] { ranker.prefixesPerPair = Int(o) ?? 3 }
      let (tree, seconds) = try Stopwatch.processSeconds { try ranker.fit(CompletionData(training: pairs.training), on: execution) }
      figures["tree_s"] = seconds
      figures["tree_bytes_per_label"] = Double(tree.byteCount) / Double(tree.labelCount)
      figures["mrr_prefix_tree"] = try CompletionEvaluation(rows, known: pairs.known) { try tree.complete($0) }.mean(.all).reciprocalRank
    }
    figures["sr"] = evaluation.mean(.all).success
    figures["bleu_rr"] = evaluation.mean(.all).bleu
    figures["mean_list"] = evaluation.mean(.all).length
    for (name, tiers) in [
      ("session", Set<CompletionTier>([.exact])), ("generated", [.exact, .generated]),
      ("all_tiers", CompletionRequest("").tiers),
    ] {
      let times = Stopwatch.microseconds(count: min(3000, rows.count)) {
        var request = CompletionRequest(rows[$0].prefix ?? "", after: rows[$0].history)
        request.tiers = tiers
        _ = model.complete(request)
      }
      figures["\(name)_us_mean"] = times.mean
      figures["\(name)_us_p99"] = times.percentile(0.99)
    }
    let whole = CompletionEvaluation(rows, known: pairs.known) { model.complete($0).texts }
    figures["mrr_all_tiers"] = whole.mean(.all).reciprocalRank
    try measureTypos(model, rows, pairs.known, &figures)
    let popular = Stopwatch.microseconds(count: min(3000, rows.count)) {
      var request = CompletionRequest(rows[$0].prefix ?? "")
      request.tiers = [.exact]
      _ = model.complete(request)
    }
    figures["popularity_us_mean"] = popular.mean
    figures["popularity_us_p99"] = popular.percentile(0.99)
    try figures.print(json: json, on: console)
  }
}

extension BenchCompletionCommand {
  /// Prefixes of at least four characters with one edit, never of the first character, of searches that are suggestions.
  private func measureTypos(
    _ model: CompletionModel, _ rows: [CompletionExample], _ known: Set<String>, _ figures: inout BenchFigures
  ) throws {
    let clean = rows.filter {
      $0.isStrict && ($0.prefix ?? "").count >= 4 && known.contains($0.query)
    }
    var generator = SeededGenerator(seed: 1)
    let wrong = clean.map { row in
      var row = row
      let prefix = Self.oneEdit(Array(row.prefix ?? ""), &generator)
      if prefix.count < row.query.count { row.prefix = prefix }
      return row
    }
    for (name, rows) in [("mrr_typo_clean", clean), ("mrr_typo", wrong)] {
      let evaluation = CompletionEvaluation(rows, known: known) {
        var request = CompletionRequest($0.prefix)
        request.tiers = [.exact, .misspelt]
        return model.complete(request).texts
      }
      figures[name] = evaluation.mean(.all).reciprocalRank
    }
    let times = Stopwatch.microseconds(count: min(2000, wrong.count)) {
      _ = model.complete(CompletionRequest(wrong[$0].prefix ?? "", after: wrong[$0].history))
    }
    figures["typo_us_mean"] = times.mean
    figures["typo_us_p99"] = times.percentile(0.99)
  }

  private static func oneEdit(_ text: [Character], _ generator: inout SeededGenerator) -> String {
    let place = 1 + generator.integer(below: text.count - 1)
    let letter = Character(Unicode.Scalar(UInt8(97 + generator.integer(below: 26))))
    var edited = text
    switch generator.integer(below: 4) {
    case 0: edited.remove(at: place)
    case 1: edited.insert(letter, at: place)
    case 2: edited[place] = letter
    default:
      if place > 1 { edited.swapAt(place - 1, place) } else { edited[place] = letter }
    }
    return String(edited)
  }
}

/// Which rows of a folder of pairs are judged.
enum CompletionSplit: String, OptionChoice, CaseIterable { case validation, test }
