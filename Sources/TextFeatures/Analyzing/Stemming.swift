internal import CStemmer

/// A language whose words the Snowball stemmers reduce to stems (M. F. Porter, snowballstem.org).
public enum StemmingLanguage: String, Codable, Sendable, CaseIterable {
  /// Arabic.
  case arabic
  /// Danish.
  case danish
  /// Dutch.
  case dutch
  /// English, Porter's second algorithm.
  case english
  /// Finnish.
  case finnish
  /// French.
  case french
  /// German.
  case german
  /// Greek.
  case greek
  /// Hungarian.
  case hungarian
  /// Italian.
  case italian
  /// Norwegian.
  case norwegian
  /// Porter's first algorithm, English.
  case porter
  /// Portuguese.
  case portuguese
  /// Romanian.
  case romanian
  /// Russian.
  case russian
  /// Spanish.
  case spanish
  /// Swedish.
  case swedish
  /// Turkish.
  case turkish
}

/// One stemmer of the library with the stems of the words it saw last.
///
/// Not for several threads at once: the library's object holds its answer.
final class Stemmer {
  private let stemmer: OpaquePointer
  @exclusivity(unchecked) private var cache: ScratchBuffer<UInt8>

  /// Bytes of a cached word: lengths of word and stem, the word, the stem.
  private static let entrySize = 64
  private static let longestWord = 31
  private static let entries = 2048

  /// Creates a stemmer, or nil where the installed library lacks the language.
  init?(_ language: StemmingLanguage) {
    guard let stemmer = sb_stemmer_new(language.rawValue, "UTF_8") else { return nil }
    self.stemmer = stemmer
    cache = ScratchBuffer(capacity: Self.entries * Self.entrySize)
    cache.base.update(repeating: 0, count: Self.entries * Self.entrySize)
  }

  deinit { sb_stemmer_delete(stemmer) }

  /// Whether the installed library has the language.
  static func isAvailable(_ language: StemmingLanguage) -> Bool { Stemmer(language) != nil }

  /// The stem of a word, valid until the next word.
  func stem(_ word: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    guard word.count <= Self.longestWord, let start = word.baseAddress else { return stemUncached(word) }
    let entry = cache.base + Int(ByteHash.hash(word) >> 53) * Self.entrySize
    if Int(entry[0]) == word.count {
      var isEqual = true
      for i in 0..<word.count where entry[2 + i] != start[i] { isEqual = false }
      if isEqual { return UnsafeBufferPointer(start: entry + 2 + Self.longestWord, count: Int(entry[1])) }
    }
    let stem = stemUncached(word)
    guard stem.count <= Self.longestWord, let stemStart = stem.baseAddress else { return stem }
    entry[0] = UInt8(word.count)
    entry[1] = UInt8(stem.count)
    (entry + 2).update(from: start, count: word.count)
    (entry + 2 + Self.longestWord).update(from: stemStart, count: stem.count)
    return stem
  }

  private func stemUncached(_ word: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    // Codes and measures have no stem; the library takes lengths as 32-bit integers.
    if word.contains(where: isDigit) || word.count > 1000 { return word }
    guard let stem = sb_stemmer_stem(stemmer, word.baseAddress, Int32(word.count)) else { return word }
    return UnsafeBufferPointer(start: stem, count: Int(sb_stemmer_length(stemmer)))
  }
}
