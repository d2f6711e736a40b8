/// The texts of a product that search reads.
public struct SearchableProduct: Codable, Sendable, Equatable {
  /// The product's name in the catalogue, not empty.
  public var id: String

  /// What a shopper sees first.
  public var title: String

  /// Who makes or sells it.
  public var brand: String

  /// Where it stands, for example "tools > drills".
  public var category: String

  /// Longer text.
  public var description: String

  /// Values of attributes, separated by white space.
  public var attributes: String

  /// What filters, facets and orders look at.
  public var properties = ProductProperties()

  /// Creates a product; any text but the id may be empty.
  public init(
    id: String, title: String, brand: String = "", category: String = "", description: String = "",
    attributes: String = ""
  ) {
    self.id = id
    self.title = title
    self.brand = brand
    self.category = category
    self.description = description
    self.attributes = attributes
  }

  /// The text of a field.
  public subscript(field: TextField) -> String {
    switch field {
    case .title: title
    case .brand: brand
    case .category: category
    case .description: description
    case .attributes: attributes
    }
  }
}

/// A part of a product's text.
public enum TextField: String, Codable, Sendable, CaseIterable {
  /// What a shopper sees first.
  case title
  /// Who makes or sells it.
  case brand
  /// Where it stands.
  case category
  /// Longer text.
  case description
  /// Values of attributes.
  case attributes

  /// Place in ``allCases``, for tables by field.
  var place: Int {
    switch self {
    case .title: 0
    case .brand: 1
    case .category: 2
    case .description: 3
    case .attributes: 4
    }
  }
}

/// A query that led to some product, with how much that counts.
public struct ClickedQuery: Codable, Sendable, Equatable {
  /// What was typed.
  public var text: String

  /// How much it counts, above 0; 1 for one click.
  public var weight: Float

  /// Creates a query.
  public init(_ text: String, weight: Float = 1) {
    (self.text, self.weight) = (text, weight)
  }
}

/// A query that led to a product.
public struct QueryProductPair: Sendable, Equatable {
  /// What was typed.
  public var query: String

  /// Position of the product in the catalogue.
  public var product: Int

  /// How much the pair counts, above 0; 1 for one click.
  public var weight: Float

  /// Creates a pair.
  public init(query: String, product: Int, weight: Float = 1) {
    self.query = query
    self.product = product
    self.weight = weight
  }
}

/// What rankers learn from: the catalogue and the pairs that people made.
public struct ProductSearchData: Sendable {
  /// The catalogue; positions in it name products everywhere.
  public var products: [SearchableProduct]

  /// Queries with the products they led to.
  public var pairs: [QueryProductPair]

  /// Creates the data.
  public init(products: [SearchableProduct], pairs: [QueryProductPair] = []) {
    self.products = products
    self.pairs = pairs
  }
}
