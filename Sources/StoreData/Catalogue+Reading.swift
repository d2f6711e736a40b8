internal import Learning
internal import LinearAlgebra

extension Catalogue: FileReadable {
  /// Reads JSON Lines, or CSV or TSV with a header; the first character tells: `{` or `[` starts JSON.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` also when a table has no column for ids; `CancellationError`.
  /// - Complexity: O(bytes); memory for the products and one line.
  public static func read(
    from source: ByteSource, options: ReadOptions
  ) throws -> (value: Catalogue, report: ReadReport) {
    let products = ProductCollector()
    let report = try readProducts(from: source, options: options) { product throws(Rejection) in
      try products.append(product)
    }
    return (Catalogue(products.products, positions: products.positions), report)
  }

  /// Hands every product to `body` without keeping it; ids are not checked for repetition.
  ///
  /// - Throws: as `read`; what `body` throws.
  public static func forEachProduct(
    in source: ByteSource, options: ReadOptions = ReadOptions(), _ body: (Product) throws -> Void
  ) throws -> ReadReport {
    try readProducts(from: source, options: options, body)
  }

  private static func readProducts(
    from source: ByteSource, options: ReadOptions, _ take: (Product) throws -> Void
  ) throws -> ReadReport {
    let lines = try LineImport(source, options)
    switch try source.firstVisibleByte() {
    case nil: break
    case UInt8(ascii: "{"), UInt8(ascii: "["): try readJSON(lines, take)
    default: try readTable(lines, take)
    }
    return try lines.finish()
  }

  private static func readJSON(_ lines: LineImport, _ take: (Product) throws -> Void) throws {
    let parser = JSONParser(maximumBytes: lines.options.maximumLineBytes)
    var builder = ProductBuilder()
    try lines.forEachLine { bytes in
      let object = try parser.parse(bytes)
      guard object.isObject else {
        throw Rejection("given \(object.kindName), expected one JSON object a line")
      }
      builder.start()
      for (name, value) in object.members {
        if let (field, rank) = ProductField.find(name) {
          try builder.set(field, rank: rank, json: value)
        } else {
          lines.ignore(field: name.text)
        }
      }
      try take(builder.finish())
    }
  }

  private static func readTable(_ lines: LineImport, _ take: (Product) throws -> Void) throws {
    let separator = try lines.source.separatorOfFirstLine()
    let rows = DelimitedReader(
      lines.source, separator: separator, maximumBytes: lines.options.maximumLineBytes)
    guard case .fields? = try rows.next() else { throw noHeader(lines.source.name) }
    let columns = (0..<rows.fieldCount).map { rows.withField($0) { TableColumn($0.trimmed) } }
    guard columns.contains(where: { $0.isID }) else { throw noHeader(lines.source.name) }

    let parser = JSONParser(maximumBytes: lines.options.maximumLineBytes)
    var builder = ProductBuilder()
    while let row = try rows.next() {
      try lines.tick(rows.number)
      if case .rejected(let reason) = row {
        try rows.withRow { try lines.reject(rows.number, reason, $0) }
        continue
      }
      try rows.withRow { raw in
        try lines.accept(rows.number, raw) {
          guard rows.fieldCount == columns.count else {
            throw Rejection(
              "row", given: "\(rows.fieldCount) fields", expected: "\(columns.count) as in the header")
          }
          builder.start()
          for (position, column) in columns.enumerated() {
            try rows.withField(position) { field in
              switch column {
              case .field(.attributes, _): try builder.setAttributes(jsonText: field, parser)
              case .field(let name, let rank): try builder.set(name, rank: rank, text: field)
              case .attribute(let name): name.withUnsafeBytes { builder.setAttribute($0, text: field) }
              case .ignored(let name): if !field.isBlank { lines.ignore(field: name) }
              }
            }
          }
          try take(builder.finish())
        }
      }
    }
  }

  private static func noHeader(_ path: String) -> FileFormatError {
    FileFormatError(
      path: path, place: "line 1", given: "a header without a column for ids",
      expected: "JSON Lines, or a header with product_id (or id, uid, sku) and title",
      advice: "Add a header line such as product_id,title,brand,price.")
  }
}

/// What a column of a table holds.
private enum TableColumn {
  case field(ProductField, rank: Int)
  /// `attributes.NAME`: one attribute as text.
  case attribute([UInt8])
  case ignored(String)

  init(_ name: UnsafeRawBufferPointer) {
    let prefix: StaticString = "attributes."
    if let (field, rank) = ProductField.find(name) {
      self = .field(field, rank: rank)
    } else if name.count > prefix.utf8CodeUnitCount, name.part(0..<prefix.utf8CodeUnitCount).equals(prefix) {
      self = .attribute(Array(name[prefix.utf8CodeUnitCount...]))
    } else {
      self = .ignored(name.text)
    }
  }

  var isID: Bool {
    if case .field(.id, _) = self { true } else { false }
  }
}

/// Products so far and where their ids are.
private final class ProductCollector {
  var products: [Product] = []
  var positions: [String: Int32] = [:]

  func append(_ product: Product) throws(Rejection) {
    guard products.count < Int(Int32.max) else {
      throw Rejection("given more than 2^31 - 1 products, expected fewer")
    }
    // One look into the table for the common case; a repeated id gets its first position back.
    if let earlier = positions.updateValue(Int32(products.count), forKey: product.id) {
      positions[product.id] = earlier
      throw Rejection(
        "product_id", given: "an id that product \(Int(earlier) + 1) of the file has", expected: "unique ids")
    }
    products.append(product)
  }
}
