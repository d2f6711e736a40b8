public import LinearAlgebra

/// The labels that may be answered: in stock, in a market, of a category.
///
/// A bit for each position of the tree's last level with running counts, so whether a subtree has an allowed
/// label is two look-ups. Labels that were added to a model have bits of their own; a filter made before they were
/// added does not allow them.
///
///     let inStock = LabelFilter(model) { stock[$0] > 0 }
public struct LabelFilter: Sendable {
  private var words: [UInt64]
  private var before: [UInt32] = []

  /// A bit for each added label.
  private var addedWords: [UInt64] = []
  /// The cluster of each added label that is allowed, ascending.
  private var addedClusters: [Int32] = []

  /// Number of positions of the tree that it is for.
  let positionCount: Int

  /// Number of allowed labels.
  public private(set) var allowedCount = 0

  /// Allows the labels of a tree for which `isAllowed` is true.
  ///
  /// - Complexity: O(L)
  public init(_ tree: LabelTree, where isAllowed: (Int) -> Bool) {
    self.init(positionCount: tree.labelCount)
    tree.labels.withUnsafeBufferPointer { labels in
      for position in labels.indices where isAllowed(Int(labels[position])) { allow(position) }
    }
    count()
  }

  /// Allows the labels of a model for which `isAllowed` is true; those that are removed are never allowed.
  ///
  /// - Complexity: O(L)
  public init(_ model: XRLinearModel, where isAllowed: (Int) -> Bool) {
    let changes = model.changes
    self.init(model.tree) { !changes.removed.contains($0) && isAllowed($0) }
    let first = model.tree.labelCount
    for (index, cluster) in changes.clusters.enumerated()
    where !changes.removed.contains(first + index) && isAllowed(first + index) {
      setAdded(index)
      addedClusters.append(cluster)
    }
    addedClusters.sort()
    count()
  }

  /// Allows the labels of a model whose bits are set in a table of the user's own; those that are removed are never
  /// allowed.
  ///
  /// - Parameters:
  ///   - model: the model of the labels.
  ///   - bits: 64 places in each word, lowest bit first.
  ///   - places: for each label of the model's arrays its place among the bits; places outside are not allowed.
  ///   - addedPlaces: the same for each label that was added since.
  /// - Complexity: O(L), about a millisecond for a million labels
  public init(
    _ model: XRLinearModel, bits: StoredArray<UInt64>, places: StoredArray<Int32>, addedPlaces: [Int32] = []
  ) {
    let (tree, changes) = (model.tree, model.changes)
    precondition(
      places.count == tree.labelCount && addedPlaces.count == changes.clusters.count, "a place for each label"
    )
    self.init(positionCount: tree.labelCount)
    let (labels, places, table) = (
      tree.labels.unsafeBaseAddress, places.unsafeBaseAddress, bits.unsafeBaseAddress
    )
    let end = UInt32(clamping: bits.count * 64)
    func bit(_ place: Int32) -> UInt64 {
      let place = UInt32(bitPattern: place)
      return place < end ? table[Int(place >> 6)] >> UInt64(place & 63) & 1 : 0
    }
    words.withUnsafeMutableBufferPointer { words in
      for position in 0..<tree.labelCount {
        words[position >> 6] |= bit(places[Int(labels[position])]) << UInt64(position & 63)
      }
      if changes.removed.count == 0 { return }
      for position in 0..<tree.labelCount where changes.removed.contains(Int(labels[position])) {
        words[position >> 6] &= ~(1 << UInt64(position & 63))
      }
    }
    for (index, place) in addedPlaces.enumerated()
    where bit(place) == 1 && !changes.removed.contains(tree.labelCount + index) {
      setAdded(index)
      addedClusters.append(changes.clusters[index])
    }
    addedClusters.sort()
    count()
  }

  private init(positionCount: Int) {
    self.positionCount = positionCount
    words = [UInt64](repeating: 0, count: (positionCount + 63) / 64)
  }

  private mutating func allow(_ position: Int) { words[position >> 6] |= 1 << UInt64(position & 63) }

  private mutating func setAdded(_ index: Int) {
    while addedWords.count <= index >> 6 { addedWords.append(0) }
    addedWords[index >> 6] |= 1 << UInt64(index & 63)
  }

  /// Adds the running counts up.
  private mutating func count() {
    before.removeAll(keepingCapacity: true)
    before.reserveCapacity(words.count + 1)
    var sum = UInt32(0)
    for word in words {
      before.append(sum)
      sum += UInt32(word.nonzeroBitCount)
    }
    before.append(sum)
    allowedCount = Int(sum) + addedClusters.count
  }

  /// Allows labels added to a model, the first of them with the number `index` among the added ones.
  ///
  /// - Complexity: O(added labels) for each
  mutating func allowAdded(from index: Int, clusters: [Int32]) {
    for (offset, cluster) in clusters.enumerated() {
      setAdded(index + offset)
      addedClusters.insert(cluster, at: addedClusters.partition(below: cluster))
    }
    allowedCount += clusters.count
  }

  /// The same labels of the same numbers in the order of another model's tree.
  ///
  /// - Complexity: O(L)
  func moved(from old: XRLinearModel, to new: XRLinearModel) -> LabelFilter {
    var isAllowed = [Bool](repeating: false, count: old.labelCount)
    for position in old.tree.labels.indices { isAllowed[Int(old.tree.labels[position])] = allows(position) }
    for index in 0..<old.changes.clusters.count {
      isAllowed[old.tree.labelCount + index] = allowsAdded(index)
    }
    return LabelFilter(new) { isAllowed[$0] }
  }

  /// Whether the label at a position is allowed.
  func allows(_ position: Int) -> Bool { words[position >> 6] >> UInt64(position & 63) & 1 == 1 }

  /// Whether a label is allowed that was added to the model, by its number among the added ones.
  func allowsAdded(_ index: Int) -> Bool {
    index >> 6 < addedWords.count && addedWords[index >> 6] >> UInt64(index & 63) & 1 == 1
  }

  /// Whether one of the positions is allowed.
  func allowsAny(of positions: Range<Int>) -> Bool { rank(positions.upperBound) > rank(positions.lowerBound) }

  /// Whether a label is allowed that was added to one of the clusters.
  func allowsAdded(in clusters: Range<Int>) -> Bool {
    if addedClusters.isEmpty { return false }
    let first = addedClusters.partition(below: Int32(clusters.lowerBound))
    return first < addedClusters.count && Int(addedClusters[first]) < clusters.upperBound
  }

  /// Whether a label of a cluster is allowed.
  func allowsAny(inCluster cluster: Int, of tree: LabelTree) -> Bool {
    allowsAny(of: tree.children(of: cluster, level: tree.depth - 1))
      || allowsAdded(in: cluster..<cluster + 1)
  }

  private func rank(_ position: Int) -> Int {
    let (word, bit) = (position >> 6, UInt64(position & 63))
    let part = bit == 0 ? 0 : (words[word] & (1 << bit &- 1)).nonzeroBitCount
    return Int(before[word]) + part
  }
}

extension [Int32] {
  /// How many of the ascending numbers are smaller than `bound`.
  fileprivate func partition(below bound: Int32) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
