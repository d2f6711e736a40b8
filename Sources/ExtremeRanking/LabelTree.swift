internal import Learning
public import LinearAlgebra

/// A tree whose leaves hold the labels.
///
/// Level 0 hangs below the root; the last level's nodes are the labels themselves, in tree order. Children of a
/// node are contiguous, so a level is nothing but the offsets of each parent's children.
///
///     tree.children(of: 3, level: 1)      // nodes of level 1 below node 3 of level 0
///     tree.labels[position]               // the label at a position of the last level
public struct LabelTree: Sendable, Equatable {
  /// For each level, for each parent, where its children begin; one more entry closes the last parent.
  public let childOffsets: [StoredArray<Int32>]

  /// Label at each position of the last level: a permutation of 0..<L.
  public let labels: StoredArray<Int32>

  /// Number of levels, at least 1; the last one holds the labels.
  public var depth: Int { childOffsets.count }

  /// Number of labels L.
  public var labelCount: Int { labels.count }

  /// Creates a tree from the child offsets of every level and the order of the labels.
  ///
  /// - Throws: ``InvalidInput`` when the levels do not fit each other or the order is not a permutation.
  public init(childOffsets: [[Int32]], labels: [Int32]) throws {
    try self.init(childOffsets: childOffsets.map { StoredArray($0) }, labels: StoredArray(labels))
  }

  init(childOffsets: [StoredArray<Int32>], labels: StoredArray<Int32>) throws {
    self.childOffsets = childOffsets
    self.labels = labels
    try checkOffsets()
    var seen = [Bool](repeating: false, count: labels.count)
    for label in labels {
      guard labels.indices.contains(Int(label)), !seen[Int(label)] else {
        throw InvalidInput(
          "label order", given: "label \(label) twice or out of range",
          expected: "a permutation of 0..<\(labels.count)")
      }
      seen[Int(label)] = true
    }
  }

  /// Refers to a stored tree. That the order is a permutation is not checked again, only that labels are in range.
  init(storedChildOffsets: [StoredArray<Int32>], labels: StoredArray<Int32>) throws {
    childOffsets = storedChildOffsets
    self.labels = labels
    try checkOffsets()
    let largest = labels.withUnsafeBufferPointer { $0.reduce(UInt32(0)) { max($0, UInt32(bitPattern: $1)) } }
    guard Int(largest) < labels.count else {
      throw InvalidInput("label order", given: "label \(largest)", expected: "labels below \(labels.count)")
    }
  }

  private func checkOffsets() throws {
    var parents = 1
    for (level, offsets) in childOffsets.enumerated() {
      let count = offsets.withUnsafeBufferPointer { offsets in
        var ascends = offsets.count == parents + 1 && offsets.first == 0
        for i in 1..<max(1, offsets.count) where offsets[i] < offsets[i - 1] { ascends = false }
        return ascends ? Int(offsets[offsets.count - 1]) : nil
      }
      guard let count else {
        throw InvalidInput(
          "level \(level) of the tree", given: "\(offsets.count) child offsets",
          expected: "\(parents + 1) offsets ascending from 0")
      }
      parents = count
    }
    guard depth >= 1, parents == labels.count else {
      throw InvalidInput(
        "label order", given: "\(labels.count) labels",
        expected: "one for each of \(parents) leaves of the tree")
    }
  }

  /// Number of nodes of a level.
  public func nodeCount(level: Int) -> Int {
    let offsets = childOffsets[level]
    return Int(offsets[offsets.count - 1])
  }

  /// Number of parents of a level: 1 for level 0, the root.
  public func parentCount(level: Int) -> Int { childOffsets[level].count - 1 }

  /// The nodes of `level` below a parent.
  public func children(of parent: Int, level: Int) -> Range<Int> {
    Int(childOffsets[level][parent])..<Int(childOffsets[level][parent + 1])
  }

  /// For each node of a level, its parent.
  ///
  /// - Complexity: O(nodes of the level)
  public func parents(level: Int) -> [Int32] {
    var parents = [Int32](repeating: 0, count: nodeCount(level: level))
    for parent in 0..<parentCount(level: level) {
      for node in children(of: parent, level: level) { parents[node] = Int32(parent) }
    }
    return parents
  }

  /// For each label, its position on the last level.
  ///
  /// - Complexity: O(L)
  public func positions() -> [Int32] {
    var positions = [Int32](repeating: 0, count: labelCount)
    for (position, label) in labels.enumerated() { positions[Int(label)] = Int32(position) }
    return positions
  }
}
