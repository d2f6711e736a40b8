/// A search as User Behavior Insights 1.3 records it.
public struct SearchQuery: Sendable, Equatable {
  /// What events refer to.
  public var id: String

  /// What the shopper typed; may be empty.
  public var text: String

  /// The application that recorded it.
  public var application: String?

  /// The shopper's browser or app.
  public var client: String?

  /// When.
  public var time: Timestamp?

  /// `query_attributes.ranker`: who ordered the results; "random" for a randomised order.
  public var ranker: String?

  /// The products that were answered, best first.
  public var results: [String] = []

  /// Creates a query; everything else is set afterwards.
  public init(id: String, text: String) {
    self.id = id
    self.text = text
  }

  /// Whether the results were ordered by chance, so that their positions say nothing about them.
  public var isRandomised: Bool { ranker == "random" }
}
