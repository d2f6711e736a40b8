/// What a shopper asks.
///
///     var request = SearchRequest("cordless drill", limit: 20)
///     request.filter = #"brand:"Ryobi" AND price:[20 TO 50]"#
///     request.facets = ["brand", "category", "price"]
///     let response = try model.search(request)
public struct SearchRequest: Codable, Sendable, Equatable {
  /// How results are ordered.
  public enum Order: String, Codable, Sendable, CaseIterable {
    /// The best match first.
    case relevance
    /// The cheapest first; products without a price last.
    case price
    /// The dearest first; products without a price last.
    case priceDescending = "price-descending"
    /// What is sold since the latest day first; products without a day last.
    case newest
  }

  /// What was typed; words behind the 64th are ignored.
  public var text: String

  /// How many results at the most, 1...1000.
  public var limit: Int

  /// The ranker that answers; nil for the one that was chosen in training.
  public var ranker: String?

  /// Which products may be answered, in the language of ``FilterExpression``; nil for all.
  public var filter: String?

  /// The fields whose values are counted over everything that matches.
  public var facets: [String] = []

  /// How results are ordered. Other orders than relevance are those of the best 1,000 matches.
  public var order = Order.relevance

  /// Whether of the variants of one product the best one stands for all.
  public var groupsVariants = false

  /// Whether results must hold every word of the query.
  public var requiresAllWords = false

  /// Whether the query counts as it is typed, without corrections of its spelling.
  public var isExact = false

  /// Creates a request; everything else is set afterwards.
  public init(_ text: String, limit: Int = 10, ranker: String? = nil) {
    self.text = text
    self.limit = limit
    self.ranker = ranker
  }
}
