/// A product as the catalogue states it.
///
///     var drill = Product(id: "100123", title: "Ryobi 20V Cordless Drill")
///     drill.category = ["Tools", "Power Tools", "Drills"]
///     drill.price = 99
///     drill.attributes["voltage"] = 20
public struct Product: Sendable, Equatable {
  /// Unique in its catalogue; 1 to 512 bytes without control characters.
  public var id: String

  /// The title; may be empty when other text is there.
  public var title: String

  /// A longer text; empty when there is none.
  public var description = ""

  /// The brand.
  public var brand: String?

  /// The path in the category tree, the department first; empty when there is none.
  public var category: [String] = []

  /// Price in the shop's currency, 0 or more.
  public var price: Double?

  /// What the shop pays for one, 0 or more, in the same currency.
  public var cost: Double?

  /// Typed properties such as colour or voltage.
  public var attributes = Attributes()

  /// How many are in stock; nil when unknown.
  public var stock: Int?

  /// The markets it is sold in; empty means all.
  public var markets: [String] = []

  /// What the variants of one product have in common, such as the id of their parent.
  public var group: String?

  /// Since when it is sold.
  public var released: Timestamp?

  /// Creates a product; everything else is set afterwards.
  public init(id: String, title: String) {
    self.id = id
    self.title = title
  }

  /// Whether there is any text to find it by.
  public var hasText: Bool {
    [title, description, brand ?? ""].contains { !$0.utf8.allSatisfy { $0 <= 0x20 } } || !category.isEmpty
      || attributes.contains { !$0.value.texts.isEmpty }
  }
}
