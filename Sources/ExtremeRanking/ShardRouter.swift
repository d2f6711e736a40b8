public import LinearAlgebra

/// Sends a query to the few parts of a tree that may hold its answer.
///
/// A tree too large for one machine is cut into shards, each a run of subtrees with about as many labels as the others.
/// The levels above the cut are small enough to be everywhere; they choose the shards, which answer independently. Scores
/// are products along a path from the one root, so what different shards answer is comparable and merged by score.
///
///     let router = ShardRouter(model, shards: 16)
///     for shard in try router.route(query, to: 4) { ... }          // router.shard(ofLabel: label) == shard
public struct ShardRouter: Sendable {
  /// Number of shards.
  public var shards: Int { firstNodes.count - 1 }

  private let model: XRLinearModel
  /// The level whose nodes are spread over shards.
  private let level: Int
  /// The first node of each shard; one more closes the last.
  private let firstNodes: [Int]
  /// The first position in the tree's order of labels of each shard; one more closes the last.
  private let firstPositions: [Int]
  /// Where each label stands in the tree's order.
  private let positions: [Int32]

  /// Cuts a tree, at the first level below the top one that has four nodes a shard, else at the last but one.
  ///
  /// There are fewer shards than asked for where that level has fewer nodes.
  ///
  /// - Precondition: at least one shard.
  /// - Complexity: O(labels)
  public init(_ model: XRLinearModel, shards: Int) {
    precondition(shards >= 1, "at least one shard")
    let tree = model.tree
    self.model = model
    level = (0..<tree.depth - 1).first { tree.nodeCount(level: $0) >= 4 * shards } ?? max(0, tree.depth - 2)
    // Where the labels below each node of that level end.
    var ends = Array(1...tree.nodeCount(level: level))
    for below in level + 1..<max(level + 1, tree.depth) {
      ends = ends.map { Int(tree.childOffsets[below][$0]) }
    }
    var (nodes, places) = ([0], [0])
    for shard in 1...shards {
      let wanted = tree.labelCount * shard / shards
      let node = shard == shards ? ends.count : 1 + (ends.firstIndex { $0 >= wanted } ?? ends.count - 1)
      guard node > nodes[nodes.count - 1] else { continue }
      nodes.append(node)
      places.append(ends[node - 1])
    }
    (firstNodes, firstPositions) = (nodes, places)
    var positions = [Int32](repeating: 0, count: tree.labelCount)
    for (place, label) in tree.labels.enumerated() { positions[Int(label)] = Int32(place) }
    self.positions = positions
  }

  /// The shard that holds a label.
  ///
  /// - Complexity: O(shards)
  public func shard(ofLabel label: Int) -> Int {
    Self.part(of: Int(positions[label]), startingAt: firstPositions)
  }

  /// The part of a cut range that holds a place.
  private static func part(of place: Int, startingAt starts: [Int]) -> Int {
    starts.indices.dropFirst().first { starts[$0] > place }.map { $0 - 1 } ?? starts.count - 2
  }

  /// The `count` shards whose best node has the largest scores, best first; fewer where the query has no known feature.
  ///
  /// - Throws: ``InvalidInput`` when the query is wider than the model.
  /// - Complexity: O(nodes above the cut x entries of the query)
  public func route(_ query: SparseVector, to count: Int) throws -> [Int] {
    let options = PredictionOptions(k: 1, beam: model.tree.nodeCount(level: level))
    try model.check(query, options)
    var scratch = XRLinearModel.Scratch()
    model.prepare(query, &scratch)
    try model.descend(to: level + 1, beam: model.tree.nodeCount(level: level), options, &scratch)
    var best = [Float](repeating: -.infinity, count: shards)
    for node in scratch.beam {
      let shard = Self.part(of: Int(node.id), startingAt: firstNodes)
      best[shard] = max(best[shard], node.score)
    }
    return best.indices.filter { best[$0] > -.infinity }.sorted { (best[$0], $1) > (best[$1], $0) }
      .prefix(count).map { $0 }
  }
}
