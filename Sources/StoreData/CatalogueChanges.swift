/// What happens to the products of a catalogue: which come, which go, which have another price or stock.
///
///     let (changes, report) = try CatalogueChanges.read(contentsOf: "changes.jsonl")
public struct CatalogueChanges: Sendable, Equatable {
  /// What happens to one product.
  public enum Change: Sendable, Equatable {
    /// It comes, or takes the place of the one of its id.
    case upsert(Product, queries: [Query])
    /// It goes.
    case remove(id: String)
    /// It has another price or stock; nil leaves what it has.
    case set(id: String, price: Double?, stock: Int?)
  }

  /// A query that led to a product.
  public struct Query: Sendable, Equatable {
    /// What was typed.
    public var text: String

    /// How much it counts, above 0; 1 for one click.
    public var weight: Double

    /// Creates a query.
    public init(_ text: String, weight: Double = 1) {
      (self.text, self.weight) = (text, weight)
    }
  }

  /// The changes in the order of the file.
  public var changes: [Change]

  /// Creates a list.
  public init(_ changes: [Change] = []) {
    self.changes = changes
  }
}

extension CatalogueChanges: FileReadable {
  /// Reads JSON Lines, one product a line as the catalogue states it.
  ///
  /// With `"deleted": true` the product goes. A line of id, price and stock alone sets these. Any other line is a product
  /// that comes; its `"queries"`, a list of texts or an object of texts with weights, led to it.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(from source: ByteSource, options: ReadOptions) throws -> (
    value: CatalogueChanges, report: ReadReport
  ) {
    let lines = try LineImport(source, options)
    let parser = JSONParser(maximumBytes: options.maximumLineBytes)
    var reader = ChangeReader()
    var list = CatalogueChanges()
    try lines.forEachLine { bytes in
      list.changes.append(try reader.change(parser.parse(bytes)) { lines.ignore(field: $0) })
    }
    return (list, try lines.finish())
  }
}

/// Reads one change after the other.
private struct ChangeReader {
  private var builder = ProductBuilder()

  mutating func change(
    _ object: JSONElement, ignore: (String) -> Void
  ) throws(Rejection) -> CatalogueChanges.Change {
    guard object.isObject else {
      throw Rejection("given \(object.kindName), expected one JSON object a line")
    }
    builder.start()
    var (isDeleted, isWhole) = (false, false)
    var queries: [CatalogueChanges.Query] = []
    for (name, value) in object.members {
      if let (field, rank) = ProductField.find(name) {
        if ![.id, .price, .stock].contains(field), !value.isNull { isWhole = true }
        try builder.set(field, rank: rank, json: value)
      } else if name.equals("deleted") {
        guard let flag = value.boolean else {
          throw Rejection("deleted", given: value.kindName, expected: "true or false")
        }
        isDeleted = flag
      } else if name.equals("queries") {
        queries = try Self.queries(value)
      } else {
        ignore(name.text)
      }
    }
    let product = builder.product
    if isDeleted || !isWhole, queries.isEmpty {
      guard !product.id.isEmpty else { throw Rejection("product_id", given: "nothing", expected: "an id") }
      if isDeleted { return .remove(id: product.id) }
      guard product.price != nil || product.stock != nil else {
        throw Rejection(
          "product \(product.id)", given: "an id alone",
          expected: "a product, a price, a stock, or \"deleted\": true")
      }
      return .set(id: product.id, price: product.price, stock: product.stock)
    }
    return .upsert(try builder.finish(), queries: queries)
  }

  private static func queries(_ json: JSONElement) throws(Rejection) -> [CatalogueChanges.Query] {
    var queries: [CatalogueChanges.Query] = []
    if json.isArray {
      for element in json.elements {
        guard let text = element.text else {
          throw Rejection("queries", given: "a list with \(element.kindName)", expected: "a list of texts")
        }
        queries.append(CatalogueChanges.Query(text))
      }
    } else if json.isObject {
      for (name, value) in json.members {
        guard let weight = value.number, weight.isFinite, weight > 0 else {
          throw Rejection("queries", given: value.kindName, expected: "weights above 0")
        }
        queries.append(CatalogueChanges.Query(name.text, weight: weight))
      }
    } else {
      throw Rejection("queries", given: json.kindName, expected: "a list of texts, or texts with weights")
    }
    return queries
  }
}
