internal import Glibc

extension UnsafeRawBufferPointer {
  /// Whether there is nothing but spaces and tabs.
  var isBlank: Bool { allSatisfy { $0 == 0x20 || $0 == 0x09 } }

  /// Without ASCII white space at both ends.
  var trimmed: UnsafeRawBufferPointer {
    var (low, high) = (startIndex, endIndex)
    while low < high, self[low].isWhiteSpace { low += 1 }
    while high > low, self[high - 1].isWhiteSpace { high -= 1 }
    return UnsafeRawBufferPointer(rebasing: self[low..<high])
  }

  /// Position of the first such byte.
  func position(of byte: UInt8, from start: Int = 0) -> Int? {
    guard start < count, let base = baseAddress, let found = memchr(base + start, Int32(byte), count - start)
    else {
      return nil
    }
    return UnsafeRawPointer(found) - base
  }

  /// A part of the same memory.
  func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[range])
  }

  /// Whether the bytes are exactly those of an ASCII literal.
  func equals(_ literal: StaticString) -> Bool {
    count == literal.utf8CodeUnitCount && (count == 0 || memcmp(baseAddress!, literal.utf8Start, count) == 0)
  }

  /// The bytes as text, what is not UTF-8 repaired.
  var text: String { String(decoding: self, as: UTF8.self) }

  /// A decimal number such as `-1.5e3`, surrounding white space allowed; nil for anything else, also infinities.
  var decimal: Double? {
    let digits = trimmed
    guard (1...64).contains(digits.count), digits.allSatisfy({ $0.isPartOfDecimal }) else { return nil }
    guard let value = Double(digits.text), value.isFinite else { return nil }
    return value
  }

  /// A whole number in decimal digits, surrounding white space allowed.
  var integer: Int? {
    let digits = trimmed
    return (1...20).contains(digits.count) ? Int(digits.text) : nil
  }

  /// The runs between ASCII white space, at most `limit` of them.
  func words(limit: Int) -> [UnsafeRawBufferPointer] {
    var words: [UnsafeRawBufferPointer] = []
    var position = 0
    while words.count < limit {
      while position < count, self[position].isWhiteSpace { position += 1 }
      guard position < count else { break }
      let start = position
      while position < count, !self[position].isWhiteSpace { position += 1 }
      words.append(part(start..<position))
    }
    return words
  }
}

extension UInt8 {
  fileprivate var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }

  fileprivate var isPartOfDecimal: Bool {
    (0x30...0x39).contains(self) || self == 0x2E || self == 0x2D || self == 0x2B || self | 0x20 == 0x65
  }
}
