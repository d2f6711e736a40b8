public import LinearAlgebra

/// Ranks by the last level's linear classifiers.
public struct LinearLabelRanker: LabelRanker {
  private let model: XRLinearModel

  /// Uses the last level of a model.
  public init(_ model: XRLinearModel) {
    self.model = model
  }

  /// The labels with the largest scores, combined with their cluster's.
  ///
  /// - Complexity: O(clusters x (entries of the query + labels of a cluster))
  public func rank(
    _ query: SparseVector, in clusters: [MatchedCluster], filter: LabelFilter?, k: Int
  ) throws -> RankedLabels {
    var scratch = XRLinearModel.Scratch()
    var options = PredictionOptions(k: k)
    options.filter = filter
    try model.check(query, options)
    model.prepare(query, &scratch)
    scratch.beam = clusters.map { RankKey(score: $0.score, id: UInt32($0.cluster)) }
    try model.expandBeam(level: model.tree.depth - 1, options, &scratch)
    return model.answer(options, &scratch)
  }
}

/// Ranks by the cosine between the query and each label's embedding.
public struct CentroidLabelRanker: LabelRanker {
  private let embedding: SparseMatrix
  private let tree: LabelTree

  /// Uses label embeddings, one row a label, rows of l2 norm 1.
  ///
  /// - Precondition: one row of `embedding` a label.
  public init(_ embedding: SparseMatrix, tree: LabelTree) {
    precondition(embedding.rows == tree.labelCount, "one embedding a label")
    self.embedding = embedding
    self.tree = tree
  }

  /// The labels with the largest cosines, each plus its cluster's score.
  ///
  /// - Complexity: O(entries of the embeddings in the clusters)
  public func rank(
    _ query: SparseVector, in clusters: [MatchedCluster], filter: LabelFilter?, k: Int
  ) throws -> RankedLabels {
    var keys: [RankKey] = []
    let norm = VectorNorm.l2.of(query.values)
    for match in clusters {
      for position in tree.children(of: match.cluster, level: tree.depth - 1)
      where filter?.allows(position) ?? true {
        let label = Int(tree.labels[position])
        let cosine = norm > 0 ? embedding.dot(row: label, query) / norm : 0
        keys.append(RankKey(score: match.score + cosine, id: UInt32(label)))
      }
    }
    keys.keepLargest(k)
    return RankedLabels(labels: keys.map { Int32($0.id) }, scores: keys.map(\.score))
  }
}

/// Ranks by a weighted sum of two rankers' scores.
public struct MixtureLabelRanker: LabelRanker {
  private let first: any LabelRanker
  private let second: any LabelRanker
  private let share: Float

  /// Weighs the first ranker with `share`, the second with 1 - `share`.
  ///
  /// - Precondition: 0 <= `share` <= 1.
  public init(_ first: any LabelRanker, _ second: any LabelRanker, share: Float) {
    precondition((0...1).contains(share), "share between 0 and 1")
    (self.first, self.second, self.share) = (first, second, share)
  }

  /// The labels with the largest sums over all labels of the clusters.
  public func rank(
    _ query: SparseVector, in clusters: [MatchedCluster], filter: LabelFilter?, k: Int
  ) throws -> RankedLabels {
    let all = Int(Int32.max)
    var sums: [Int32: Float] = [:]
    for (ranker, weight) in [(first, share), (second, 1 - share)] {
      let ranked = try ranker.rank(query, in: clusters, filter: filter, k: all)
      for (label, score) in zip(ranked.labels, ranked.scores) { sums[label, default: 0] += weight * score }
    }
    var keys = sums.map { RankKey(score: $0.value, id: UInt32($0.key)) }
    keys.keepLargest(k)
    return RankedLabels(labels: keys.map { Int32($0.id) }, scores: keys.map(\.score))
  }
}
