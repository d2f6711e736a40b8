/// Which characters of a suggestion match what is typed.
enum Highlighting {
  /// Offsets into the text's UTF-16 of its words' beginnings that the typed words match; whole grapheme clusters.
  ///
  /// - Complexity: O(typed words · length of the text)
  static func ranges(of typed: [UInt8], in text: String, _ normalizer: QueryNormalizer) -> [Range<Int>] {
    if !typed.isEmpty, typed.allSatisfy({ $0 < 0x80 }), text.utf8.starts(with: typed),
      // A mark may follow that belongs to the last letter.
      text.utf8.dropFirst(typed.count).first.map({ $0 < 0x80 }) ?? true
    {
      return [0..<typed.count]
    }
    let words = typed.split(separator: UInt8(ascii: " ")).map { Array($0) }
    if words.isEmpty { return [] }
    var (ranges, used) = ([Range<Int>](), Set<Int>())
    var place = 0
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if let match = words.indices.first(where: {
        !used.contains($0) && matches(words[$0], word, normalizer) != nil
      }),
        let length = matches(words[match], word, normalizer)
      {
        used.insert(match)
        ranges.append(place..<place + length)
      }
      place += word.utf16.count + 1
    }
    return ranges.reduce(into: []) { joined, range in
      // Neighbouring whole words are one highlight.
      if let last = joined.last, last.upperBound + 1 == range.lowerBound {
        joined[joined.count - 1] = last.lowerBound..<range.upperBound
      } else {
        joined.append(range)
      }
    }
  }

  /// How many UTF-16 units of a word begin it as `typed` does; nil where it begins otherwise.
  private static func matches(_ typed: [UInt8], _ word: Substring, _ normalizer: QueryNormalizer) -> Int? {
    var (length, end) = (0, word.startIndex)
    while length < typed.count, end < word.endIndex {
      end = word.index(after: end)
      var key: [UInt8] = []
      normalizer.appendKey(of: String(word[..<end]), to: &key)
      guard key.starts(with: typed.prefix(key.count)) || typed.starts(with: key) else { return nil }
      length = key.count
    }
    return length >= typed.count ? word[..<end].utf16.count : nil
  }
}
