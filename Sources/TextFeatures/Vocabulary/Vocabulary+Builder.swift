internal import Learning
internal import LinearAlgebra

extension Vocabulary {
  /// Collects distinct words.
  public struct Builder {
    private var offsets: [UInt32] = [0]
    private var text: [UInt8] = []
    private var slots = [UInt64](repeating: 0, count: 64)
    private let hashMask: UInt64

    /// The most bytes that the words of a vocabulary have together.
    public static let maximumBytes = Int(UInt32.max)

    /// Starts without words.
    public init() {
      self.init(hashMask: .max)
    }

    init(hashMask: UInt64) {
      self.hashMask = hashMask
    }

    /// Bytes of the distinct words so far.
    public var byteCount: Int { text.count }

    /// Number of distinct words so far.
    public var count: Int { offsets.count - 1 }

    /// The number of a word in UTF-8, which is added where it is new.
    ///
    /// - Precondition: the words have at most ``maximumBytes`` together.
    /// - Complexity: O(length of the word), amortised
    public mutating func insert(_ word: UnsafeBufferPointer<UInt8>) -> Int {
      let hash = ByteHash.hash(word) & hashMask
      let mask = slots.count - 1
      var position = Int(truncatingIfNeeded: hash) & mask
      while true {
        let slot = slots[position]
        if slot == 0 { break }
        if slot >> 32 == hash >> 32, isWord(Int(slot & 0xFFFF_FFFF) - 1, word) {
          return Int(slot & 0xFFFF_FFFF) - 1
        }
        position = (position + 1) & mask
      }
      precondition(text.count + word.count <= Self.maximumBytes, "words of at most 4 GiB together")
      let id = count
      slots[position] = Vocabulary.slot(hash, id)
      text.append(contentsOf: word)
      offsets.append(UInt32(text.count))
      if 2 * count > slots.count {
        slots = Vocabulary.slots(offsets: offsets, text: text, hashMask: hashMask, capacity: 2 * slots.count)
      }
      return id
    }

    /// Calls `body` with the UTF-8 of a word.
    public func withBytes<Result>(of id: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
      text.withUnsafeBufferPointer {
        body(UnsafeBufferPointer(rebasing: $0[Int(offsets[id])..<Int(offsets[id + 1])]))
      }
    }

    /// The vocabulary of all words so far.
    public func finish() -> Vocabulary {
      Vocabulary(
        offsets: StoredArray(offsets), text: StoredArray(text), slots: StoredArray(slots), hashMask: hashMask)
    }

    /// The vocabulary of some of the words: the word `order[i]` gets the number i.
    ///
    /// - Precondition: the numbers are distinct and in 0..<``count``.
    public func finish(order: some Collection<Int>) -> Vocabulary {
      var newOffsets: [UInt32] = [0]
      var newText: [UInt8] = []
      newOffsets.reserveCapacity(order.count + 1)
      for id in order {
        newText.append(contentsOf: text[Int(offsets[id])..<Int(offsets[id + 1])])
        newOffsets.append(UInt32(newText.count))
      }
      let slots = Vocabulary.slots(
        offsets: newOffsets, text: newText, hashMask: hashMask,
        capacity: Vocabulary.slotCount(for: order.count))
      return Vocabulary(
        offsets: StoredArray(newOffsets), text: StoredArray(newText), slots: StoredArray(slots),
        hashMask: hashMask)
    }

    @inline(__always)
    private func isWord(_ id: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
      let start = Int(offsets[id])
      guard Int(offsets[id + 1]) - start == word.count else { return false }
      return text.withUnsafeBufferPointer { text in
        for i in 0..<word.count where text[start + i] != word[i] { return false }
        return true
      }
    }
  }

  /// A power of two that is at least twice `count`.
  static func slotCount(for count: Int) -> Int {
    var capacity = 16
    while capacity < 2 * count { capacity *= 2 }
    return capacity
  }

  /// Refuses training texts whose distinct words no vocabulary can hold.
  static func checkByteCount(_ count: Int) throws {
    if count <= Builder.maximumBytes { return }
    throw InvalidInput(
      "texts", given: "\(count) bytes of distinct words", expected: "at most 4 GiB",
      advice: "Leave out texts that are not written by people.")
  }

  /// A slot of the table that refers to a word.
  @inline(__always)
  static func slot(_ hash: UInt64, _ id: Int) -> UInt64 { hash & 0xFFFF_FFFF_0000_0000 | UInt64(id + 1) }

  /// The table of distinct words.
  static func slots(offsets: [UInt32], text: [UInt8], hashMask: UInt64, capacity: Int) -> [UInt64] {
    var slots = [UInt64](repeating: 0, count: capacity)
    let mask = capacity - 1
    text.withUnsafeBufferPointer { text in
      for id in 0..<offsets.count - 1 {
        let word = UnsafeBufferPointer(rebasing: text[Int(offsets[id])..<Int(offsets[id + 1])])
        let hash = ByteHash.hash(word) & hashMask
        var position = Int(truncatingIfNeeded: hash) & mask
        while slots[position] != 0 { position = (position + 1) & mask }
        slots[position] = Vocabulary.slot(hash, id)
      }
    }
    return slots
  }

  /// The same words in a table that uses only some bits of their hashes.
  func rehashed(_ hashMask: UInt64) -> Vocabulary {
    let slots = Self.slots(
      offsets: Array(offsets), text: Array(text), hashMask: hashMask, capacity: slots.count)
    return Vocabulary(offsets: offsets, text: text, slots: StoredArray(slots), hashMask: hashMask)
  }
}
