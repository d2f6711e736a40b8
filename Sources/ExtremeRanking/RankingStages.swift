public import LinearAlgebra

/// A cluster of labels that may hold the answer, with its score so far.
public struct MatchedCluster: Sendable, Equatable {
  /// Number of the cluster, a parent of the tree's last level.
  public var cluster: Int

  /// What the ranking stage starts from, in the unit of the post-processor's sum; 0 means no preference.
  public var score: Float

  /// Creates a match.
  public init(cluster: Int, score: Float) {
    self.cluster = cluster
    self.score = score
  }
}

/// The second stage of extreme ranking: which clusters may hold the answer.
public protocol Matcher: Sendable {
  /// The best clusters, best first, at most `width`, among those with a label that the filter allows.
  ///
  /// - Throws: ``InvalidInput`` when the query is wider than the model.
  func match(_ query: SparseVector, keeping width: Int, filter: LabelFilter?) throws -> [MatchedCluster]
}

/// The third stage of extreme ranking: orders the labels of the matched clusters.
public protocol LabelRanker: Sendable {
  /// The best `k` labels of the clusters, best first, ties by smaller label.
  ///
  /// - Throws: ``InvalidInput`` when the query is wider than the model.
  func rank(
    _ query: SparseVector, in clusters: [MatchedCluster], filter: LabelFilter?, k: Int
  ) throws -> RankedLabels
}

/// Extreme ranking put together from a matcher and a ranker of one's choice.
///
/// ``XRLinearModel`` is the fast form of `StagedRanker(matcher: TreeMatcher(model), ranker: LinearLabelRanker(model))`
/// and answers the same; this type is for replacing a stage.
///
///     let staged = StagedRanker(matcher: CentroidMatcher(centres), ranker: LinearLabelRanker(model))
///     let answer = try staged.predict(query, k: 10, width: 20)
public struct StagedRanker: Sendable {
  private let matcher: any Matcher
  private let ranker: any LabelRanker

  /// Puts two stages together.
  public init(matcher: any Matcher, ranker: any LabelRanker) {
    self.matcher = matcher
    self.ranker = ranker
  }

  /// Answers one query from its best `width` clusters.
  ///
  /// - Throws: ``InvalidInput`` when the query is wider than the model.
  public func predict(
    _ query: SparseVector, k: Int, width: Int, filter: LabelFilter? = nil
  ) throws -> RankedLabels {
    guard query.values.contains(where: { $0 != 0 }) else { return RankedLabels(status: .noKnownFeature) }
    let clusters = try matcher.match(query, keeping: width, filter: filter)
    let answer = try ranker.rank(query, in: clusters, filter: filter, k: k)
    return answer.labels.isEmpty && filter != nil ? RankedLabels(status: .filteredOut) : answer
  }
}
