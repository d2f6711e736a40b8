internal import LinearAlgebra

/// Words and their numbers, 0 ..< ``count``: an open-addressing table that is mapped from a file as it lies.
///
///     let vocabulary = Vocabulary(words: ["drill", "saw"])
///     vocabulary.id(of: "saw")          // 1
///     vocabulary[1]                     // "saw"
///
/// A look-up allocates nothing. Words are compared byte by byte, so words whose hashes collide stay apart.
public struct Vocabulary: Sendable, Equatable {
  let offsets: StoredArray<UInt32>
  let text: StoredArray<UInt8>
  /// Upper half: part of the hash; lower half: id + 1, or 0 for a free slot. The length is a power of two.
  let slots: StoredArray<UInt64>
  /// Bits of the hash that are used; fewer than all only to make words collide in tests.
  let hashMask: UInt64

  /// Number of words.
  public let count: Int

  /// Bytes of all parts.
  public var byteCount: Int { 4 * offsets.count + text.count + 8 * slots.count }

  /// Numbers words by their first position; further occurrences add nothing.
  public init(words: some Sequence<String>) {
    var builder = Builder()
    for word in words {
      var word = word
      _ = word.withUTF8 { builder.insert($0) }
    }
    self = builder.finish()
  }

  init(
    offsets: StoredArray<UInt32>, text: StoredArray<UInt8>, slots: StoredArray<UInt64>,
    hashMask: UInt64 = .max
  ) {
    self.offsets = offsets
    self.text = text
    self.slots = slots
    self.hashMask = hashMask
    count = offsets.count - 1
  }

  /// The number of a word in UTF-8, or nil where it is not in the vocabulary.
  ///
  /// - Complexity: O(length of the word), allocates nothing
  public func id(of word: UnsafeBufferPointer<UInt8>) -> Int? {
    let hash = ByteHash.hash(word) & hashMask
    let slots = slots.unsafeBaseAddress
    let mask = self.slots.count - 1
    var position = Int(truncatingIfNeeded: hash) & mask
    // A table from outside may have no free slot, so that the search is bounded.
    for _ in 0...mask {
      let slot = slots[position]
      if slot == 0 { return nil }
      if slot >> 32 == hash >> 32 {
        let id = Int(slot & 0xFFFF_FFFF) - 1
        if isWord(id, word) { return id }
      }
      position = (position + 1) & mask
    }
    return nil
  }

  /// The number of a word, or nil where it is not in the vocabulary.
  public func id(of word: String) -> Int? {
    var word = word
    return word.withUTF8 { id(of: $0) }
  }

  /// The word of a number.
  ///
  /// - Precondition: `id` is in 0..<``count``.
  public subscript(id: Int) -> String { String(decoding: bytes(of: id), as: UTF8.self) }

  /// The UTF-8 of a word, valid as long as the vocabulary lives; empty where an altered archive says nonsense.
  ///
  /// - Precondition: `id` is in 0..<``count``.
  public func bytes(of id: Int) -> UnsafeBufferPointer<UInt8> {
    precondition(id >= 0 && id < count, "id in 0..<\(count)")
    let (start, end) = (Int(offsets[id]), Int(offsets[id + 1]))
    guard start <= end, end <= text.count else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(start: text.unsafeBaseAddress + start, count: end - start)
  }

  @inline(__always)
  private func isWord(_ id: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    guard id >= 0, id < count else { return false }
    let offsets = offsets.unsafeBaseAddress
    let (start, end) = (Int(offsets[id]), Int(offsets[id + 1]))
    guard end - start == word.count, end <= text.count else { return false }
    let stored = text.unsafeBaseAddress + start
    for i in 0..<word.count where stored[i] != word[i] { return false }
    return true
  }

  /// Whether both hold the same words under the same numbers.
  public static func == (left: Self, right: Self) -> Bool {
    left.offsets == right.offsets && left.text == right.text
  }
}
