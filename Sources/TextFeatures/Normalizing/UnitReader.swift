/// Finds the unit behind a number.
struct UnitReader {
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

  private static let powers: [(StaticString, [StaticString])] = [
    ("sq", ["sqin", "sqft", "sqyd", "sqm"]), ("square", ["sqin", "sqft", "sqyd", "sqm"]),
    ("cu", ["cuin", "cuft", "cuyd"]), ("cubic", ["cuin", "cuft", "cuyd"]),
  ]

  /// "sq. ft.", "square feet", "cu. in." and their kind.
  private func powerUnit(_ word: Range<Int>) -> (spelling: UnsafeBufferPointer<UInt8>, range: Range<Int>)? {
    guard let (_, units) = Self.powers.first(where: { equals($0.0, word) }) else { return nil }
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
