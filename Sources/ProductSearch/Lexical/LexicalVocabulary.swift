internal import TextFeatures

/// The words of a keyword index: those of its arrays, then those that products brought that were added since.
struct LexicalVocabulary: Sendable, Equatable {
  /// The words of the arrays.
  let stored: Vocabulary

  /// The words of products added since, numbered behind the stored ones.
  private(set) var added = Vocabulary(words: [])

  init(_ stored: Vocabulary) {
    self.stored = stored
  }

  /// Number of words.
  var count: Int { stored.count + added.count }

  /// The number of a word in UTF-8, or nil where it is not in the vocabulary.
  ///
  /// - Complexity: O(length of the word), allocates nothing
  func id(of word: UnsafeBufferPointer<UInt8>) -> Int? {
    if let id = stored.id(of: word) { return id }
    return added.count == 0 ? nil : added.id(of: word).map { stored.count + $0 }
  }

  /// The number of a word, or nil where it is not in the vocabulary.
  func id(of word: String) -> Int? {
    var word = word
    return word.withUTF8 { id(of: $0) }
  }

  /// The UTF-8 of a word, valid as long as the vocabulary lives.
  func bytes(of id: Int) -> UnsafeBufferPointer<UInt8> {
    id < stored.count ? stored.bytes(of: id) : added.bytes(of: id - stored.count)
  }

  /// The word of a number.
  subscript(id: Int) -> String { String(decoding: bytes(of: id), as: UTF8.self) }

  /// All words under the same numbers in one table.
  ///
  /// - Complexity: O(bytes of the words) where words were added
  func joined() -> Vocabulary {
    if added.count == 0 { return stored }
    var builder = Vocabulary.Builder()
    for id in 0..<count { _ = builder.insert(bytes(of: id)) }
    return builder.finish()
  }
}

extension LexicalVocabulary {
  /// Collects the words of more products.
  struct Growth {
    private let stored: Vocabulary
    private var added = Vocabulary.Builder()

    init(_ vocabulary: LexicalVocabulary) {
      stored = vocabulary.stored
      for id in 0..<vocabulary.added.count { _ = added.insert(vocabulary.added.bytes(of: id)) }
    }

    /// The number of a word, which is added where it is new.
    mutating func insert(_ word: UnsafeBufferPointer<UInt8>) -> Int {
      stored.id(of: word) ?? stored.count + added.insert(word)
    }

    /// The vocabulary with the words that were added.
    consuming func finish() -> LexicalVocabulary {
      var vocabulary = LexicalVocabulary(stored)
      vocabulary.added = added.finish()
      return vocabulary
    }
  }
}
