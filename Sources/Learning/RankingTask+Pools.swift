internal import Probability

extension RankingTask {
  /// The documents an engine must order for one query.
  public struct Pool: Sendable, Equatable {
    /// The query.
    public let query: JudgedQuery

    /// Its documents in hash order, which says nothing about relevance.
    public let documents: [String]
  }

  /// How many random documents are added to the judged ones.
  static let randomDocuments = 100

  /// The pools of protocols A, B and E: the same for every ranker and on every machine.
  ///
  /// Queries without a relevant document are left out, and for A those with relevant documents only. A catalogue
  /// too small for 100 more documents gives as many as it has.
  ///
  /// - Precondition: the protocol uses pools.
  public func pools() -> [Pool] {
    precondition(documents.usesPools, "protocols A, B and E have pools")
    let sorted = catalogue.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let exposed = Set(training.flatMap(\.documents))
    return queries.filter(isInformative).map { query in
      let members = query.documents + additions(to: query, from: sorted, exposed: exposed)
      let hash = StableHash.fnv1a64(query.text)
      let ordered = members.map { ($0, StableHash.tieOrder(queryHash: hash, document: $0)) }
        .sorted { $0.1 < $1.1 }
      return Pool(query: query, documents: ordered.map(\.0))
    }
  }

  private func isInformative(_ query: JudgedQuery) -> Bool {
    let relevances = query.relevance.values
    return relevances.contains { $0 >= metrics.relevant }
      && (documents != .judged || relevances.contains { $0 < metrics.relevant })
  }

  /// Random documents, drawn by SplitMix64 from the catalogue sorted by its ids' bytes.
  private func additions(to query: JudgedQuery, from sorted: [String], exposed: Set<String>) -> [String] {
    guard documents != .judged else { return [] }
    var have = Set(query.documents)
    let available = Set(sorted).subtracting(have)
    let wanted = Self.randomDocuments
    // Rounded share of the judged documents that training judgments have seen.
    let judged = query.documents.count
    let seen = (2 * wanted * query.documents.count(where: exposed.contains) + judged) / (2 * judged)
    let matched = documents == .exposureMatched
    let availableSeen = matched ? available.count(where: exposed.contains) : 0
    var seenLeft = matched ? min(seen, availableSeen) : 0
    var unseenLeft =
      matched ? min(wanted - seen, available.count - availableSeen) : min(wanted, available.count)

    var generator = SplitMix64(state: StableHash.fnv1a64("pool-b\t" + query.text))
    var additions: [String] = []
    while seenLeft + unseenLeft > 0 {
      let document = sorted[Int(generator.next() % UInt64(sorted.count))]
      let isSeen = matched && exposed.contains(document)
      guard (isSeen ? seenLeft : unseenLeft) > 0, have.insert(document).inserted else { continue }
      additions.append(document)
      if isSeen { seenLeft -= 1 } else { unseenLeft -= 1 }
    }
    return additions
  }
}
