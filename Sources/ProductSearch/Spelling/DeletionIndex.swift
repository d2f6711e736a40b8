internal import Learning
internal import LinearAlgebra

/// Finds the words of a dictionary within two edits of any word, by the forms that both have after deletions.
///
/// Two words within d edits have a form in common when up to d letters are deleted from the first seven of each
/// (W. Garbe's symmetric deletion). Forms are not stored, only buckets of word numbers by the forms' hash with eight more
/// bits of it, so that a million words take some 190 MB on disk, of which a look-up touches a few dozen places.
struct DeletionIndex: Sendable, Equatable {
  /// Letters from the start that forms are made of.
  static let prefix = 7

  /// From this length on words are found from two edits away; shorter ones from one.
  static let twoEditsLength = 6

  private let bucketStarts: StoredArray<UInt32>
  private let words: StoredArray<UInt32>
  /// For each entry of `words` the upper bits of its form's hash: other forms of a bucket are passed over unread.
  private let tags: StoredArray<UInt8>
  /// The signature of each word, which rules most of those out that have a form in common.
  private let signatures: StoredArray<UInt32>

  /// Indexes words by their position.
  ///
  /// - Complexity: O(words x 29)
  init(_ dictionary: some Collection<SpellingWord>) {
    var count = 0
    for word in dictionary { Self.forEachForm(of: word, edits: Self.edits(of: word)) { _ in count += 1 } }
    var bits = 4
    while 1 << bits < count / 4 { bits += 1 }
    let mask = UInt64(1 << bits - 1)
    var starts = [UInt32](repeating: 0, count: 1 << bits + 1)
    for word in dictionary {
      Self.forEachForm(of: word, edits: Self.edits(of: word)) { starts[Int($0 & mask) + 1] += 1 }
    }
    for bucket in 0..<(1 << bits) { starts[bucket + 1] += starts[bucket] }
    var next = starts
    var words = [UInt32](repeating: 0, count: count)
    var tags = [UInt8](repeating: 0, count: count)
    for (number, word) in dictionary.enumerated() {
      Self.forEachForm(of: word, edits: Self.edits(of: word)) { hash in
        let bucket = Int(hash & mask)
        words[Int(next[bucket])] = UInt32(number)
        tags[Int(next[bucket])] = Self.tag(hash)
        next[bucket] += 1
      }
    }
    bucketStarts = StoredArray(starts)
    self.words = StoredArray(words)
    self.tags = StoredArray(tags)
    signatures = StoredArray(dictionary.map(\.signature))
  }

  private static func tag(_ hash: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: hash >> 56) }

  private static func edits(of word: SpellingWord) -> Int { word.count >= twoEditsLength ? 2 : 1 }

  /// Puts the numbers of all words within so many edits of a word, and of others, into `numbers`, ascending, each once.
  func candidates(for word: SpellingWord, edits: Int, into numbers: inout [UInt32]) {
    numbers.removeAll(keepingCapacity: true)
    let mask = UInt64(bucketStarts.count - 2)
    Self.forEachForm(of: word, edits: edits) { hash in
      let bucket = Int(hash & mask)
      let (start, end) = (Int(bucketStarts[bucket]), Int(bucketStarts[bucket + 1]))
      // An altered file may name places that are not there.
      guard start < end, end <= words.count else { return }
      let tag = Self.tag(hash)
      for place in start..<end where tags[place] == tag {
        let number = words[place]
        // An altered file may name words that are not there.
        guard number < signatures.count,
          (signatures[Int(number)] ^ word.signature).nonzeroBitCount <= 2 * edits
        else { continue }
        numbers.append(number)
      }
    }
    numbers.sort()
    var kept = 0
    for place in numbers.indices where kept == 0 || numbers[kept - 1] != numbers[place] {
      numbers[kept] = numbers[place]
      kept += 1
    }
    numbers.removeLast(numbers.count - kept)
  }

  /// Calls `body` with the hash of each form of a word with up to so many letters deleted; forms may repeat.
  private static func forEachForm(of word: SpellingWord, edits: Int, _ body: (UInt64) -> Void) {
    let count = min(word.count, prefix)
    body(hash(word, count, -1, -1))
    for first in 0..<count {
      // A run of equal letters gives the same form wherever it is cut.
      if first > 0, word.letters[first] == word.letters[first - 1] { continue }
      body(hash(word, count, first, -1))
      guard edits > 1 else { continue }
      for second in stride(from: first + 1, to: count, by: 1) { body(hash(word, count, first, second)) }
    }
  }

  @inline(__always)
  private static func hash(_ word: SpellingWord, _ count: Int, _ first: Int, _ second: Int) -> UInt64 {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for place in 0..<count where place != first && place != second {
      hash = (hash ^ UInt64(word.letters[place])) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash >> 29
    }
    return hash ^ hash >> 32
  }
}

extension DeletionIndex {
  /// Writes the index into an archive.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("buckets", array: bucketStarts)
    try writer.add("words", array: words)
    try writer.add("tags", array: tags)
    try writer.add("signatures", array: signatures)
  }

  /// Maps an index in an archive.
  init(archive: ModelArchive) throws {
    bucketStarts = try archive.array("buckets", of: UInt32.self)
    words = try archive.array("words", of: UInt32.self)
    tags = try archive.array("tags", of: UInt8.self, count: words.count)
    signatures = try archive.array("signatures", of: UInt32.self)
    let buckets = bucketStarts.count - 1
    guard buckets >= 1, buckets & (buckets - 1) == 0 else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "buckets", given: "\(bucketStarts.count) bucket bounds",
        expected: "a power of two and one", advice: "The model is altered; train it again.")
    }
  }
}
