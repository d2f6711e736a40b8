/// Builds one product after the other from fields that come as text or as JSON; keeps what can be shared.
struct ProductBuilder {
  private(set) var product = Product(id: "", title: "")
  /// How preferred the name was under which a field came; a better one replaces it.
  private var ranks = [Int](repeating: .max, count: ProductField.allCases.count)
  private var pairs: [(name: String, value: AttributeValue)] = []
  private var texts = InternTable<String>()
  private var paths = InternTable<[String]>()
  private var joined: [UInt8] = []

  /// Starts the next product.
  mutating func start() {
    product = Product(id: "", title: "")
    for i in ranks.indices { ranks[i] = .max }
    pairs.removeAll(keepingCapacity: true)
  }

  /// The product, once all fields were given.
  mutating func finish() throws(Rejection) -> Product {
    if !pairs.isEmpty { product.attributes = Attributes(pairs) }
    guard !product.id.isEmpty else { throw Rejection("product_id", given: "nothing", expected: "an id") }
    guard product.id.utf8.count <= 512, product.id.utf8.allSatisfy({ $0 > 0x1F && $0 != 0x7F }) else {
      throw Rejection(
        "product_id", given: "\(product.id.utf8.count) bytes",
        expected: "1 to 512 bytes without control characters")
    }
    guard product.hasText else {
      throw Rejection("title", given: "nothing, and no other text", expected: "a title or other text")
    }
    return product
  }

  /// Takes a field as text, as CSV has it; nothing but white space is no value.
  mutating func set(_ field: ProductField, rank: Int, text bytes: UnsafeRawBufferPointer) throws(Rejection) {
    let bytes = bytes.trimmed
    guard !bytes.isEmpty, takes(field, rank) else { return }
    switch field {
    case .id: product.id = bytes.text
    case .title: product.title = bytes.text
    case .description: product.description = bytes.text
    case .brand: product.brand = texts.text(bytes)
    case .category: product.category = path(bytes)
    case .price, .cost: try set(field, bytes.decimal, given: "a text that is not a decimal number")
    case .stock:
      if bytes.equals("true") || bytes.equals("false") {
        product.stock = bytes.count == 4 ? 1 : 0
      } else {
        try setStock(bytes.decimal, given: "a text that is not a whole number")
      }
    case .markets:
      product.markets = paths.value(of: bytes) { $0.split { ";,|".contains($0) }.map { $0.trimmed } }
    case .group: product.group = texts.text(bytes)
    case .released:
      guard let moment = Timestamp(bytes) else { throw Self.notAMoment("\(field)") }
      product.released = moment
    case .attributes: throw Rejection("attributes", given: "a text", expected: "an object")
    }
  }

  /// Takes a field as JSON; null is no value.
  mutating func set(_ field: ProductField, rank: Int, json: JSONElement) throws(Rejection) {
    if let text = json.bytes { return try set(field, rank: rank, text: text) }
    if json.isNull || !takes(field, rank) { return }
    switch field {
    case .id, .group:
      guard let number = json.integer else {
        throw Rejection("\(field)", given: json.kindName, expected: "a text or a whole number")
      }
      if field == .id { product.id = String(number) } else { product.group = String(number) }
    case .price, .cost: try set(field, json.number, given: json.kindName)
    case .stock:
      if let inStock = json.boolean {
        product.stock = inStock ? 1 : 0
      } else {
        try setStock(json.number, given: json.kindName)
      }
    case .category: product.category = try list(json, "category")
    case .markets: product.markets = try list(json, "markets")
    case .released:
      guard let moment = json.integer.flatMap({ Timestamp(checking: $0) }) else {
        throw Self.notAMoment("\(field)")
      }
      product.released = moment
    case .attributes:
      guard json.isObject else { throw Rejection("attributes", given: json.kindName, expected: "an object") }
      for (name, value) in json.members { try setAttribute(name, value) }
    case .title, .description, .brand: throw Rejection("\(field)", given: json.kindName, expected: "a text")
    }
  }

  /// Takes all attributes from a JSON object in a text, as CSV has them.
  mutating func setAttributes(jsonText text: UnsafeRawBufferPointer, _ parser: JSONParser) throws(Rejection) {
    if text.isBlank { return }
    var padded = Array(text)
    padded.append(contentsOf: repeatElement(0, count: LineReader.padding))
    let json: JSONElement
    do {
      json = try padded.withUnsafeBytes { bytes throws(Rejection) in
        try parser.parse(bytes.part(0..<text.count))
      }
    } catch {
      throw Rejection("attributes", given: "a text that is not JSON", expected: "a JSON object")
    }
    try set(.attributes, rank: 0, json: json)
  }

  /// Takes one attribute as text.
  mutating func setAttribute(_ name: UnsafeRawBufferPointer, text: UnsafeRawBufferPointer) {
    let text = text.trimmed
    if !text.isEmpty { pairs.append((texts.text(name), .text(texts.text(text)))) }
  }

  /// Takes one attribute as JSON.
  mutating func setAttribute(_ name: UnsafeRawBufferPointer, _ json: JSONElement) throws(Rejection) {
    let value: AttributeValue
    if let text = json.bytes {
      value = .text(texts.text(text))
    } else if let number = json.number {
      value = .number(number)
    } else if let flag = json.boolean {
      value = .flag(flag)
    } else if json.isArray {
      value = .texts(try list(json, "attributes"))
    } else if json.isNull {
      return
    } else {
      throw Rejection(
        "attributes", given: "an object inside", expected: "texts, numbers, true or false, or lists of texts")
    }
    pairs.append((texts.text(name), value))
  }

  /// Whether a field under a name of that rank is wanted: nothing better came before.
  private mutating func takes(_ field: ProductField, _ rank: Int) -> Bool {
    guard rank < ranks[field.rawValue] else { return false }
    ranks[field.rawValue] = rank
    return true
  }

  private mutating func set(_ field: ProductField, _ value: Double?, given: String) throws(Rejection) {
    guard let value else { throw Rejection("\(field)", given: given, expected: "a decimal number") }
    guard value >= 0 else { throw Rejection("\(field)", given: "a negative number", expected: "0 or more") }
    if field == .price { product.price = value } else { product.cost = value }
  }

  private mutating func setStock(_ value: Double?, given: String) throws(Rejection) {
    guard let value, let whole = Int(exactly: value), whole >= 0 else {
      throw Rejection(
        "stock", given: value == nil ? given : "a number that is not whole or is negative",
        expected: "a whole number, 0 or more, or true or false")
    }
    product.stock = whole
  }

  /// The parts of "a > b > c".
  private mutating func path(_ bytes: UnsafeRawBufferPointer) -> [String] {
    paths.value(of: bytes) { $0.split(separator: ">").map { $0.trimmed }.filter { !$0.isEmpty } }
  }

  private mutating func list(_ json: JSONElement, _ field: String) throws(Rejection) -> [String] {
    guard json.isArray else {
      throw Rejection(field, given: json.kindName, expected: "a text or a list of texts")
    }
    // The elements with the separator of no text between them are the key under which the list is shared.
    joined.removeAll(keepingCapacity: true)
    for element in json.elements {
      guard let bytes = element.bytes else {
        throw Rejection(field, given: "a list with \(element.kindName)", expected: "a list of texts")
      }
      if bytes.isEmpty { continue }
      if !joined.isEmpty { joined.append(0) }
      joined.append(contentsOf: bytes)
    }
    return joined.withUnsafeBytes { bytes in
      paths.value(of: bytes) { $0.split(separator: "\0").map(String.init) }
    }
  }

  private static func notAMoment(_ field: String) -> Rejection {
    Rejection(field, given: "a value that is not a date", expected: "ISO 8601 or milliseconds since 1970")
  }
}

extension Substring {
  /// Without ASCII white space at both ends.
  fileprivate var trimmed: String {
    let isSpace = { (character: Character) in character == " " || character == "\t" }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
