internal import FoundationEssentials
public import Learning
internal import LinearAlgebra
internal import StoreData

/// What was written.
public struct ShopSummary: Sendable, Equatable {
  /// Products in the catalogue.
  public internal(set) var products = 0
  /// Searches.
  public internal(set) var queries = 0
  /// Searches that the box saw, with their keys.
  public internal(set) var boxSearches = 0
  /// Events by action, `impression` and so on.
  public internal(set) var events: [String: Int] = [:]
  /// Queries with judgments, both splits together.
  public internal(set) var judgedQueries = 0
}

extension SampleShop {
  /// Writes the shop's files into a folder, which is made where it is missing; other files in it stay.
  ///
  /// `catalogue.jsonl` · `ubi_queries.jsonl`, `ubi_events.jsonl` in the order of time · `validation/` and `test/` with
  /// `queries.tsv` and `judgments.qrels` · `searches.jsonl.gz`, with every key · `members.csv` and its model
  /// `membership.json` · `sales.csv` of one type of products with `products.csv` · `truth/` with `positions.json`,
  /// `choice.json`, `attractiveness.tsv`, `synonyms.tsv`, `searches.tsv`, `membership.json`, which no training reads.
  ///
  /// - Throws: ``FileError``; `CancellationError`. A file that is not complete is not there.
  /// - Complexity: O(products + searches), memory for the facts of the products and one day of events
  @discardableResult
  public func write(to folder: String, on execution: Execution = Execution()) throws -> ShopSummary {
    var summary = ShopSummary()
    for name in ["", "/validation", "/test", "/truth"] { try makeFolder(folder + name) }
    try writeCatalogue(to: "\(folder)/catalogue.jsonl", execution)
    summary.products = count
    let intents = try writeLog(to: folder, execution, &summary)
    let evaluation = EvaluationQueries(of: self)
    for (name, split) in [("validation", evaluation.validation), ("test", evaluation.test)] {
      try split.queries.write(to: "\(folder)/\(name)/queries.tsv")
      try split.judgments.write(to: "\(folder)/\(name)/judgments.qrels")
      summary.judgedQueries += split.queries.queries.count
    }
    try writeTruth(to: "\(folder)/truth", intents)
    try writeMembers(to: folder)
    summary.boxSearches = try writeSearchBoxLog(to: folder, execution)
    try writeSales(to: folder)
    return summary
  }

  /// Writes the catalogue without holding it in memory.
  ///
  /// - Throws: ``FileError``; `CancellationError`.
  public func writeCatalogue(to path: String, _ execution: Execution = Execution()) throws {
    let writer = try CatalogueWriter(path: path)
    for position in facts.indices {
      if position & 0x3FF == 0 {
        try execution.cancellation.check()
        execution.progress.report(
          ProgressEvent(stage: "writing catalogue", completed: position, total: count))
      }
      try writer.append(product(at: position))
    }
    try writer.finish()
  }

  /// Writes queries and events day by day; gives back what was meant by the first queries.
  private func writeLog(
    to folder: String, _ execution: Execution, _ summary: inout ShopSummary
  ) throws -> [(text: String, intent: ShopperIntent)] {
    let queries = try SearchLogWriter(path: "\(folder)/ubi_queries.jsonl")
    let events = try SearchLogWriter(path: "\(folder)/ubi_events.jsonl")
    var simulation = SearchSimulation(self)
    var meant: [(text: String, intent: ShopperIntent)] = []
    var seen: Set<String> = []
    var later: [Int: [SearchEvent]] = [:]
    var session = 0
    for day in 0..<recipe.days {
      try execution.cancellation.check()
      execution.progress.report(ProgressEvent(stage: "simulating days", completed: day, total: recipe.days))
      var ofDay: [SearchQuery] = []
      while session < recipe.sessions, session * recipe.days / recipe.sessions == day {
        let visit = ShopSession(number: session, in: self, &simulation)
        session += 1
        ofDay += visit.queries
        for event in visit.events { later[Self.day(of: event), default: []].append(event) }
        for (query, intent) in zip(visit.queries, visit.intents)
        where meant.count < Self.describedQueries && seen.insert(query.text).inserted {
          meant.append((query.text, intent))
        }
      }
      for query in ofDay.sortedByTime(\.time) { try queries.append(query) }
      summary.queries += ofDay.count
      for event in (later.removeValue(forKey: day) ?? []).sortedByTime(\.time) {
        try events.append(event)
        summary.events[event.action.description, default: 0] += 1
      }
    }
    try queries.finish()
    try events.finish()
    return meant
  }

  /// For how many different queries the attractiveness is written.
  private static let describedQueries = 5000

  private static func day(of event: SearchEvent) -> Int {
    Int(((event.time ?? start).milliseconds - start.milliseconds) / 86_400_000)
  }

  private func writeTruth(to folder: String, _ meant: [(text: String, intent: ShopperIntent)]) throws {
    let curve = JSONValue.object(["examination": .array(Self.positionCurve.map { .number($0) })])
    let positions = try ByteSink(path: "\(folder)/positions.json")
    try positions.write(try curve.text() + "\n")
    try positions.finish()

    var simulation = SearchSimulation(self)
    let attractiveness = ClickLog(
      meant.map { text, intent in
        let clicks = simulation.candidates(for: intent).map {
          ClickLog.Click(
            product: id(at: Int($0.product)), weight: (Double($0.attractiveness) * 1e4).rounded() / 1e4)
        }
        return ClickLog.Entry(query: text, clicks: clicks)
      })
    try attractiveness.write(to: "\(folder)/attractiveness.tsv")

    let synonyms = try ByteSink(path: "\(folder)/synonyms.tsv")
    for type in vocabulary.types {
      for word in type.slang { try synonyms.write("\(word)\t\(type.nouns[0])\n") }
    }
    try synonyms.finish()
  }
}

/// Makes a folder and those above it where they are missing.
func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw FileError(path: path, operation: "create folder")
  }
}

extension Array {
  /// In the order of time; what happened at once stays in its order.
  fileprivate func sortedByTime(_ time: (Element) -> Timestamp?) -> [Element] {
    enumerated().sorted { left, right in
      let (a, b) = (time(left.element)?.milliseconds ?? 0, time(right.element)?.milliseconds ?? 0)
      return a != b ? a < b : left.offset < right.offset
    }.map(\.element)
  }
}
