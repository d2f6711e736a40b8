internal import Learning

/// Reads the fields of a JSON object and notes everything that is wrong with them.
struct ModelFields {
  /// Where the object is in the document, for messages: "blocks[2]".
  let place: String
  private let members: [String: JSONValue]
  private(set) var problems = Violations()

  init(_ value: JSONValue, at place: String) {
    self.place = place
    if case .object(let members) = value {
      self.members = members
    } else {
      members = [:]
      problems.require(false, place.isEmpty ? "model" : place, given: value.kind, expected: "an object")
    }
  }

  private func name(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

  /// Whether a field is there and not null.
  func has(_ key: String) -> Bool { members[key].map { $0 != .null } ?? false }

  /// The names of all fields, ascending.
  var keys: [String] { members.keys.sorted() }

  /// The field as it is; nil where it is missing or null.
  func value(_ key: String) -> JSONValue? { has(key) ? members[key] : nil }

  mutating func fail(_ key: String, given: String, expected: String) {
    let name = name(key)
    problems.require(false, name, given: given, expected: expected)
  }

  mutating func take(_ other: ModelFields) { problems.append(contentsOf: other.problems.all) }

  mutating func text(_ key: String, default fallback: String? = nil) -> String {
    if case .string(let text)? = members[key], !text.isEmpty { return text }
    if let fallback, !has(key) { return fallback }
    fail(key, given: members[key]?.kind ?? "nothing", expected: "a text")
    return ""
  }

  mutating func number(_ key: String, default fallback: Double? = nil) -> Double {
    if let number = members[key]?.number { return number }
    if let fallback, !has(key) { return fallback }
    fail(key, given: members[key]?.kind ?? "nothing", expected: "a number")
    return 0
  }

  mutating func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil) -> Int {
    if let number = members[key]?.number, let whole = Int(exactly: number), range.contains(whole) {
      return whole
    }
    if let fallback, !has(key) { return fallback }
    let given = members[key].map { $0.number.map { "\($0)" } ?? $0.kind } ?? "nothing"
    fail(key, given: given, expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
    return fallback ?? range.lowerBound
  }

  mutating func numbers(_ key: String) -> [Double] {
    if case .array(let values)? = members[key] {
      let numbers = values.compactMap(\.number)
      if numbers.count == values.count { return numbers }
    }
    fail(key, given: members[key]?.kind ?? "nothing", expected: "a list of numbers")
    return []
  }

  mutating func texts(_ key: String) -> [String] {
    if case .array(let values)? = members[key] {
      let texts = values.compactMap { if case .string(let text) = $0, !text.isEmpty { text } else { nil } }
      if texts.count == values.count, Set(texts).count == texts.count { return texts }
    }
    fail(key, given: members[key]?.kind ?? "nothing", expected: "a list of different texts")
    return []
  }

  mutating func object(_ key: String) -> ModelFields {
    guard let value = members[key] else {
      fail(key, given: "nothing", expected: "an object")
      return ModelFields(.object([:]), at: name(key))
    }
    return ModelFields(value, at: name(key))
  }

  mutating func objects(_ key: String) -> [ModelFields] {
    if case .array(let values)? = members[key] {
      return values.enumerated().map { ModelFields($1, at: "\(name(key))[\($0)]") }
    }
    fail(key, given: members[key]?.kind ?? "nothing", expected: "a list of objects")
    return []
  }
}

extension JSONValue {
  /// What kind of value it is, for messages.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .integer, .unsigned, .number: "a number"
    case .string: "a text"
    case .array: "a list"
    case .object: "an object"
    }
  }

  /// The value as a finite number.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value.isFinite ? value : nil
    default: nil
    }
  }
}
