public import Probability

/// What a ranker reached on a set of judged queries.
public struct RankingEvaluation: Sendable {
  /// The depths of recall and precision.
  public let depths: [Int]

  /// The counted queries, in the order of the judgments, with what each ranking is worth.
  public let queries: [(id: String, metrics: QueryMetrics)]

  /// The means over all counted queries; zeros when there are none.
  public let mean: QueryMetrics

  init(depths: [Int], queries: [(id: String, metrics: QueryMetrics)]) {
    self.depths = depths
    self.queries = queries
    let count = Double(max(1, queries.count))
    func mean(_ value: (QueryMetrics) -> Double) -> Double {
      queries.reduce(0) { $0 + value($1.metrics) } / count
    }
    self.mean = QueryMetrics(
      ndcg: mean(\.ndcg), reciprocalRank: mean(\.reciprocalRank),
      recall: depths.indices.map { depth in mean { $0.recall[depth] } },
      precision: depths.indices.map { depth in mean { $0.precision[depth] } })
  }

  /// Mean recall at one of the depths; nil for any other.
  public func recall(at depth: Int) -> Double? {
    depths.firstIndex(of: depth).map { mean.recall[$0] }
  }

  /// Bootstrap interval of a mean; nil without counted queries.
  public func interval(
    of value: (QueryMetrics) -> Double = { $0.ndcg }, bootstrap: Bootstrap = Bootstrap()
  ) -> ConfidenceInterval? {
    bootstrap.mean(of: queries.map { value($0.metrics) })
  }

  /// Paired bootstrap interval of this ranker's mean minus a baseline's, over the queries counted in both.
  ///
  /// - Returns: nil when no query is counted in both.
  public func difference(
    from baseline: RankingEvaluation, of value: (QueryMetrics) -> Double = { $0.ndcg },
    bootstrap: Bootstrap = Bootstrap()
  ) -> ConfidenceInterval? {
    let theirs = Dictionary(baseline.queries.map { ($0.id, value($0.metrics)) }, uniquingKeysWith: { $1 })
    let pairs = queries.compactMap { query in theirs[query.id].map { (value(query.metrics), $0) } }
    return bootstrap.meanDifference(pairs.map(\.0), minus: pairs.map(\.1))
  }
}
