/// What filters, facets and orders look at, beside the texts of a product.
public struct ProductProperties: Sendable, Equatable {
  /// A property of a product that its shop names.
  public enum Value: Sendable, Equatable {
    /// One or more texts.
    case texts([String])
    /// A number.
    case number(Double)
    /// Yes or no.
    case flag(Bool)
  }

  /// Price, 0 or more.
  public var price: Double?

  /// How many are in stock.
  public var stock: Int?

  /// The day since when it is sold, as the number YYYYMMDD.
  public var released: Int?

  /// Where it stands, the department first.
  public var categoryPath: [String] = []

  /// Where it is sold; empty means everywhere.
  public var markets: [String] = []

  /// What the variants of one product have in common.
  public var group: String?

  /// Everything else, by name.
  public var attributes: [(name: String, value: Value)] = []

  /// Creates properties of which nothing is known.
  public init() {}

  /// Whether all parts are equal.
  public static func == (left: Self, right: Self) -> Bool {
    left.price == right.price && left.stock == right.stock && left.released == right.released
      && left.categoryPath == right.categoryPath && left.markets == right.markets && left.group == right.group
      && left.attributes.elementsEqual(right.attributes) { $0.name == $1.name && $0.value == $1.value }
  }
}
