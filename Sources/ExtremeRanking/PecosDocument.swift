internal import FoundationEssentials
internal import Learning
internal import LinearAlgebra

/// A small JSON document of a PECOS folder, asked field by field.
struct PecosDocument {
  let path: String
  private let fields: [String: JSONValue]

  /// Reads a document that is a JSON object.
  ///
  /// - Throws: ``FileError``, ``FileFormatError``.
  init(path: String) throws {
    self.path = path
    guard case .object(let fields) = try Self.value(JSONValue.self, path: path, atMost: 1 << 20) else {
      throw FileFormatError(
        path: path, given: "JSON of another form", expected: "a JSON object",
        advice: "Save the model again with PECOS.")
    }
    self.fields = fields
  }

  private init(path: String, fields: [String: JSONValue]) {
    (self.path, self.fields) = (path, fields)
  }

  /// Reads any document of at most `limit` bytes.
  ///
  /// - Throws: ``FileError``, ``FileFormatError``.
  static func value<Value: Decodable>(_ type: Value.Type, path: String, atMost limit: Int) throws -> Value {
    let file = try MappedFile(path: path)
    guard file.count <= limit else {
      throw FileFormatError(
        path: path, given: "\(file.count) bytes", expected: "at most \(limit)",
        advice: "This is not a file that PECOS has written.")
    }
    do {
      return try file.withUnsafeBytes { try JSONDecoder().decode(type, from: Data($0)) }
    } catch {
      throw FileFormatError(
        path: path, given: "text that is not JSON of the expected form", expected: "JSON as PECOS writes it",
        advice: "The file is incomplete or altered; save the model again with PECOS.")
    }
  }

  /// The name of the class that wrote the document, without its module; nil where it does not say.
  var className: String? {
    guard case .object(let meta)? = fields["__meta__"], case .string(let name)? = meta["class_fullname"]
    else {
      return nil
    }
    return name.split(separator: "#").last.map(String.init)
  }

  /// Whether the model was compiled for memory mapping.
  var isMapped: Bool { fields["is_mmap"] == .bool(true) }

  func has(_ name: String) -> Bool { fields[name] != nil }

  func text(_ name: String) throws -> String {
    guard case .string(let text)? = fields[name] else { throw wrong(name, expected: "a text") }
    return text
  }

  /// A whole number from 0 to 2^31 - 1.
  func count(_ name: String) throws -> Int {
    let number = try number(name)
    guard number >= 0, number <= Double(Int32.max), number == number.rounded() else {
      throw wrong(name, expected: "a whole number from 0 to \(Int32.max)")
    }
    return Int(number)
  }

  func number(_ name: String) throws -> Double {
    switch fields[name] {
    case .integer(let number)?: return Double(number)
    case .unsigned(let number)?: return Double(number)
    case .number(let number)?: return number
    default: throw wrong(name, expected: "a number")
    }
  }

  func part(_ name: String) throws -> PecosDocument {
    guard case .object(let part)? = fields[name] else { throw wrong(name, expected: "a JSON object") }
    return PecosDocument(path: path, fields: part)
  }

  func wrong(_ name: String, expected: String) -> FileFormatError {
    let given: String =
      switch fields[name] {
      case nil: "nothing"
      case .null?: "null"
      case .bool(let value)?: "\(value)"
      case .integer(let value)?: "\(value)"
      case .unsigned(let value)?: "\(value)"
      case .number(let value)?: "\(value)"
      case .string(let value)?: pecosName(value)
      case .array?: "a list"
      case .object?: "an object"
      }
    return FileFormatError(
      path: path, place: name, given: given, expected: expected,
      advice: "The folder is altered or of another version; save the model again with PECOS.")
  }
}

/// A name from a file, fit for an error: at most 60 printable ASCII letters.
func pecosName(_ name: String) -> String {
  String(name.unicodeScalars.prefix(60).map { (0x20..<0x7F).contains($0.value) ? Character($0) : "?" })
}
