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
        code.forEachWord { out.append($0, of: source) }
        code.forEachWord { word in
          out.append(0x20, from: 0, to: 0)
          out.append(word, of: source)
        }
        position = code.end
      } else {
        let end = code.isTooLong ? code.end : code.first.upperBound
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
    let first = code.first
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
  /// The first few words; `count` of them are set, at least one.
  private var words = InlineArray<8, Range<Int>>(repeating: 0..<0)
  /// Number of words in all.
  private let count: Int
  /// Where the last word ends.
  let end: Int
  /// Whether it has a letter and a digit, and more than one word, but not many.
  let isProductCode: Bool

  init(_ text: UnsafeBufferPointer<UInt8>, at start: Int) {
    var end = wordEnd(text, from: start)
    var count = 1
    words[0] = start..<end
    while end + 1 < text.count, isWordByte(text[end + 1]),
      text[end] == UInt8(ascii: "-") || text[end] == UInt8(ascii: "/")
    {
      let word = end + 1..<wordEnd(text, from: end + 1)
      if count < words.count { words[count] = word }
      count += 1
      end = word.upperBound
    }
    let bytes = text[start..<end]
    // What has more words than there is room for is no product code.
    isProductCode =
      count > 1 && count <= words.count && bytes.contains(where: isDigit)
      && bytes.contains { isWordByte($0) && !isDigit($0) }
    self.count = count
    self.end = end
  }

  /// The first word.
  var first: Range<Int> { words[0] }

  /// Whether it is longer than any product code.
  var isTooLong: Bool { count > words.count }

  /// Calls `body` with each word of a product code.
  func forEachWord(_ body: (Range<Int>) -> Void) {
    for i in 0..<min(count, words.count) { body(words[i]) }
  }
}
