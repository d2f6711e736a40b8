/// Second stage of normalising, for texts with digits: numbers with units, product codes.
struct WordFormStage {
  private let options: TextNormalizer

  init(_ options: TextNormalizer) {
    self.options = options
  }

  /// Appends the text of `source` to `out` with its word forms rewritten.
  func run(_ source: borrowing NormalizedBytes, _ out: inout NormalizedBytes) {
    // A code is at most written twice with a space behind each part.
    out.reserve(3 * source.count + 16)
    let text = source.bytes.elements
    var position = 0
    while position < text.count {
      guard isWordByte(text[position]) else {
        if text[position] != UInt8(ascii: "'") { out.append(position..<position + 1, of: source) }
        position += 1
        continue
      }
      let code = Compound(text, at: position)
      if options.joinsUnits, let end = joinUnit(text, code, source, &out) {
        position = end
      } else if options.splitsCodes, code.isProductCode {
        for part in code.parts { out.append(part, of: source) }
        for part in code.parts {
          out.append(0x20, from: 0, to: 0)
          out.append(part, of: source)
        }
        position = code.end
      } else {
        let end = code.isTooLong ? code.end : code.parts[0].upperBound
        out.append(position..<end, of: source)
        position = end
      }
    }
  }

  /// Writes the number at the start of `code` together with its unit; returns where the unit ends.
  private func joinUnit(
    _ text: UnsafeBufferPointer<UInt8>, _ code: Compound, _ source: borrowing NormalizedBytes,
    _ out: inout NormalizedBytes
  ) -> Int? {
    let first = code.parts[0]
    guard isDigit(text[first.lowerBound]) else { return nil }
    let number = first.lowerBound..<numberEnd(text, from: first)
    guard let unit = UnitReader(text).unit(behind: number, wordEnd: first.upperBound) else { return nil }
    out.append(number, of: source)
    out.append(unit.spelling, for: unit.range, of: source)
    out.append(0x20, from: 0, to: 0)
    return unit.range.upperBound
  }

  private func numberEnd(_ text: UnsafeBufferPointer<UInt8>, from word: Range<Int>) -> Int {
    var end = word.lowerBound
    while end < word.upperBound,
      isDigit(text[end]) || (end + 1 < word.upperBound && isInnerMark(text[end]) && isDigit(text[end + 1]))
    {
      end += 1
    }
    return end
  }
}

/// Whether a byte stays between two digits.
@inline(__always)
func isInnerMark(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "/")
}

/// Where the word that begins at `start` ends: letters and digits, with `.` `,` `/` between digits.
@inline(__always)
func wordEnd(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
  var end = start
  while end < text.count {
    if isWordByte(text[end]) {
      end += 1
    } else if end > start, end + 1 < text.count, isInnerMark(text[end]), isDigit(text[end - 1]),
      isDigit(text[end + 1])
    {
      end += 2
    } else {
      break
    }
  }
  return end
}

/// Words that hyphens or slashes hold together.
private struct Compound {
  /// The words, at least one; the first few where there are many.
  private(set) var parts: [Range<Int>]
  /// Where the last word ends.
  private(set) var end: Int
  /// Whether it has a letter and a digit, and more than one word, but not many.
  private(set) var isProductCode = false

  /// Words of a code; what has more is no product code.
  private static let maximumParts = 8

  init(_ text: UnsafeBufferPointer<UInt8>, at start: Int) {
    end = wordEnd(text, from: start)
    parts = [start..<end]
    var count = 1
    while end + 1 < text.count, isWordByte(text[end + 1]),
      text[end] == UInt8(ascii: "-") || text[end] == UInt8(ascii: "/")
    {
      let part = end + 1..<wordEnd(text, from: end + 1)
      if count < Self.maximumParts { parts.append(part) }
      count += 1
      end = part.upperBound
    }
    guard (2...Self.maximumParts).contains(count) else { return }
    let bytes = text[start..<end]
    isProductCode = bytes.contains(where: isDigit) && bytes.contains { isWordByte($0) && !isDigit($0) }
  }

  /// Whether it is longer than any product code.
  var isTooLong: Bool { end > parts[parts.count - 1].upperBound }
}

/// Finds the unit behind a number.
private struct UnitReader {
  private let text: UnsafeBufferPointer<UInt8>

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
  }

  /// The unit that follows `number` in the same word, behind a hyphen or behind spaces, with the range it takes.
  func unit(behind number: Range<Int>, wordEnd end: Int) -> (
    spelling: UnsafeBufferPointer<UInt8>, range: Range<Int>
  )? {
    if number.upperBound < end { return unit(number.upperBound..<end, isApart: false) }
    var start = end
    if start < text.count, text[start] == UInt8(ascii: "\"") || text[start] == UInt8(ascii: "'") {
      // Two apostrophes are the inch mark of those who have no other.
      let isDouble =
        text[start] == UInt8(ascii: "'") && start + 1 < text.count && text[start + 1] == text[start]
      let next = start + (isDouble ? 2 : 1)
      if next < text.count, isWordByte(text[next]) && !isDigit(text[next]) && text[next] != UInt8(ascii: "x")
      {
        return nil
      }
      let mark: StaticString = isDouble ? "\"" : text[start] == UInt8(ascii: "'") ? "'" : "\""
      return UnitTable.unit(UnsafeBufferPointer(start: mark.utf8Start, count: 1)).map { ($0, start..<next) }
    }
    if start < text.count, text[start] == UInt8(ascii: "-") {
      start += 1
    } else {
      while start < text.count, start - end < 3, text[start] == 0x20 { start += 1 }
      guard start > end else { return nil }
    }
    guard start < text.count, isWordByte(text[start]) else { return nil }
    return unit(start..<wordEnd(text, from: start), isApart: true)
  }

  private func unit(_ word: Range<Int>, isApart: Bool) -> (
    spelling: UnsafeBufferPointer<UInt8>, range: Range<Int>
  )? {
    if isApart, let power = powerUnit(word) { return power }
    guard let spelling = UnitTable.unit(UnsafeBufferPointer(rebasing: text[word])) else { return nil }
    let dotted = withDot(word)
    // "2 in 1" counts things, it does not measure them.
    if isApart, dotted == word, word.count == 2, text[word.lowerBound] == UInt8(ascii: "i"),
      isBeforeNumber(word.upperBound)
    {
      return nil
    }
    return (spelling, dotted)
  }

  /// "sq. ft.", "square feet", "cu. in." and their kind.
  private func powerUnit(_ word: Range<Int>) -> (spelling: UnsafeBufferPointer<UInt8>, range: Range<Int>)? {
    let powers: [(StaticString, [StaticString])] = [
      ("sq", ["sqin", "sqft", "sqyd", "sqm"]), ("square", ["sqin", "sqft", "sqyd", "sqm"]),
      ("cu", ["cuin", "cuft", "cuyd"]), ("cubic", ["cuin", "cuft", "cuyd"]),
    ]
    guard let (_, units) = powers.first(where: { equals($0.0, word) }) else { return nil }
    var start = withDot(word).upperBound
    while start < text.count, text[start] == 0x20 { start += 1 }
    guard start < text.count, isWordByte(text[start]) else { return nil }
    let base = start..<wordEnd(text, from: start)
    guard let spelling = UnitTable.unit(UnsafeBufferPointer(rebasing: text[base])) else { return nil }
    for unit in units {
      let bytes = UnsafeBufferPointer(start: unit.utf8Start, count: unit.utf8CodeUnitCount)
      if bytes.dropFirst(2).elementsEqual(spelling) {
        return (bytes, word.lowerBound..<withDot(base).upperBound)
      }
    }
    return nil
  }

  private func equals(_ string: StaticString, _ word: Range<Int>) -> Bool {
    UnsafeBufferPointer(start: string.utf8Start, count: string.utf8CodeUnitCount).elementsEqual(text[word])
  }

  /// The word and the full stop behind it.
  private func withDot(_ word: Range<Int>) -> Range<Int> {
    let hasDot = word.upperBound < text.count && text[word.upperBound] == UInt8(ascii: ".")
    return word.lowerBound..<word.upperBound + (hasDot ? 1 : 0)
  }

  private func isBeforeNumber(_ position: Int) -> Bool {
    position + 1 < text.count && text[position] == 0x20 && isDigit(text[position + 1])
  }
}
