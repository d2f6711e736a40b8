/// Which documents a ranking is judged on.
public enum RankingProtocol: String, Codable, Sendable, CaseIterable {
  /// A: the judged documents of each query.
  case judged = "A"
  /// B: the judged documents and 100 random ones, the same for every ranker.
  case judgedAndRandom = "B"
  /// C: the whole catalogue.
  case catalogue = "C"
  /// D: the documents that have a positive training pair.
  case trained = "D"
  /// E: as B, the random documents seen in training judgments as often as the judged ones.
  case exposureMatched = "E"

  /// Whether an engine must order a pool of documents instead of searching.
  public var usesPools: Bool { self == .judged || self == .judgedAndRandom || self == .exposureMatched }
}

/// Queries with judgments, the documents they are judged on, and the metrics.
///
///     let task = RankingTask(queries: queries, metrics: .homeDepot)
///     let evaluation = try task.evaluate(run)
///     print(evaluation.mean.ndcg)
public struct RankingTask: Sendable {
  /// The judged queries, in the order of the judgment file.
  public var queries: [JudgedQuery]

  /// How a ranking is judged.
  public var metrics: RankingMetrics

  /// Which documents are judged.
  public var documents: RankingProtocol

  /// The catalogue; needed by B and E.
  public var catalogue: [String]

  /// Training judgments; needed by D and E.
  public var training: [JudgedQuery]

  /// The relevance from which on a training judgment is a positive pair.
  public var positive = 2.33

  /// Creates a task, by default on the whole catalogue.
  public init(
    queries: [JudgedQuery], metrics: RankingMetrics, documents: RankingProtocol = .catalogue,
    catalogue: [String] = [], training: [JudgedQuery] = []
  ) {
    self.queries = queries
    self.metrics = metrics
    self.documents = documents
    self.catalogue = catalogue
    self.training = training
  }

  /// What a run is worth.
  ///
  /// - Parameter run: scored documents by query id, in any order; queries that are missing found nothing.
  /// - Throws: ``InvalidInput`` when a document of a pool is not in the run.
  public func evaluate(_ run: [String: [ScoredDocument]]) throws -> RankingEvaluation {
    let ordered = { (query: JudgedQuery) in query.ordering(run[query.id] ?? []) }
    switch documents {
    case .catalogue:
      return evaluation(queries) { ordered($0) }
    case .trained:
      let positives = trainedDocuments
      return evaluation(queries.map { $0.keeping(positives.contains) }) {
        ordered($0).filter(positives.contains)
      }
    case .judged, .judgedAndRandom, .exposureMatched:
      let pools = pools()
      let members = Dictionary(pools.map { ($0.query.id, Set($0.documents)) }, uniquingKeysWith: { $1 })
      let missing = pools.reduce(0) { sum, pool in
        sum
          + members[pool.query.id, default: []].subtracting(run[pool.query.id, default: []].map(\.document))
          .count
      }
      guard missing == 0 else {
        throw InvalidInput(
          "run", given: "\(missing) documents of the pools without a score", expected: "a score for each",
          advice: "Order every document of the pools.")
      }
      return evaluation(pools.map(\.query)) { query in
        let members = members[query.id, default: []]
        return ordered(query).filter(members.contains)
      }
    }
  }

  var trainedDocuments: Set<String> {
    Set(training.flatMap { query in query.documents.filter { query.relevance[$0, default: 0] >= positive } })
  }

  private func evaluation(_ queries: [JudgedQuery], _ ranking: (JudgedQuery) -> [String]) -> RankingEvaluation
  {
    RankingEvaluation(
      depths: metrics.depths,
      queries: queries.compactMap { query in
        metrics.measure(ranking(query), judgments: query.relevance).map { (query.id, $0) }
      })
  }
}
