public import LinearAlgebra

/// Matches by walking down the tree's upper levels with a beam.
public struct TreeMatcher: Matcher {
  private let model: XRLinearModel

  /// Uses all levels of a model but the last.
  public init(_ model: XRLinearModel) {
    self.model = model
  }

  /// The best clusters by the product of the scores along the path.
  ///
  /// - Complexity: O(depth x width x (entries of the query + branching)) look-ups
  public func match(_ query: SparseVector, keeping width: Int, filter: LabelFilter?) throws
    -> [MatchedCluster]
  {
    var scratch = XRLinearModel.Scratch()
    var options = PredictionOptions(k: 1, beam: width)
    options.filter = filter
    try model.check(query, options)
    model.prepare(query, &scratch)
    try model.descend(to: model.tree.depth - 1, beam: width, options, &scratch)
    return scratch.beam.map { MatchedCluster(cluster: Int($0.id), score: $0.score) }
  }
}

/// Matches by the cosine between the query and each cluster's centre.
public struct CentroidMatcher: Matcher {
  private let centres: SparseMatrix
  private let tree: LabelTree

  /// Uses the unit centres of the label embeddings below every cluster of a tree.
  ///
  /// - Precondition: one row of `embedding` a label.
  public init(_ embedding: SparseMatrix, tree: LabelTree) {
    precondition(embedding.rows == tree.labelCount, "one embedding a label")
    let level = tree.depth - 1
    var sums = SparseMatrix.Builder(columns: embedding.columns)
    for cluster in 0..<tree.parentCount(level: level) {
      sums.append(
        row: tree.children(of: cluster, level: level).flatMap { position in
          embedding.range(ofRow: Int(tree.labels[position])).map {
            (Int(embedding.indices[$0]), embedding.values[$0])
          }
        })
    }
    centres = sums.finish().normalizingRows(.l2)
    self.tree = tree
  }

  /// The clusters with the largest cosines; the score passed on is 0.
  ///
  /// - Complexity: O(entries of all centres)
  public func match(_ query: SparseVector, keeping width: Int, filter: LabelFilter?) throws
    -> [MatchedCluster]
  {
    var keys: [RankKey] = []
    for cluster in 0..<centres.rows {
      if let filter, !filter.allowsAny(inCluster: cluster, of: tree) { continue }
      keys.append(RankKey(score: centres.dot(row: cluster, query), id: UInt32(cluster)))
    }
    keys.keepLargest(width)
    return keys.map { MatchedCluster(cluster: Int($0.id), score: 0) }
  }
}

/// Matches every cluster: exact, for small trees and for judging other matchers.
public struct AllClusters: Matcher {
  private let tree: LabelTree

  /// Uses the clusters of a tree.
  public init(_ tree: LabelTree) {
    self.tree = tree
  }

  /// All clusters with an allowed label, whatever the width.
  public func match(_ query: SparseVector, keeping width: Int, filter: LabelFilter?) throws
    -> [MatchedCluster]
  {
    let level = tree.depth - 1
    return (0..<tree.parentCount(level: level)).filter {
      filter?.allowsAny(inCluster: $0, of: tree) ?? true
    }.map { MatchedCluster(cluster: $0, score: 0) }
  }
}
