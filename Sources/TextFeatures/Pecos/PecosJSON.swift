internal import Learning
internal import LinearAlgebra

/// An object of a JSON file, with errors that name file and field.
struct PecosJSON {
  let path: String
  private let place: String
  private let members: [String: JSONValue]

  /// Reads a file that holds one object.
  init(path: String) throws {
    let file = try MappedFile(path: path)
    guard file.count <= 16 << 20 else {
      throw FileFormatError(
        path: path, given: "\(file.count) bytes", expected: "at most 16 MiB", advice: PecosFolder.advice)
    }
    guard case .object(let members)? = try? file.withUnsafeBytes({ try JSONValue(parsing: $0) }) else {
      throw FileFormatError(
        path: path, given: "text that is no JSON object", expected: "a JSON object",
        advice: PecosFolder.advice)
    }
    self.init(path: path, place: "", members: members)
  }

  private init(path: String, place: String, members: [String: JSONValue]) {
    self.path = path
    self.place = place
    self.members = members
  }

  /// The same object when its type is `tfidf`.
  func requiringTfidf() throws -> PecosJSON {
    let type = try string("type")
    if type == "tfidf" { return self }
    let known = ["sklearntfidf", "sklearnhashing"].contains(type)
    throw FileFormatError(
      path: path, place: "type", given: known ? type : "another vectoriser", expected: "tfidf",
      advice: known
        ? "That vectoriser is a pickle, which can run programs and is never opened; train with type tfidf."
        : "Only the vectoriser tfidf is supported.")
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  func object(_ name: String) throws -> PecosJSON {
    guard case .object(let inner)? = members[name] else {
      throw error(name, given: found(name), expected: "an object")
    }
    return PecosJSON(path: path, place: place + name + ".", members: inner)
  }

  func integer(_ name: String) throws -> Int {
    guard let value = Self.integer(members[name]) else {
      throw error(name, given: found(name), expected: "a 32-bit integer")
    }
    return value
  }

  func integers(_ name: String) throws -> [Int] {
    guard case .array(let values)? = members[name] else {
      throw error(name, given: found(name), expected: "a list")
    }
    let integers = values.compactMap(Self.integer)
    guard integers.count == values.count else {
      throw error(name, given: "a list", expected: "a list of integers")
    }
    return integers
  }

  func number(_ name: String) throws -> Float {
    switch members[name] {
    case .integer(let value): return Float(value)
    case .number(let value) where Float(value).isFinite: return Float(value)
    default: throw error(name, given: found(name), expected: "a finite number")
    }
  }

  func bool(_ name: String) throws -> Bool {
    guard case .bool(let value)? = members[name] else {
      throw error(name, given: found(name), expected: "true or false")
    }
    return value
  }

  func string(_ name: String) throws -> String {
    guard case .string(let value)? = members[name] else {
      throw error(name, given: found(name), expected: "a text")
    }
    return value
  }

  func error(_ name: String, given: String, expected: String) -> FileFormatError {
    FileFormatError(
      path: path, place: place + name, given: given, expected: expected, advice: PecosFolder.advice)
  }

  private func found(_ name: String) -> String { members[name] == nil ? "nothing" : "another value" }

  private static func integer(_ value: JSONValue?) -> Int? {
    guard case .integer(let value)? = value, Int32(exactly: value) != nil else { return nil }
    return Int(value)
  }
}
