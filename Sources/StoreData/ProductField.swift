/// The fields of a product and the names under which files give them.
enum ProductField: Int, CaseIterable {
  case id, title, description, brand, category, price, cost, attributes, stock, markets, group, released

  /// The names in the order of preference: where a record has several, the first one that is not empty counts.
  var names: [StaticString] {
    switch self {
    case .id: ["product_id", "id", "uid", "sku", "asin"]
    case .title: ["title", "name", "product_title"]
    case .description: ["description", "product_description", "short_description"]
    case .brand: ["brand", "product_brand", "manufacturer"]
    case .category: ["category", "category_path", "categories", "product_type"]
    case .price: ["price"]
    case .cost: ["cost"]
    case .attributes: ["attributes"]
    case .stock: ["stock", "quantity", "inventory", "in_stock"]
    case .markets: ["markets", "market"]
    case .group: ["group", "group_id", "item_group_id", "parent_id", "variant_parent"]
    case .released: ["released", "release_date", "created", "created_at", "date"]
    }
  }

  /// Every name with its field and rank.
  private static let known: [(name: StaticString, field: ProductField, rank: Int)] = allCases.flatMap {
    field in
    field.names.enumerated().map { (name: $1, field: field, rank: $0) }
  }

  /// The field of a name, and how preferred the name is (0 is best).
  static func find(_ name: UnsafeRawBufferPointer) -> (field: ProductField, rank: Int)? {
    known.first { name.equals($0.name) }.map { ($0.field, $0.rank) }
  }
}
