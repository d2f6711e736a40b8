/// Cuts normalised text into words: runs of letters and digits.
///
/// `.`, `,` and `/` between two digits stay (`1.5`, `1,000`, `3/8`). Runs of Han, Hiragana, Katakana and Thai
/// letters, which put no spaces between words, give overlapping pairs of characters; a letter with its marks is
/// one character, and a run of one character is a word.
public struct Tokenizer: Codable, Sendable, Equatable {
  /// Whether scripts without spaces between words give overlapping pairs of characters.
  public var pairsUnspacedScripts = true

  /// Whether a word ends where letters meet digits: `12ft` gives `12` and `ft`, `dw735x` gives `dw`, `735`, `x`.
  public var separatesLettersFromDigits = false

  /// Creates a tokeniser.
  public init() {}

  /// Calls `body` with the range of each word in normalised text, in order.
  func forEachWord(
    in text: UnsafeBufferPointer<UInt8>, folding: () -> FoldingTable, _ body: (Range<Int>) -> Void
  ) {
    func emit(_ range: Range<Int>) {
      if separatesLettersFromDigits { separate(range, of: text, body) } else { body(range) }
    }
    var position = 0
    while position < text.count {
      guard isWordByte(text[position]) else {
        position += 1
        continue
      }
      let end = wordEnd(text, from: position)
      // Scripts without spaces begin at U+0E00, whose first byte is E0.
      if pairsUnspacedScripts, text[position..<end].contains(where: { $0 >= 0xE0 }) {
        UnspacedRun(text: text, folding: folding()).split(position..<end, emit)
      } else {
        emit(position..<end)
      }
      position = end
    }
  }
}

extension Tokenizer {
  /// Cuts a word where letters meet digits; marks between digits stay with them.
  private func separate(_ word: Range<Int>, of text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void)
  {
    var start = word.lowerBound
    for position in word.dropFirst() where isLetter(text[position]) != isLetter(text[position - 1]) {
      body(start..<position)
      start = position
    }
    body(start..<word.upperBound)
  }

  /// Whether a byte of a word belongs to a letter, neither a digit nor a mark between digits.
  @inline(__always)
  private func isLetter(_ byte: UInt8) -> Bool { isWordByte(byte) && !isDigit(byte) }
}

/// Cuts a word that may hold letters of unspaced scripts.
private struct UnspacedRun {
  let text: UnsafeBufferPointer<UInt8>
  let folding: FoldingTable

  func split(_ word: Range<Int>, _ body: (Range<Int>) -> Void) {
    var spaced: Range<Int>?
    var previous: Range<Int>?
    var hasPair = false
    func endRun() {
      if let previous, !hasPair { body(previous) }
      previous = nil
      hasPair = false
    }
    var position = word.lowerBound
    while position < word.upperBound {
      let character = character(at: position, in: word)
      if character.isUnspaced {
        if let spaced { body(spaced) }
        spaced = nil
        if let previous {
          body(previous.lowerBound..<character.range.upperBound)
          hasPair = true
        }
        previous = character.range
      } else {
        endRun()
        spaced = (spaced?.lowerBound ?? position)..<character.range.upperBound
      }
      position = character.range.upperBound
    }
    if let spaced { body(spaced) }
    endRun()
  }

  /// A scalar and the marks behind it.
  private func character(at position: Int, in word: Range<Int>) -> (range: Range<Int>, isUnspaced: Bool) {
    let (first, length) = decodeScalar(text, at: position)
    let isUnspaced = first >= 0x80 && folding.entry(first).kind == .unspaced
    var end = position + length
    while end < word.upperBound, text[end] >= 0x80 {
      let (scalar, length) = decodeScalar(text, at: end)
      guard folding.entry(scalar).kind == .mark else { break }
      end += length
    }
    return (position..<end, isUnspaced)
  }
}
