/// What a shopper asks.
public struct SearchRequest: Codable, Sendable, Equatable {
  /// What was typed; words behind the 64th are ignored.
  public var text: String

  /// How many results at the most, 1...1000.
  public var limit: Int

  /// The ranker that answers; nil for the one that was chosen in training.
  public var ranker: String?

  /// Whether the query counts as it is typed, without corrections of its spelling.
  public var isExact = false

  /// Creates a request; everything else is set afterwards.
  public init(_ text: String, limit: Int = 10, ranker: String? = nil) {
    self.text = text
    self.limit = limit
    self.ranker = ranker
  }
}

/// A product that was found.
public struct SearchResult: Codable, Sendable, Equatable {
  /// The product's id.
  public let id: String

  /// What a shopper sees first.
  public let title: String

  /// Its position in the catalogue.
  public let product: Int

  /// Its score, larger is better; comparable within one ranker only.
  public let score: Float
}

/// What a shopper is answered.
public struct SearchResponse: Codable, Sendable, Equatable {
  /// How it went.
  public enum Status: String, Codable, Sendable {
    /// Products were found.
    case ok
    /// The query has no word.
    case emptyQuery
    /// No word of the query leads to a product.
    case nothingFound
  }

  /// What was typed.
  public let query: String

  /// The query that was answered, where it differs from what was typed.
  public let correctedQuery: String?

  /// What looks misspelt in the query, with what may have been meant.
  public let corrections: [SpellingCorrection]

  /// How it went.
  public let status: Status

  /// The ranker that answered.
  public let ranker: String

  /// Products, best first.
  public let results: [SearchResult]

  /// Share of the query's words that the ranker knows, 0...1.
  public let knownShare: Float

  /// Whether words behind the 64th were ignored.
  public let isTruncated: Bool
}
