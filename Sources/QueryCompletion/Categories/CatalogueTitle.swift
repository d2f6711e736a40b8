/// A product as completion sees it: words that are known to be right, and where it stands in the shop.
///
///     CatalogueTitle("Acra Trail Running Shoes", category: "footwear > running shoes")
public struct CatalogueTitle: Sendable, Equatable {
  /// The product's title.
  public var text: String

  /// The product's category, as it is shown; empty where that is not known.
  public var category: String

  /// Creates a title.
  public init(_ text: String, category: String = "") { (self.text, self.category) = (text, category) }
}
