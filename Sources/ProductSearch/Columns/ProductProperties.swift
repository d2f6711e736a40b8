/// What filters, facets and orders look at, beside the texts of a product.
public struct ProductProperties: Codable, Sendable, Equatable {
  /// A property of a product that its shop names.
  public enum Value: Codable, Sendable, Equatable {
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
  public var attributes: [Attribute] = []

  /// A property that the shop names.
  public struct Attribute: Codable, Sendable, Equatable {
    /// Its name.
    public var name: String

    /// Its value.
    public var value: Value

    /// Creates a property.
    public init(_ name: String, _ value: Value) {
      (self.name, self.value) = (name, value)
    }
  }

  /// Creates properties of which nothing is known.
  public init() {}
}
