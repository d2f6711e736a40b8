/// What a shopper did, or was shown, as User Behavior Insights 1.3 records it.
public struct SearchEvent: Sendable, Equatable {
  /// What happened.
  public enum Action: Sendable, Hashable {
    /// A product was shown (`impression`).
    case impression
    /// A product was opened from a result list (`click`).
    case click
    /// A product was put into the cart (`add_to_cart`).
    case addToCart
    /// A product was bought (`purchase`).
    case purchase
    /// A search box was used, in some applications at every keystroke (`search`); not a query.
    case search
    /// Any other action by its name.
    case other(String)
  }

  /// What happened.
  public var action: Action

  /// The query it belongs to, where the application says so.
  public var query: String?

  /// What the shopper had typed, where the event repeats it.
  public var queryText: String?

  /// The product, where there is one.
  public var product: String?

  /// The position in the result list, 1 is the first; a ``SearchLog`` shifts applications that start at 0.
  public var position: Int?

  /// When.
  public var time: Timestamp?

  /// The application that recorded it.
  public var application: String?

  /// The shopper's browser or app.
  public var client: String?

  /// The session.
  public var session: String?

  /// Creates an event; everything else is set afterwards.
  public init(_ action: Action, query: String? = nil, product: String? = nil) {
    self.action = action
    self.query = query
    self.product = product
  }
}

extension SearchEvent.Action: LosslessStringConvertible {
  /// The action of a name in the format; a name it does not know is ``other(_:)``.
  public init(_ name: String) {
    switch name {
    case "impression": self = .impression
    case "click": self = .click
    case "add_to_cart": self = .addToCart
    case "purchase": self = .purchase
    case "search": self = .search
    default: self = .other(name)
    }
  }

  /// The name in the format.
  public var description: String {
    switch self {
    case .impression: "impression"
    case .click: "click"
    case .addToCart: "add_to_cart"
    case .purchase: "purchase"
    case .search: "search"
    case .other(let name): name
    }
  }
}
