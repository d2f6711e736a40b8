/// A query with the documents that people judged, or customers clicked, for it.
public struct JudgedQuery: Sendable, Equatable {
  /// The query's name in judgment and run files.
  public let id: String

  /// What was typed.
  public let text: String

  /// The judged documents in the order given, none twice.
  public private(set) var documents: [String] = []

  /// Relevance by document.
  public private(set) var relevance: [String: Double] = [:]

  /// Creates a query; a document given twice keeps its last relevance.
  public init(id: String, text: String, judgments: [(document: String, relevance: Double)]) {
    self.id = id
    self.text = text
    for judgment in judgments {
      if relevance.updateValue(judgment.relevance, forKey: judgment.document) == nil {
        documents.append(judgment.document)
      }
    }
  }

  /// The query with the judgments of some documents only.
  public func keeping(_ isKept: (String) -> Bool) -> JudgedQuery {
    JudgedQuery(
      id: id, text: text,
      judgments: documents.filter(isKept).map { (document: $0, relevance: relevance[$0] ?? 0) })
  }
}

/// A document with the score that a ranker gave it.
public struct ScoredDocument: Sendable, Equatable {
  /// The document.
  public let document: String

  /// Larger is better.
  public let score: Double

  /// Creates a scored document.
  public init(_ document: String, _ score: Double) {
    self.document = document
    self.score = score
  }
}

extension JudgedQuery {
  /// The documents of a run, best first.
  ///
  /// Equal scores are ordered by a hash of query and document: the order of a file or catalogue often leaks
  /// what people judged. A document scored twice keeps its last score; one without a number comes last.
  public func ordering(_ run: [ScoredDocument]) -> [String] {
    var scores: [String: Double] = [:]
    for entry in run { scores[entry.document] = entry.score.isNaN ? -.infinity : entry.score }
    let hash = StableHash.fnv1a64(text)
    return scores.map { (document: $0, score: $1, tie: StableHash.tieOrder(queryHash: hash, document: $0)) }
      .sorted { left, right in
        if left.score != right.score { return left.score > right.score }
        return left.tie != right.tie ? left.tie < right.tie : left.document < right.document
      }
      .map(\.document)
  }
}
