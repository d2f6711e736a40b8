extension NumPyReader {
  /// All elements as single-precision numbers: the nearest to each stored number or boolean.
  ///
  /// - Throws: ``FileFormatError`` when they are text, or when any is NaN, infinite or out of range; it says how many.
  func floats() throws -> [Float] {
    let values: [Float] =
      switch header.element {
      case .float(2): try elements(from: UInt16.self) { Float(halfBits: $0) }
      case .float(4): try elements(of: Float.self)
      case .float: try elements(from: Double.self) { Float($0) }
      case .signed(1): try elements(from: Int8.self) { Float($0) }
      case .signed(2): try elements(from: Int16.self) { Float($0) }
      case .signed(4): try elements(from: Int32.self) { Float($0) }
      case .signed: try elements(from: Int64.self) { Float($0) }
      case .unsigned(1): try elements(from: UInt8.self) { Float($0) }
      case .unsigned(2): try elements(from: UInt16.self) { Float($0) }
      case .unsigned(4): try elements(from: UInt32.self) { Float($0) }
      case .unsigned: try elements(from: UInt64.self) { Float($0) }
      case .bool: try elements(from: UInt8.self) { $0 == 0 ? 0 : 1 }
      case .bytes, .text: throw wrongType(expected: "numbers")
      }
    let bad = nonFiniteCount(values)
    guard bad == 0 else {
      throw place.error(
        given: "\(bad) of \(values.count) values NaN, infinite or beyond single precision",
        expected: "finite numbers", advice: "Remove or replace them before saving.")
    }
    return values
  }

  /// All elements as whole numbers from 0 to `limit`.
  ///
  /// - Throws: ``FileFormatError`` when they are not integers or when any is out of range.
  func integers<Integer: FixedWidthInteger & BitwiseCopyable>(upTo limit: Integer) throws -> [Integer] {
    // Negative numbers become large ones, so one maximum tells of both ends.
    var largest: UInt64 = 0
    let read: [Integer] =
      switch header.element {
      case .signed(4): try integers(from: Int32.self, &largest)
      case .signed(8): try integers(from: Int64.self, &largest)
      case .unsigned(4): try integers(from: UInt32.self, &largest)
      case .unsigned(8): try integers(from: UInt64.self, &largest)
      default: throw wrongType(expected: "integers of 4 or 8 bytes")
      }
    guard largest <= UInt64(limit) else {
      throw place.error(
        given: "a number that is negative or above \(limit)", expected: "0 to \(limit)",
        advice: "The matrix is damaged or too large; check its shape and save it again.")
    }
    return read
  }

  @inline(__always)
  private func integers<
    Source: FixedWidthInteger & BitwiseCopyable, Integer: FixedWidthInteger & BitwiseCopyable
  >(
    from type: Source.Type, _ largest: inout UInt64
  ) throws -> [Integer] {
    var found: UInt64 = 0
    defer { largest = found }
    return try elements(from: type) {
      found = max(found, UInt64(truncatingIfNeeded: $0))
      return Integer(truncatingIfNeeded: $0)
    }
  }

  /// A single text, of bytes or Unicode scalars.
  ///
  /// - Throws: ``FileFormatError`` when it is something else.
  func text() throws -> String {
    guard header.count == 1 else {
      throw place.error(
        "shape", given: "\(header.count) texts", expected: "one",
        advice: "Save it with scipy.sparse.save_npz.")
    }
    switch header.element {
    case .bytes(let length):
      var bytes = [UInt8](repeating: 0, count: length)
      try readRaw(&bytes)
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    case .text(let length):
      var scalars = [UInt32](repeating: 0, count: length)
      try readRaw(&scalars)
      return scalars.prefix { $0 != 0 }.reduce(into: "") {
        $0.unicodeScalars.append(Unicode.Scalar($1) ?? "\u{FFFD}")
      }
    default: throw wrongType(expected: "text")
    }
  }

  private func wrongType(expected: String) -> FileFormatError {
    place.error(
      "dtype", given: header.element.description, expected: expected,
      advice: "Save it with scipy.sparse.save_npz, or convert it with astype first.")
  }
}

/// How many of the values are NaN or infinite.
///
/// - Complexity: O(number of values)
func nonFiniteCount(_ values: [Float]) -> Int {
  values.withUnsafeBufferPointer { values in
    var count = 0
    for value in values { count += value.bitPattern & 0x7F80_0000 == 0x7F80_0000 ? 1 : 0 }
    return count
  }
}
