/// Facts of the Unicode character database that folding needs; the extensions hold the generated lists.
enum FoldingData {
  /// Calls `body` with every item of a list, split at white space.
  static func forEachItem(_ list: StaticString, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    let bytes = UnsafeBufferPointer(start: list.utf8Start, count: list.utf8CodeUnitCount)
    for item in bytes.split(whereSeparator: { $0 <= 0x20 }) { body(UnsafeBufferPointer(rebasing: item)) }
  }

  /// Calls `body` with every range of a list of `A` and `A-B`.
  static func forEachRange(_ list: StaticString, _ body: (ClosedRange<UInt32>) -> Void) {
    forEachItem(list) { item in
      var reader = HexReader(item)
      body(reader.range())
    }
  }

  /// Calls `body` with every range of a list of `class:A` and `class:A-B`.
  static func forEachCombiningClass(_ body: (UInt8, ClosedRange<UInt32>) -> Void) {
    forEachItem(combiningClasses) { item in
      var reader = HexReader(item)
      let value = reader.number()
      reader.skip()
      body(UInt8(truncatingIfNeeded: value), reader.range())
    }
  }

  /// The mapping that a list of `A=B`, `A=B+C`, `A-Z=B` and `A-Z/2=B` spells out.
  static func mapping(_ list: StaticString) -> [UInt32: [UInt32]] {
    var mapping: [UInt32: [UInt32]] = [:]
    forEachItem(list) { item in
      var reader = HexReader(item)
      let range = reader.range()
      var step: UInt32 = 1
      if reader.next == UInt8(ascii: "/") {
        reader.skip()
        step = reader.number()
      }
      var targets: [UInt32] = []
      while reader.next != nil {
        reader.skip()
        targets.append(reader.number())
      }
      if range.count == 1 { return mapping[range.lowerBound] = targets }
      for scalar in stride(from: range.lowerBound, through: range.upperBound, by: Int(step)) {
        mapping[scalar] = [targets[0] + scalar - range.lowerBound]
      }
    }
    return mapping
  }
}

/// Reads hexadecimal numbers and the marks between them.
private struct HexReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skip() { position += 1 }

  mutating func number() -> UInt32 {
    var value: UInt32 = 0
    while let byte = next {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
      default: return value
      }
      position += 1
    }
    return value
  }

  mutating func range() -> ClosedRange<UInt32> {
    let first = number()
    guard next == UInt8(ascii: "-") else { return first...first }
    skip()
    return first...number()
  }
}
