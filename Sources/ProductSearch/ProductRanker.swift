public import Learning

/// Something that orders the catalogue for a query: words, extreme ranking, centroids.
///
/// A ranker is immutable and may be asked from any thread.
public protocol ProductRanker: Predictor where Query == RankingQuery, Answer == ProductRanking {
  /// The ranker's name in reports and answers, for example "lexical".
  var name: String { get }

  /// Puts the best products for a query into `ranking`, which keeps its memory.
  ///
  /// Products that nothing but a bias speaks for are never returned: a query without a known word finds nothing. Where
  /// the query has a filter, as many allowed products as were asked for are returned whenever they exist.
  ///
  /// - Parameters:
  ///   - query: what was typed, cut behind ``ProductRanking/maximumWords`` words; its limit is at least 1.
  ///   - ranking: replaced by the answer.
  /// - Throws: `FileFormatError` when a stored model turns out to be altered.
  func rank(_ query: RankingQuery, into ranking: inout ProductRanking) throws
}

extension ProductRanker {
  /// The best products for a query.
  ///
  /// - Throws: ``InvalidInput`` when the limit is not in 1...1000.
  public func predict(_ query: RankingQuery) throws -> ProductRanking {
    try Violations(query.violations).throwIfAny()
    var ranking = ProductRanking()
    try rank(query, into: &ranking)
    return ranking
  }

  /// Puts the best of all products for a text into `ranking`.
  ///
  /// - Throws: `FileFormatError` when a stored model turns out to be altered.
  public func rank(_ text: String, limit: Int, into ranking: inout ProductRanking) throws {
    try rank(RankingQuery(text, limit: limit), into: &ranking)
  }

  /// The best products for a query.
  ///
  /// - Throws: `FileFormatError` when a stored model turns out to be altered.
  public func rank(_ query: String, limit: Int) throws -> ProductRanking {
    var ranking = ProductRanking()
    try rank(query, limit: limit, into: &ranking)
    return ranking
  }
}

/// What a ranker is asked.
public struct RankingQuery: Sendable, Equatable {
  /// The limits that a query may ask for.
  public static let limits = 1...1000

  /// What was typed.
  public var text: String

  /// How many products at the most, 1...1000.
  public var limit: Int

  /// The products that may be answered; nil for all.
  public var filter: ProductFilter?

  /// Other words that may have been meant, for rankers that look words up.
  public var alternatives: [WeightedWord] = []

  /// A word that counts less than one that was typed.
  public struct WeightedWord: Sendable, Equatable {
    /// The word.
    public var word: String

    /// What it counts against a typed word, 0...1.
    public var weight: Double

    /// Creates a word.
    public init(_ word: String, weight: Double) {
      self.word = word
      self.weight = weight
    }
  }

  /// Creates a query; everything else is set afterwards.
  public init(_ text: String, limit: Int = 10) {
    self.text = text
    self.limit = limit
  }

  /// Everything out of range.
  var violations: [Violation] {
    var problems = Violations()
    problems.require(
      Self.limits.contains(limit), "limit", given: limit,
      expected: "\(Self.limits.lowerBound)...\(Self.limits.upperBound)")
    return problems.all
  }
}

/// Products in order, best first, of equal scores the earlier in the catalogue first.
public struct ProductRanking: Sendable, Equatable {
  /// The most words of a query that are read.
  public static let maximumWords = 64

  /// Positions in the catalogue.
  public var products: [Int32] = []

  /// Scores, parallel to `products`, all above 0.
  public var scores: [Float] = []

  /// How many words the query has.
  public var words = 0

  /// How many of them the ranker knows.
  public var knownWords = 0

  /// Whether the query was cut.
  public var isTruncated = false

  /// Creates an empty ranking.
  public init() {}

  /// Share of the query's words that the ranker knows; 0 for a query without words.
  public var knownShare: Float { words > 0 ? Float(knownWords) / Float(words) : 0 }

  /// Forgets everything and keeps the memory.
  mutating func reset() {
    products.removeAll(keepingCapacity: true)
    scores.removeAll(keepingCapacity: true)
    (words, knownWords, isTruncated) = (0, 0, false)
  }

  /// Takes over what a search found.
  mutating func append(_ found: UnsafeMutableBufferPointer<UInt64>, step: Float) {
    products.reserveCapacity(found.count)
    scores.reserveCapacity(found.count)
    for key in found {
      products.append(Int32(truncatingIfNeeded: BestDocuments.document(key)))
      scores.append(Float(BestDocuments.total(key)) * step)
    }
  }
}
