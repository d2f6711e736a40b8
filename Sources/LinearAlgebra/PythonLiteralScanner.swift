/// Reads the few Python literals that occur in the header of a NumPy array.
struct PythonLiteralScanner {
  /// A literal.
  enum Value: Equatable {
    case text(String)
    case flag(Bool)
    case tuple([Int])
    /// A list, as of a structured dtype; its contents are of no use here.
    case list
  }

  private var rest: Substring.UTF8View

  init(_ text: String) {
    rest = Substring(text).utf8
  }

  /// A dictionary and nothing behind it but blanks; nil for anything else.
  mutating func dictionary() -> [String: Value]? {
    var entries: [String: Value] = [:]
    guard skip("{") else { return nil }
    while !skip("}") {
      guard let key = text(), skip(":"), let value = value(), entries.updateValue(value, forKey: key) == nil
      else { return nil }
      if !skip(",") {
        guard skip("}") else { return nil }
        break
      }
    }
    skipBlanks()
    return rest.isEmpty ? entries : nil
  }

  private mutating func value() -> Value? {
    skipBlanks()
    switch rest.first {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return text().map(Value.text)
    case UInt8(ascii: "("): return tuple().map(Value.tuple)
    case UInt8(ascii: "["): return list() ? .list : nil
    default:
      if skip("True") { return .flag(true) }
      return skip("False") ? .flag(false) : nil
    }
  }

  private mutating func text() -> String? {
    skipBlanks()
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = rest.dropFirst().firstIndex(of: quote)
    else { return nil }
    let contents = rest[..<end].dropFirst()
    guard !contents.contains(UInt8(ascii: "\\")) else { return nil }
    rest = rest[end...].dropFirst()
    return String(Substring(contents))
  }

  private mutating func tuple() -> [Int]? {
    guard skip("(") else { return nil }
    var lengths: [Int] = []
    while !skip(")") {
      skipBlanks()
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard let length = Int(Substring(digits)) else { return nil }
      rest = rest[digits.endIndex...]
      _ = skip("L")  // Python 2 wrote long integers so
      lengths.append(length)
      if !skip(",") {
        guard skip(")") else { return nil }
        break
      }
    }
    return lengths
  }

  /// Skips a list without looking into it; lists may hold lists and texts with brackets.
  private mutating func list() -> Bool {
    var depth = 0
    while let byte = rest.first {
      if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        guard text() != nil else { return false }
        continue
      }
      rest = rest.dropFirst()
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
      if depth == 0 { return true }
    }
    return false
  }

  private mutating func skip(_ token: StaticString) -> Bool {
    skipBlanks()
    let bytes = UnsafeBufferPointer(start: token.utf8Start, count: token.utf8CodeUnitCount)
    guard rest.starts(with: bytes) else { return false }
    rest = rest.dropFirst(bytes.count)
    return true
  }

  private mutating func skipBlanks() {
    rest = rest.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }
}
