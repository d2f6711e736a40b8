public import Learning
public import LinearAlgebra
internal import Probability

/// Arranges labels in a tree.
public protocol LabelIndexer: Sendable {
  /// The tree of labels whose vectors are the rows of `embedding`.
  func index(_ embedding: SparseMatrix, seed: UInt64, on execution: Execution) throws -> LabelTree
}

/// Recursive balanced spherical 2-means, the levels merged to a wider tree.
///
/// Splitting halves every cluster until clusters hold at most `maximumLeafSize` labels; then every `branching`
/// neighbours become one node, up to the root. Sizes within a level of the binary tree differ by at most one.
///
/// The clustering of PECOS: H.-F. Yu et al., JMLR 23(98), 2022, section 4.2 and algorithm 2.
public struct BalancedClustering: LabelIndexer, Codable, Equatable {
  /// Children of a node, at least 2, rounded down to a power of two.
  public var branching = 32

  /// Labels of a leaf cluster at the most, at least 1.
  public var maximumLeafSize = 100

  /// Rounds of 2-means a split at the most, at least 1.
  public var maximumRounds = 20

  /// Creates the default indexer.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require((2...65_536).contains(branching), "branching", given: branching, expected: "2 to 65536")
    found.require(
      (1...65_536).contains(maximumLeafSize), "maximumLeafSize", given: maximumLeafSize,
      expected: "1 to 65536")
    found.require(
      (1...1000).contains(maximumRounds), "maximumRounds", given: maximumRounds, expected: "1 to 1000")
    return found.all
  }

  /// The tree of labels whose vectors are the rows of `embedding`.
  ///
  /// - Complexity: O(entries of `embedding` x levels of the binary tree x rounds)
  public func index(_ embedding: SparseMatrix, seed: UInt64, on execution: Execution) throws -> LabelTree {
    let count = embedding.rows
    guard count > 0 else { throw InvalidInput("labels", given: "none", expected: "at least one") }
    var levels = 0
    while count > maximumLeafSize << levels { levels += 1 }
    var order = (0..<Int32(count)).map { $0 }
    try split(&order, levels: levels, embedding, seed: seed, on: execution)
    return try merge(order, levels: levels)
  }

  /// Positions where the segments of a level of the binary tree begin: every segment is halved, the smaller
  /// half first.
  static func boundaries(count: Int, level: Int) -> [Int] {
    var boundaries = [0, count]
    for _ in 0..<level {
      var finer = [0]
      finer.reserveCapacity(2 * boundaries.count)
      for (start, end) in zip(boundaries, boundaries.dropFirst()) {
        finer.append(start + (end - start) / 2)
        finer.append(end)
      }
      boundaries = finer
    }
    return boundaries
  }

  private func split(
    _ order: inout [Int32], levels: Int, _ z: SparseMatrix, seed: UInt64, on execution: Execution
  ) throws {
    for level in 0..<levels {
      let boundaries = Self.boundaries(count: order.count, level: level)
      execution.progress.report(ProgressEvent(stage: "clustering labels", completed: level, total: levels))
      try order.withUnsafeMutableBufferPointer { buffer in
        let shared = SharedSegments(base: buffer.baseAddress!)
        try concurrentForEach(
          count: boundaries.count - 1, threads: execution.threads,
          scratch: { SphericalSplit(dimension: z.columns, maximumRounds: maximumRounds) }
        ) { splitter, node in
          try execution.cancellation.check()
          let segment = UnsafeMutableBufferPointer(
            start: shared.base + boundaries[node], count: boundaries[node + 1] - boundaries[node])
          var generator = SeededGenerator(seed: seed, stream: UInt64(level) << 32 | UInt64(node))
          splitter.split(segment, of: z, using: &generator)
        }
      }
    }
  }

  /// Merges the leaves of the binary tree upwards until at most `branching` nodes remain below the root.
  private func merge(_ order: [Int32], levels: Int) throws -> LabelTree {
    var step = 0
    while 2 << step <= branching { step += 1 }
    var kept = [levels]
    while kept[0] > step { kept.insert(kept[0] - step, at: 0) }
    var childOffsets: [[Int32]] = []
    var parentLevel = 0
    for level in kept where level > 0 {
      let children = 1 << (level - parentLevel)
      childOffsets.append((0...(1 << parentLevel)).map { Int32($0 * children) })
      parentLevel = level
    }
    childOffsets.append(Self.boundaries(count: order.count, level: levels).map(Int32.init))
    return try LabelTree(childOffsets: childOffsets, labels: order)
  }
}

/// The array whose disjoint segments several threads reorder.
private struct SharedSegments: @unchecked Sendable {
  // @unchecked: every thread touches the segment of its own node only.
  let base: UnsafeMutablePointer<Int32>
}
