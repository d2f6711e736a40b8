/// A search as it was submitted, with what was searched before it.
///
///     CompletionExample("running socks", history: ["hiking boots"], user: "u1")
public struct CompletionExample: Sendable, Equatable, Codable {
  /// What was submitted.
  public var query: String

  /// Queries of the same session before it, the oldest one first.
  public var history: [String]

  /// Who searched; empty where that is not known.
  public var user: String

  /// When, in seconds since the start of 1970; nil where that is not known.
  public var time: Double?

  /// What had been typed when suggestions were wanted; nil where that is not known.
  public var prefix: String?

  /// Creates an example.
  public init(
    _ query: String, history: [String] = [], user: String = "", time: Double? = nil, prefix: String? = nil
  ) {
    (self.query, self.history, self.user, self.time, self.prefix) = (query, history, user, time, prefix)
  }

  /// Whether the prefix is a proper part of the query, so that something is left to complete.
  public var isStrict: Bool { (prefix ?? "").count < query.count }
}

/// What completion learns from.
public struct CompletionData: Sendable, Equatable {
  /// Searches whose queries become suggestions.
  public var training: [CompletionExample]

  /// Later searches by which weights are learned, with prefixes.
  public var validation: [CompletionExample]

  /// Titles of the shop's products: words that are known to be right, and the categories that suggestions ask for.
  public var titles: [CatalogueTitle]

  /// Creates data.
  public init(
    training: [CompletionExample], validation: [CompletionExample] = [], titles: [CatalogueTitle] = []
  ) {
    (self.training, self.validation, self.titles) = (training, validation, titles)
  }
}
