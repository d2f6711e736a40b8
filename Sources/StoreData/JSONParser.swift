internal import CSimdJSON

/// Parses one JSON document after the other with simdjson, reusing its memory.
final class JSONParser {
  private let parser: OpaquePointer?

  /// A parser for documents of at most `maximumBytes`.
  init(maximumBytes: Int) {
    // Repaired text can be three times as long as the bytes it came from.
    parser = csimdjson_parser_create(3 * maximumBytes)
  }

  deinit { csimdjson_parser_destroy(parser) }

  /// The document in `bytes`, behind which ``LineReader/padding`` bytes can be read; valid until the next call.
  func parse(_ bytes: UnsafeRawBufferPointer) throws(Rejection) -> JSONElement {
    var root = csimdjson_value()
    var status = parse(bytes, &root)
    if status == CSIMDJSON_INVALID_UTF8 {
      var repaired = Array(bytes.text.utf8)
      let count = repaired.count
      repaired.append(contentsOf: repeatElement(0, count: LineReader.padding))
      status = repaired.withUnsafeBytes { parse($0.part(0..<count), &root) }
    }
    switch status {
    case CSIMDJSON_OK: return JSONElement(value: root)
    case CSIMDJSON_TOO_DEEP: throw Rejection("given JSON nested more than 1,024 deep, expected less")
    case CSIMDJSON_NUMBER_OUT_OF_RANGE:
      throw Rejection("given a number that 64 bits cannot hold, expected a smaller one")
    case CSIMDJSON_OUT_OF_MEMORY:
      throw Rejection("given a document that does not fit into memory, expected a shorter one")
    default: throw Rejection("given text that is not JSON, expected one JSON object a line")
    }
  }

  private func parse(_ bytes: UnsafeRawBufferPointer, _ root: inout csimdjson_value) -> csimdjson_status {
    guard let parser, let start = bytes.baseAddress else { return CSIMDJSON_NOT_JSON }
    return csimdjson_parse(parser, start.assumingMemoryBound(to: CChar.self), bytes.count, &root)
  }
}

/// A value in the parser's current document.
struct JSONElement {
  fileprivate let value: csimdjson_value

  var kind: csimdjson_kind { csimdjson_kind_of(value) }

  var isNull: Bool { kind == CSIMDJSON_NULL }
  var isObject: Bool { kind == CSIMDJSON_OBJECT }
  var isArray: Bool { kind == CSIMDJSON_ARRAY }

  /// The kind as errors name it.
  var kindName: String {
    switch kind {
    case CSIMDJSON_NULL: "null"
    case CSIMDJSON_BOOLEAN: "true or false"
    case CSIMDJSON_STRING: "a text"
    case CSIMDJSON_ARRAY: "a list"
    case CSIMDJSON_OBJECT: "an object"
    default: "a number"
    }
  }

  /// The bytes of a string; nil for another kind.
  var bytes: UnsafeRawBufferPointer? {
    var count = 0
    guard let start = csimdjson_string(value, &count) else { return nil }
    return UnsafeRawBufferPointer(start: start, count: count)
  }

  /// The text of a string; nil for another kind.
  var text: String? { bytes?.text }

  var boolean: Bool? { kind == CSIMDJSON_BOOLEAN ? csimdjson_boolean(value) : nil }

  /// A whole number; nil for another kind or one that 64 bits with sign cannot hold.
  var integer: Int64? {
    switch kind {
    case CSIMDJSON_INTEGER: return csimdjson_integer(value)
    case CSIMDJSON_NUMBER: return Int64(exactly: csimdjson_number(value))
    default: return nil
    }
  }

  /// Any number; nil for another kind.
  var number: Double? {
    switch kind {
    case CSIMDJSON_INTEGER, CSIMDJSON_UNSIGNED, CSIMDJSON_NUMBER: csimdjson_number(value)
    default: nil
    }
  }

  /// The member of that name; nil where there is none, where it is null, or where this is not an object.
  subscript(_ name: StaticString) -> JSONElement? {
    var member = csimdjson_value()
    let found = name.withUTF8Buffer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { csimdjson_member(value, $0.baseAddress, $0.count, &member) }
    }
    guard found else { return nil }
    let element = JSONElement(value: member)
    return element.isNull ? nil : element
  }

  /// The members of an object in their order; nothing for another kind.
  var members: Members { Members(iterator: isObject ? csimdjson_iterate(value) : csimdjson_iterator()) }

  /// The elements of a list; nothing for another kind.
  var elements: Elements {
    Elements(iterator: isArray ? csimdjson_iterate(value) : csimdjson_iterator())
  }

  struct Members: Sequence, IteratorProtocol {
    fileprivate var iterator: csimdjson_iterator

    mutating func next() -> (name: UnsafeRawBufferPointer, value: JSONElement)? {
      var name: UnsafePointer<CChar>?
      var count = 0
      var member = csimdjson_value()
      guard csimdjson_next_member(&iterator, &name, &count, &member) else { return nil }
      return (UnsafeRawBufferPointer(start: name, count: count), JSONElement(value: member))
    }
  }

  struct Elements: Sequence, IteratorProtocol {
    fileprivate var iterator: csimdjson_iterator

    mutating func next() -> JSONElement? {
      var element = csimdjson_value()
      return csimdjson_next_element(&iterator, &element) ? JSONElement(value: element) : nil
    }
  }
}
