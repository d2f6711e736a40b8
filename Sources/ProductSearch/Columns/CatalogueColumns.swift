internal import Learning

/// What is known of every product beside its texts, by field: what filters, facets and orders look at.
struct CatalogueColumns: Sendable {
  /// The values of a field.
  enum Column: Sendable {
    case text(TextColumn)
    case number(NumberColumn)
  }

  /// Number of products.
  private(set) var products: Int

  /// The columns by the name of their field.
  private(set) var columns: [String: Column]

  /// How much the clicked queries' weights of each product add up to.
  private(set) var popularity: NumberColumn

  /// Attributes beyond so many are not kept, those of the most products first.
  static let maximumAttributes = 256

  /// With so many fields a product that is added brings no further ones.
  static let maximumFields = 300

  /// The names of the fields that can be filtered by, ascending.
  var fieldNames: [String] { columns.keys.sorted() }

  subscript(field: String) -> Column? { columns[field] }

  /// The texts of a field; nil for a field of numbers.
  func texts(_ field: String) -> TextColumn? {
    if case .text(let column) = columns[field] { column } else { nil }
  }

  /// The numbers of a field; nil for a field of texts.
  func numbers(_ field: String) -> NumberColumn? {
    if case .number(let column) = columns[field] { column } else { nil }
  }
}

/// Names of the fields that every shop may have.
enum CatalogueField {
  static let brand = "brand"
  static let category = "category"
  static let price = "price"
  static let stock = "stock"
  static let released = "released"
  static let market = "market"
  static let group = "group"

  /// What separates the parts of a path.
  static let pathSeparator = " > "
}

extension CatalogueColumns {
  /// Collects the properties of a catalogue; a field that no product has is left out.
  init(_ data: ProductSearchData) {
    let all = data.products
    var columns: [String: Column] = [:]
    func add(_ field: String, texts: [[String]]) {
      if texts.contains(where: { !$0.isEmpty }) { columns[field] = .text(TextColumn(texts)) }
    }
    func add(_ field: String, numbers: [Double?]) {
      if numbers.contains(where: { $0 != nil }) { columns[field] = .number(NumberColumn(numbers)) }
    }
    add(CatalogueField.brand, texts: all.map { $0.brand.isEmpty ? [] : [$0.brand] })
    add(CatalogueField.category, texts: all.map { Self.prefixes(of: $0.properties.categoryPath) })
    add(CatalogueField.market, texts: all.map(\.properties.markets))
    add(CatalogueField.group, texts: all.map { $0.properties.group.map { [$0] } ?? [] })
    add(CatalogueField.price, numbers: all.map(\.properties.price))
    add(CatalogueField.stock, numbers: all.map { $0.properties.stock.map { Double($0) } })
    add(CatalogueField.released, numbers: all.map { $0.properties.released.map { Double($0) } })
    for (name, column) in Self.attributes(of: all) where columns[name] == nil { columns[name] = column }
    var popularity = [Double](repeating: 0, count: all.count)
    for pair in data.pairs { popularity[pair.product] += Double(pair.weight) }
    products = all.count
    self.columns = columns
    self.popularity = NumberColumn(popularity.map { $0 > 0 ? $0 : nil })
  }

  /// `Tools`, `Tools > Drills` and so on, so that a category holds what is below it.
  private static func prefixes(of path: [String]) -> [String] {
    path.indices.map { path[...$0].joined(separator: CatalogueField.pathSeparator) }
  }

  /// The columns of the shop's own attributes: a name whose values are all numbers, or all flags, becomes a field of
  /// numbers, any other a field of texts.
  private static func attributes(of products: [SearchableProduct]) -> [(String, Column)] {
    var holders: [String: [(product: Int, value: ProductProperties.Value)]] = [:]
    for (product, item) in products.enumerated() {
      for attribute in item.properties.attributes where !attribute.name.isEmpty {
        holders[attribute.name, default: []].append((product, attribute.value))
      }
    }
    let kept = holders.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(
      maximumAttributes)
    return kept.map { name, entries in (name, column(entries, of: products.count)) }
  }

  private static func column(
    _ entries: [(product: Int, value: ProductProperties.Value)], of products: Int
  ) -> Column {
    var numbers = [Double?](repeating: nil, count: products)
    var (areNumbers, areFlags) = (true, true)
    for (product, value) in entries {
      switch value {
      case .number(let number): (numbers[product], areFlags) = (number, false)
      case .flag(let flag): (numbers[product], areNumbers) = (flag ? 1 : 0, false)
      case .texts: (areNumbers, areFlags) = (false, false)
      }
    }
    if areNumbers || areFlags { return .number(NumberColumn(numbers, isFlag: areFlags)) }
    var texts = [[String]](repeating: [], count: products)
    for (product, value) in entries {
      switch value {
      case .texts(let all): texts[product] = all
      case .number(let number): texts[product] = [NumberRange.text(number)]
      case .flag(let flag): texts[product] = [flag ? "true" : "false"]
      }
    }
    return .text(TextColumn(texts))
  }
}

extension CatalogueColumns {
  /// The columns with more products behind all others.
  ///
  /// A field keeps its kind: a text where others have numbers is left out, a number where others have texts is one.
  ///
  /// - Complexity: O(properties of the products), and O(N) for a field that no product had
  func adding(_ additions: [CatalogueAddition]) -> CatalogueColumns {
    var columns = self
    let new = Self(ProductSearchData(products: additions.map(\.product)))
    for (field, column) in new.columns
    where columns.columns[field] == nil && columns.columns.count < Self.maximumFields {
      switch column {
      case .text: columns.columns[field] = .text(TextColumn([[String]](repeating: [], count: products)))
      case .number(let column):
        columns.columns[field] = .number(
          NumberColumn([Double?](repeating: nil, count: products), isFlag: column.isFlag))
      }
    }
    for (field, column) in columns.columns {
      let more = new.columns[field]
      switch column {
      case .text(var column):
        column.append(additions.indices.map { more?.texts(of: $0) ?? [] })
        columns.columns[field] = .text(column)
      case .number(var column):
        column.append(additions.indices.map { new.numbers(field)?.number(of: $0) })
        columns.columns[field] = .number(column)
      }
    }
    columns.popularity.append(
      additions.map { addition in
        let known = addition.replaced.flatMap { popularity.number(of: $0) } ?? 0
        let weight = addition.queries.reduce(known) { $0 + Double($1.weight) }
        return weight > 0 ? weight : nil
      })
    columns.products += additions.count
    return columns
  }

  /// Whether numbers were set since the arrays were made.
  var areChanged: Bool {
    columns.values.contains { if case .number(let column) = $0 { column.isChanged } else { false } }
  }

  /// The columns with other numbers of a product in some fields, which are fields of numbers or none.
  ///
  /// - Complexity: O(1) amortised, O(N) for a field that no product had
  func setting(_ numbers: [(field: String, number: Double)], of product: Int) -> CatalogueColumns {
    var columns = self
    for (field, number) in numbers {
      var column =
        self.numbers(field) ?? NumberColumn([Double?](repeating: nil, count: products), isFlag: false)
      column.set(number, of: product)
      columns.columns[field] = .number(column)
    }
    return columns
  }

  /// The columns of some products alone; fields that none of them has are left out.
  func merging(keeping kept: [Int]) -> CatalogueColumns {
    var merged = self
    merged.products = kept.count
    merged.popularity = popularity.merging(keeping: kept)
    merged.columns = columns.compactMapValues { column in
      switch column {
      case .text(let column):
        let left = column.merging(keeping: kept)
        return left.valueCount > 0 ? .text(left) : nil
      case .number(let column):
        let left = column.merging(keeping: kept)
        return left.bounds == nil ? nil : .number(left)
      }
    }
    return merged
  }
}

extension CatalogueColumns.Column {
  /// The values of a product as texts.
  fileprivate func texts(of product: Int) -> [String] {
    switch self {
    case .text(let column): return column.values(of: product).map { column.value(Int($0)) }
    case .number(let column):
      guard let number = column.number(of: product) else { return [] }
      return [column.isFlag ? (number == 1 ? "true" : "false") : NumberRange.text(number)]
    }
  }
}

extension CatalogueColumns {
  private struct Names: Codable {
    var texts: [String]
    var numbers: [String]
  }

  /// Writes the columns into an archive; their names, which a shop chooses, stay out of file names.
  func write(to writer: inout ModelArchive.Writer) throws {
    var names = Names(texts: [], numbers: [])
    for field in fieldNames {
      switch columns[field]! {
      case .text(let column):
        try writer.section("text\(names.texts.count)") { try column.write(to: &$0) }
        names.texts.append(field)
      case .number(let column):
        try writer.section("number\(names.numbers.count)") { try column.write(to: &$0) }
        names.numbers.append(field)
      }
    }
    try writer.add("names", value: names)
    try writer.section("popularity") { try popularity.write(to: &$0) }
  }

  /// Maps the columns of so many products in an archive.
  init(archive: ModelArchive, products: Int) throws {
    let names = try archive.value("names", as: Names.self)
    var columns: [String: Column] = [:]
    for (place, name) in names.texts.enumerated() {
      columns[name] = .text(
        try TextColumn(archive: archive.section("text\(place)"), products: products))
    }
    for (place, name) in names.numbers.enumerated() {
      columns[name] = .number(
        try NumberColumn(archive: archive.section("number\(place)"), products: products))
    }
    self.products = products
    self.columns = columns
    popularity = try NumberColumn(archive: archive.section("popularity"), products: products)
  }
}
