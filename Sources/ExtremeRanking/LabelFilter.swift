public import LinearAlgebra

/// The labels that may be answered: in stock, in a market, of a category.
///
/// A bit for each position of the tree's last level with running counts, so whether a subtree has an allowed
/// label is two look-ups.
///
///     let inStock = LabelFilter(model.tree) { stock[$0] > 0 }
public struct LabelFilter: Sendable {
  private let words: [UInt64]
  private let before: [UInt32]

  /// Number of allowed labels.
  public let allowedCount: Int

  /// Allows the labels for which `isAllowed` is true.
  ///
  /// - Complexity: O(L)
  public init(_ tree: LabelTree, where isAllowed: (Int) -> Bool) {
    var words = [UInt64](repeating: 0, count: (tree.labelCount + 63) / 64)
    tree.labels.withUnsafeBufferPointer { labels in
      for position in labels.indices where isAllowed(Int(labels[position])) {
        words[position >> 6] |= 1 << UInt64(position & 63)
      }
    }
    self.init(words: words)
  }

  /// Allows exactly the labels given; labels out of range are not there.
  ///
  /// - Complexity: O(L / 64 + number of labels)
  public init(positions: some Sequence<Int>, labelCount: Int) {
    var words = [UInt64](repeating: 0, count: (labelCount + 63) / 64)
    for position in positions { words[position >> 6] |= 1 << UInt64(position & 63) }
    self.init(words: words)
  }

  /// Allows the labels whose bits are set in a table of the user's own.
  ///
  /// - Parameters:
  ///   - tree: the tree of the labels.
  ///   - bits: 64 places in each word, lowest bit first.
  ///   - places: for each label its place among the bits; places outside are not allowed.
  /// - Complexity: O(L), about a millisecond for a million labels
  public init(_ tree: LabelTree, bits: StoredArray<UInt64>, places: StoredArray<Int32>) {
    precondition(places.count == tree.labelCount, "a place for each label")
    var words = [UInt64](repeating: 0, count: (tree.labelCount + 63) / 64)
    let (labels, places, table) = (
      tree.labels.unsafeBaseAddress, places.unsafeBaseAddress, bits.unsafeBaseAddress
    )
    let end = UInt32(clamping: bits.count * 64)
    words.withUnsafeMutableBufferPointer { words in
      for position in 0..<tree.labelCount {
        let place = UInt32(bitPattern: places[Int(labels[position])])
        let bit = place < end ? table[Int(place >> 6)] >> UInt64(place & 63) & 1 : 0
        words[position >> 6] |= bit << UInt64(position & 63)
      }
    }
    self.init(words: words)
  }

  private init(words: [UInt64]) {
    var (before, sum) = ([UInt32](), UInt32(0))
    before.reserveCapacity(words.count + 1)
    for word in words {
      before.append(sum)
      sum += UInt32(word.nonzeroBitCount)
    }
    before.append(sum)
    (self.words, self.before, allowedCount) = (words, before, Int(sum))
  }

  /// The same labels in the order of another tree.
  ///
  /// - Complexity: O(L)
  func moved(from old: LabelTree, to new: LabelTree) -> LabelFilter {
    var isAllowed = [Bool](repeating: false, count: old.labelCount)
    for position in old.labels.indices { isAllowed[Int(old.labels[position])] = allows(position) }
    return LabelFilter(new) { isAllowed[$0] }
  }

  /// Whether the label at a position is allowed.
  func allows(_ position: Int) -> Bool { words[position >> 6] >> UInt64(position & 63) & 1 == 1 }

  /// Whether one of the positions is allowed.
  func allowsAny(of positions: Range<Int>) -> Bool { rank(positions.upperBound) > rank(positions.lowerBound) }

  private func rank(_ position: Int) -> Int {
    let (word, bit) = (position >> 6, UInt64(position & 63))
    let part = bit == 0 ? 0 : (words[word] & (1 << bit &- 1)).nonzeroBitCount
    return Int(before[word]) + part
  }
}
