internal import FoundationEssentials
internal import Learning
internal import ProductSearch
internal import StoreData

/// What `search train` reads: the catalogue and who clicked what.
struct SearchTrainingData {
  let data: ProductSearchData
  /// How pairs were learned from events; nil without events.
  let learned: TrainingPairs?
  /// A part of the clicks held back from the rest, to learn a fusion from; nil without clicks.
  let evidence: FusionEvidence?
  /// One line a file: what was read and what was left out.
  let notes: [String]
  /// Short names of the files' contents.
  let fingerprint: String
}

/// The options that say where catalogue and pairs come from.
struct SearchDataOptions: OptionGroup {
  @Option("catalogue", .file(), "Products: JSON Lines, CSV or tab-separated, also .gz.") var catalogue: String

  @Option("events", .file(), "Search events (User Behavior Insights), also .gz.") var events: [String]

  @Option(
    "pairs", .file(),
    "Pairs instead of events: query<TAB>product:weight,... or query<TAB>product<TAB>relevance lines.")
  var pairs: String?

  @Option(
    "min-weight", .number(0...Double.infinity), "Pairs of a smaller weight or relevance are left out.")
  var minimumWeight = 0.0

  let learning = PairOptions()

  /// Reads the files.
  func read(on execution: Execution) throws -> SearchTrainingData {
    if !events.isEmpty, pairs != nil { throw UsageError("--events and --pairs exclude each other") }
    var options = ReadOptions()
    options.execution = execution
    let (catalogue, report) = try Catalogue.read(contentsOf: catalogue, options: options)
    try report.requireAcceptedLines()
    var (notes, names) = ([report.summary("product")], [report.fingerprint])
    var found: [QueryProductPair] = []
    var evidence: FusionEvidence?
    var unknown = 0
    func add(_ query: String, _ product: String, _ weight: Double) {
      guard let position = catalogue.position(of: product) else {
        unknown += 1
        return
      }
      found.append(QueryProductPair(query: query, product: position, weight: Float(weight)))
    }
    if let pairs {
      let (log, report) = try ClickLog.read(contentsOf: pairs, options: options)
      try report.requireAcceptedLines()
      notes.append(report.summary("line of pairs", "lines of pairs"))
      names.append(report.fingerprint)
      for entry in log.entries {
        for click in entry.clicks where click.weight > 0 && click.weight >= minimumWeight {
          add(entry.query, click.product, click.weight)
        }
      }
      evidence = .randomPart(of: found)
    } else if !events.isEmpty {
      let log = try readEvents(of: catalogue, options, &notes, &names)
      let recipe = learning.recipe(minimumWeight: minimumWeight)
      let learned = try TrainingPairs(log, recipe, on: execution)
      notes += learned.notes
      if !learned.pairs.isEmpty {
        evidence =
          try FusionEvidence.lastPart(of: log, recipe, on: execution) ?? .randomPart(of: learned.pairs)
      }
      return SearchTrainingData(
        data: ProductSearchData(
          products: catalogue.products.map(SearchableProduct.init), pairs: learned.pairs),
        learned: learned, evidence: evidence, notes: notes, fingerprint: names.joined(separator: "+"))
    }
    if unknown > 0 {
      notes.append("\(unknown.counted("pair")) left out: their products are not in the catalogue")
    }
    return SearchTrainingData(
      data: ProductSearchData(products: catalogue.products.map(SearchableProduct.init), pairs: found),
      learned: nil, evidence: found.isEmpty ? nil : evidence, notes: notes,
      fingerprint: names.joined(separator: "+"))
  }
}

extension SearchDataOptions {
  /// Reads the files of events into one log.
  private func readEvents(
    of catalogue: Catalogue, _ options: ReadOptions, _ notes: inout [String], _ names: inout [String]
  ) throws -> InteractionLog {
    var log = InteractionLog { catalogue.position(of: $0) }
    for path in events {
      let (part, report) = try SearchLog.read(contentsOf: path, options: options)
      try report.requireAcceptedLines()
      notes.append(report.summary("event"))
      names.append(report.fingerprint)
      for query in part.queries { log.append(LoggedSearch(query)) }
      for event in part.events { log.append(Interaction(event)) }
    }
    return log
  }
}

extension ReadReport {
  /// For example `4,990 products read from catalogue.jsonl, 10 lines rejected, the first: line 7: ...`.
  func summary(_ noun: String, _ plural: String? = nil) -> String {
    ["\(accepted.counted(noun, plural)) read from \(path)", rejectionSummary].compactMap(\.self).joined(
      separator: ", ")
  }
}

/// The options that say which queries are judged, and how.
struct JudgmentOptions: OptionGroup {
  enum Preset: String, OptionChoice {
    case clicks, homedepot, icecat

    var metrics: RankingMetrics {
      switch self {
      case .clicks: .clicks
      case .homedepot: .homeDepot
      case .icecat: .icecat
      }
    }
  }

  enum Documents: String, OptionChoice {
    case catalogue = "C"
    case trained = "D"
  }

  @Option("queries", .file(), "Judged queries: id<TAB>text lines.") var queries: String?

  @Option("judgments", .file(), "Their judgments: TREC qrels.") var judgments: String?

  @Option(
    "preset", .choice(), "What judgments mean.",
    details:
      "clicks and icecat: gain is the judgment, relevant from 1 on; homedepot: gain 2^(judgment - 1) - 1, relevant"
      + " from 2.5 on.")
  var preset = Preset.clicks

  @Option("protocol", .choice(), "C: all products; D: those with a positive pair in --training-judgments.")
  var documents = Documents.catalogue

  @Option("training-judgments", .file(), "For protocol D: the judgments trained on.") var training: String?

  /// The task; nil without queries. What was left out of the files is told on the console.
  func task(_ console: Console, on execution: Execution) throws -> RankingTask? {
    guard let queries, let judgments else {
      if queries != nil || judgments != nil { throw UsageError("--queries and --judgments go together") }
      return nil
    }
    if documents == .trained, training == nil {
      throw UsageError("--protocol D needs --training-judgments")
    }
    let texts = try console.read(QuerySet.self, from: queries, on: execution).value
    let judged = try console.read(RelevanceJudgments.self, from: judgments, on: execution).value
    let known = Set(texts.queries.lazy.map(\.id))
    let unknown = judged.queries.count { !known.contains($0) }
    if unknown > 0 {
      console.note(
        "\(unknown.counted("judged query", "judged queries")) without a text in \(queries): searched by the id"
      )
    }
    var task = RankingTask(queries: judged.judgedQueries(texts: texts), metrics: preset.metrics)
    if documents == .trained, let training {
      task.documents = .trained
      task.training = try console.read(RelevanceJudgments.self, from: training, on: execution).value
        .judgedQueries(texts: QuerySet())
    }
    return task
  }
}
