internal import LinearAlgebra
internal import TextFeatures

/// What followed what: queries after queries, queries after words, and which suggestions contain a word.
struct SessionTables: Sendable, Equatable {
  /// Every word of suggestions and of queries before them.
  let words: Vocabulary
  /// For each word, what followed queries that contain it, weighed by its count over 5 + all that followed the word.
  let followers: LabelLists
  /// How often something followed each word.
  let followed: StoredArray<Float>
  /// Hashes of previous queries, ascending, one for each list of `pairs`.
  let previous: StoredArray<UInt32>
  /// For each previous query, how often each suggestion followed it.
  let pairs: LabelLists
  /// For each word, the suggestions that contain it.
  let holders: LabelLists
  /// For each word, the words that were added to queries that contain it, by their share.
  let additions: LabelLists
  /// Number of words of each suggestion, at most 255.
  let lengths: StoredArray<UInt8>

  /// Words after which more than this follows say nothing.
  static let commonest: Float = 20_000

  /// Bytes of all parts but the words themselves.
  var byteCount: Int {
    followers.byteCount + 4 * followed.count + 4 * previous.count + pairs.byteCount + holders.byteCount
      + additions.byteCount + lengths.count
  }

  /// The list of a previous query; nil where it is not known.
  func pairList(of key: [UInt8]) -> Int? {
    place(of: key.withUnsafeBufferPointer { Self.hash($0) })
  }

  /// The list of a previous query by its hash.
  func place(of hash: UInt32) -> Int? {
    var (low, high) = (0, previous.count)
    while low < high {
      let middle = (low + high) / 2
      if previous[middle] < hash { low = middle + 1 } else { high = middle }
    }
    return low < previous.count && previous[low] == hash ? low : nil
  }

  /// 32 bits of FNV-1a: among a million previous queries one unknown query in four thousand is taken for another.
  static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }

  /// Calls `body` with each word of a key.
  static func forEachWord(
    of key: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var start = 0
    for i in 0...key.count where i == key.count || key[i] == UInt8(ascii: " ") {
      if i > start { body(UnsafeBufferPointer(rebasing: key[start..<i])) }
      start = i + 1
    }
  }
}
