internal import ExtremeRanking
internal import Learning
internal import LinearAlgebra

/// Arranges sorted labels in a tree whose upper levels are a trie and whose lower ones are clusters of similar texts.
///
/// Configuration 8 of the released example of Yadav et al., KDD 2021: `depth` levels of characters, then balanced 2-means.
struct HybridIndex {
  let depth: Int
  let leafSize: Int
  let seed: UInt64

  /// - Parameter vectors: the features of each label's text.
  func index(_ labels: LabelStore, _ vectors: SparseMatrix, on execution: Execution) throws -> LabelTree {
    var offsets: [[Int32]] = []
    var nodes: [Range<Int>] = [0..<labels.count]
    for level in 0..<depth {
      var (next, starts) = ([Range<Int>](), [Int32(0)])
      for node in nodes {
        next += split(node, labels, level: level)
        starts.append(Int32(next.count))
      }
      offsets.append(starts)
      nodes = next
    }
    let below = try nodes.map { try clusters(of: $0, vectors, on: execution) }
    let deepest = below.map(\.depth).max() ?? 1
    var parents = nodes.count
    for level in 0..<deepest {
      var starts: [Int32] = [0]
      for tree in below {
        // Short branches get single children above their leaves.
        let own = level == deepest - 1 ? tree.depth - 1 : level
        let isPadding = level < deepest - 1 && level >= tree.depth - 1
        let count = isPadding ? tree.parentCount(level: tree.depth - 1) : tree.parentCount(level: own)
        for parent in 0..<count {
          starts.append(
            starts[starts.count - 1] + Int32(isPadding ? 1 : tree.children(of: parent, level: own).count))
        }
      }
      precondition(starts.count == parents + 1, "levels fit each other")
      offsets.append(starts)
      parents = Int(starts[starts.count - 1])
    }
    let order = zip(nodes, below).flatMap { node, tree in tree.labels.map { $0 + Int32(node.lowerBound) } }
    return try LabelTree(childOffsets: offsets, labels: order)
  }

  /// The parts of an interval with equal character at a level; a label that ends there is one part.
  private func split(_ node: Range<Int>, _ labels: LabelStore, level: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var place = node.lowerBound
    while place < node.upperBound {
      let key = labels.key(of: place)
      let starts = key.indices.filter { key[$0] & 0xC0 != 0x80 } + [key.count]
      let end: Int
      if starts.count - 1 <= level {
        end = place + 1
      } else {
        end = min(node.upperBound, labels.interval(of: Array(key[..<starts[level + 1]])).upperBound)
      }
      parts.append(place..<end)
      place = end
    }
    return parts
  }

  private func clusters(of node: Range<Int>, _ vectors: SparseMatrix, on execution: Execution) throws
    -> LabelTree
  {
    guard node.count > leafSize else {
      return try LabelTree(
        childOffsets: [[0, Int32(node.count)]], labels: (0..<Int32(node.count)).map { $0 })
    }
    var clustering = BalancedClustering()
    (clustering.branching, clustering.maximumLeafSize) = (2, leafSize)
    return try clustering.index(vectors.selectingRows(node), seed: seed, on: execution)
  }
}
