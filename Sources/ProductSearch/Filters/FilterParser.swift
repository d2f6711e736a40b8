internal import Learning

/// Reads the filter language by recursive descent, one clause after the other.
struct FilterParser {
  /// Longer expressions are refused.
  static let maximumBytes = 8192

  /// Deeper nesting is refused.
  private static let maximumDepth = 64

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// Bytes that need no quotes.
  static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "&"), UInt8(ascii: "%"), 0x80...:
      true
    default: false
    }
  }

  mutating func parse() throws -> FilterExpression {
    guard bytes.count <= Self.maximumBytes else {
      throw InvalidInput(
        "filter", given: "\(bytes.count) bytes", expected: "at most \(Self.maximumBytes)")
    }
    let expression = try alternatives()
    skipSpace()
    if position < bytes.count { throw problem("the end, AND or OR") }
    return expression
  }

  private mutating func alternatives() throws -> FilterExpression {
    var parts = [try conjunction()]
    while take(keyword: "OR") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  private mutating func conjunction() throws -> FilterExpression {
    var parts = [try negation()]
    while true {
      if take(keyword: "AND") {
        parts.append(try negation())
        continue
      }
      skipSpace()
      // Clauses that follow each other must all hold.
      guard position < bytes.count, byte != UInt8(ascii: ")"), !isNext(keyword: "OR") else { break }
      parts.append(try negation())
    }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func negation() throws -> FilterExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw InvalidInput(
        "filter", given: "more than \(Self.maximumDepth) levels",
        expected: "fewer levels of NOT and parentheses")
    }
    if take(keyword: "NOT") { return .not(try negation()) }
    if take(UInt8(ascii: "(")) {
      let inner = try alternatives()
      guard take(UInt8(ascii: ")")) else { throw problem("a closing parenthesis") }
      return inner
    }
    return try clause()
  }

  private mutating func clause() throws -> FilterExpression {
    let field = try word("a field")
    guard take(UInt8(ascii: ":")) else { throw problem("a colon after the field") }
    skipSpace()
    guard position < bytes.count, byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") else {
      return .equals(field: field, value: try word("a value"))
    }
    let includesLower = byte == UInt8(ascii: "[")
    position += 1
    let lower = try bound()
    guard take(keyword: "TO") else { throw problem("TO between two bounds") }
    let upper = try bound()
    let includesUpper = take(UInt8(ascii: "]"))
    if !includesUpper, !take(UInt8(ascii: "}")) { throw problem("] or } after the range") }
    return .range(
      field: field, lower: lower.map { FilterExpression.Bound($0, isIncluded: includesLower) },
      upper: upper.map { FilterExpression.Bound($0, isIncluded: includesUpper) })
  }

  /// A number or a day; nil for `*`.
  private mutating func bound() throws -> Double? {
    if take(UInt8(ascii: "*")) { return nil }
    skipSpace()
    let start = position
    let text = try word("a number or *")
    guard let number = NumberRange.number(text) else {
      position = start
      throw problem("a number or *")
    }
    return number
  }

  private mutating func word(_ expected: String) throws -> String {
    skipSpace()
    if take(UInt8(ascii: "\"")) {
      var text: [UInt8] = []
      while position < bytes.count, byte != UInt8(ascii: "\"") {
        if byte == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
        text.append(byte)
        position += 1
      }
      guard take(UInt8(ascii: "\""), skippingSpace: false) else { throw problem("a closing quotation mark") }
      guard !text.isEmpty else { throw problem(expected) }
      return String(decoding: text, as: UTF8.self)
    }
    let start = position
    while position < bytes.count, Self.isPlain(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if text.isEmpty || ["AND", "OR", "NOT", "TO"].contains(text) {
      position = start
      throw problem(expected)
    }
    return text
  }

  private var byte: UInt8 { bytes[position] }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private mutating func take(_ wanted: UInt8, skippingSpace: Bool = true) -> Bool {
    if skippingSpace { skipSpace() }
    guard position < bytes.count, byte == wanted else { return false }
    position += 1
    return true
  }

  private mutating func take(keyword: String) -> Bool {
    skipSpace()
    guard isNext(keyword: keyword) else { return false }
    position += keyword.utf8.count
    return true
  }

  private func isNext(keyword: String) -> Bool {
    let end = position + keyword.utf8.count
    return end <= bytes.count && bytes[position..<end].elementsEqual(keyword.utf8)
      && (end == bytes.count || !Self.isPlain(bytes[end]) && bytes[end] != UInt8(ascii: ":"))
  }

  private func problem(_ expected: String) -> InvalidInput {
    let given = position < bytes.count ? "something else at byte \(position + 1)" : "its end"
    return InvalidInput(
      "filter", given: given, expected: expected,
      advice: #"For example brand:"Ryobi" AND price:[20 TO 50] AND NOT stock:false."#)
  }
}

extension NumberRange {
  /// A number, or a day such as 2025-01-31 as the number 20250131.
  static func number(_ text: String) -> Double? {
    if let number = Double(text) { return number.isFinite ? number : nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.map(\.count) == [4, 2, 2] else { return nil }
    return parts.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) }) ? Double(parts.joined()) : nil
  }
}
