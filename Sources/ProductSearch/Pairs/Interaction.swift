/// A search of a log: what was typed, by whom, when.
public struct LoggedSearch: Sendable, Equatable {
  /// What events refer to.
  public var id: String

  /// What was typed.
  public var text: String

  /// Milliseconds since 1970, where known.
  public var time: Int64?

  /// The shopper's browser or app, where known.
  public var client: String?

  /// Whether the results were ordered by chance.
  public var isRandomised: Bool

  /// Creates a search.
  public init(
    id: String, text: String, time: Int64? = nil, client: String? = nil, isRandomised: Bool = false
  ) {
    self.id = id
    self.text = text
    self.time = time
    self.client = client
    self.isRandomised = isRandomised
  }
}

/// What a shopper was shown or did after a search.
public struct Interaction: Sendable, Equatable {
  /// What happened.
  public enum Action: UInt8, Sendable, CaseIterable {
    /// A product was shown.
    case impression
    /// A product was opened.
    case click
    /// A product was put into the cart.
    case cart
    /// A product was bought.
    case purchase
    /// A key was struck in a search box; not a query.
    case keystroke
    /// Anything else; counted alone.
    case other
  }

  /// What happened.
  public var action: Action

  /// The search it belongs to, where the log says so.
  public var search: String?

  /// What was typed, where the event repeats it.
  public var text: String?

  /// The product.
  public var product: String?

  /// The position in the list of results, 1 is the first.
  public var position: Int?

  /// Milliseconds since 1970, where known.
  public var time: Int64?

  /// The shopper's browser or app, where known.
  public var client: String?

  /// The visit, where known.
  public var session: String?

  /// Creates an interaction; everything else is set afterwards.
  public init(_ action: Action, search: String? = nil, product: String? = nil, position: Int? = nil) {
    self.action = action
    self.search = search
    self.product = product
    self.position = position
  }
}
