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

  /// Its price, where the catalogue states one.
  public let price: Double?

  /// Where the title holds words of the query: first byte of its UTF-8 and the byte behind the last, ascending.
  public let highlights: [[Int]]
}

/// How often a value occurs among everything that matches.
public struct FacetCount: Codable, Sendable, Equatable {
  /// The value, or a range such as `[20 TO 50}`, as a filter takes it.
  public let value: String

  /// How many products have it.
  public let count: Int
}

/// What had to be given up to find something.
public struct Relaxation: Codable, Sendable, Equatable {
  /// A way to find more, in the order in which they are tried.
  public enum Step: String, Codable, Sendable {
    /// Nothing is spelt as it was typed: the corrected query was answered.
    case correctedSpelling
    /// No product holds all words: the least informative ones were given up.
    case droppedWord
    /// Nothing is left by the filter: without this part of it there would be ``total`` products, of which
    /// ``SearchResponse/suggestions`` shows some. Results never break a filter.
    case droppedFilter
  }

  /// The way.
  public let step: Step

  /// The words, or the part of the filter, that were given up.
  public let dropped: String?

  /// For a filter: how many products match without the dropped part.
  public let total: Int?
}

/// What a shopper is answered.
public struct SearchResponse: Codable, Sendable, Equatable {
  /// How it went.
  public enum Status: String, Codable, Sendable {
    /// Products were found.
    case ok
    /// The query has no word.
    case emptyQuery
    /// No word of the query leads to a product, corrected or not.
    case nothingFound
    /// The query leads to products, but the filter leaves none of them.
    case filteredOut
  }

  /// What was typed.
  public let query: String

  /// The query that was answered, where it differs from what was typed.
  public let correctedQuery: String?

  /// What looks misspelt in the query, with what may have been meant.
  public let corrections: [SpellingCorrection]

  /// How it went.
  public let status: Status

  /// What had to be given up; nil when nothing.
  public let relaxation: Relaxation?

  /// The ranker that answered.
  public let ranker: String

  /// Products, best first.
  public let results: [SearchResult]

  /// How many products hold a word of the query, or were found by the ranker, and pass the filter; counted where
  /// facets are asked for.
  public let total: Int?

  /// The values of each field that was asked for, over all of those products; each field's counts leave the parts of
  /// the filter out that look at that field alone.
  public let facets: [String: [FacetCount]]

  /// Where nothing was found, popular products of the category whose name is nearest to the query; where a filter left
  /// nothing, what would be found without a part of it.
  public let suggestions: [SearchResult]

  /// Share of the query's words that the ranker knows, 0...1.
  public let knownShare: Float

  /// Whether words behind the 64th were ignored.
  public let isTruncated: Bool
}
