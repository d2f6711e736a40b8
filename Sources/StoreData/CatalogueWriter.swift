internal import Learning

/// Writes products one after the other: JSON Lines, or CSV or TSV where the name says so, packed for `.gz`.
///
///     let writer = try CatalogueWriter(path: "products.jsonl.gz")
///     for product in catalogue.products { try writer.append(product) }
///     try writer.finish()
public final class CatalogueWriter {
  private let sink: ByteSink
  private let separator: String?

  /// The columns of a table, in order.
  private static let columns: [ProductField] = ProductField.allCases

  /// Starts a file; "-" is standard output in JSON Lines.
  ///
  /// - Throws: ``FileError``.
  public init(path: String) throws {
    let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    separator = plain.hasSuffix(".csv") ? "," : plain.hasSuffix(".tsv") ? "\t" : nil
    sink = try ByteSink(path: path)
    if let separator {
      try sink.write(Self.columns.map { "\($0.names[0])" }.joined(separator: separator) + "\n")
    }
  }

  /// Appends a product.
  ///
  /// - Throws: ``FileError``; ``InvalidInput`` when a tab-separated file cannot hold a tab or line break of a text.
  public func append(_ product: Product) throws {
    guard let separator else {
      product.append(to: &sink.json)
      return try sink.endLine()
    }
    let fields = Self.columns.map { product.text(of: $0) }
    if separator == "," {
      try sink.write(fields.map(\.quotedForCSV).joined(separator: separator) + "\n")
    } else {
      guard !fields.contains(where: { $0.utf8.contains { $0 == 0x09 || $0 == 0x0A || $0 == 0x0D } }) else {
        throw InvalidInput(
          "product", given: "a text with a tab or line break", expected: "texts without them in a .tsv file",
          advice: "Write .csv or .jsonl instead.")
      }
      try sink.write(fields.joined(separator: separator) + "\n")
    }
  }

  /// Completes the file.
  ///
  /// - Throws: ``FileError``; nothing is left behind then.
  public func finish() throws { try sink.finish() }
}

extension Catalogue {
  /// Writes all products: JSON Lines, or CSV or TSV where the name says so, packed for `.gz`.
  ///
  /// - Throws: ``FileError``; ``InvalidInput`` when a tab-separated file cannot hold a text.
  public func write(to path: String) throws {
    let writer = try CatalogueWriter(path: path)
    for product in products { try writer.append(product) }
    try writer.finish()
  }
}

extension Product {
  /// Appends the product as a JSON object; what it does not have is left out.
  fileprivate func append(to json: inout JSONText) {
    json.object { json in
      json.member("product_id", id)
      json.member("title", title)
      if !description.isEmpty { json.member("description", description) }
      if let brand { json.member("brand", brand) }
      if !category.isEmpty {
        if category.isPath {
          json.member("category", category.joined(separator: " > "))
        } else {
          json.member("category", category)
        }
      }
      if let price { json.member("price", price) }
      if let cost { json.member("cost", cost) }
      if !attributes.isEmpty { json.member("attributes", object: { attributes.append(to: &$0) }) }
      if let stock { json.member("stock", stock) }
      if !markets.isEmpty { json.member("markets", markets) }
      if let group { json.member("group", group) }
      if let released { json.member("released", released.description) }
    }
  }

  /// A field as tables hold it; empty when the product does not have it.
  fileprivate func text(of field: ProductField) -> String {
    switch field {
    case .id: return id
    case .title: return title
    case .description: return description
    case .brand: return brand ?? ""
    case .category: return category.joined(separator: " > ")
    case .price: return price.map(Self.decimal) ?? ""
    case .cost: return cost.map(Self.decimal) ?? ""
    case .attributes:
      if attributes.isEmpty { return "" }
      var json = JSONText()
      json.object { attributes.append(to: &$0) }
      return String(decoding: json.bytes, as: UTF8.self)
    case .stock: return stock.map(String.init) ?? ""
    case .markets: return markets.joined(separator: ";")
    case .group: return group ?? ""
    case .released: return released?.description ?? ""
    }
  }

  private static func decimal(_ value: Double) -> String {
    var json = JSONText()
    json.number(value)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

extension Attributes {
  fileprivate func append(to json: inout JSONText) {
    for (name, value) in self {
      json.key(name)
      switch value {
      case .text(let text): json.string(text)
      case .number(let number): json.number(number)
      case .flag(let flag): json.append(flag ? "true" : "false")
      case .texts(let texts): json.array(texts)
      }
    }
  }
}

extension [String] {
  /// Whether " > " between the parts gives them back.
  fileprivate var isPath: Bool {
    allSatisfy { part in
      !part.utf8.contains(UInt8(ascii: ">")) && part.utf8.first.map { $0 > 0x20 } == true
        && part.utf8.last! > 0x20
    }
  }
}

extension String {
  /// As RFC 4180 asks: in quotes, with quotes doubled, where it holds a separator, quote or line break.
  fileprivate var quotedForCSV: String {
    guard utf8.contains(where: { [0x2C, 0x22, 0x0A, 0x0D].contains($0) }) else { return self }
    return "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
