internal import Glibc

/// How rankings are judged: nDCG, reciprocal rank, recall and precision from graded relevance.
///
///     let metrics = RankingMetrics.homeDepot
///     let query = metrics.measure(["p3", "p1"], judgments: ["p1": 3, "p2": 1.5])
///     query?.ndcg          // 0.63: the only relevant product came second
///
/// K. Jarvelin, J. Kekalainen: "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002, with the
/// discount log2(rank + 1). Documents without judgment have gain 0; the ideal ranking holds all judged ones.
public struct RankingMetrics: Codable, Sendable, Equatable {
  /// How relevance becomes gain.
  public enum Gain: String, Codable, Sendable {
    /// max(relevance - shift, 0)
    case linear
    /// 2^max(relevance - shift, 0) - 1
    case exponential
  }

  /// How relevance becomes gain.
  public var gain = Gain.linear

  /// The relevance that is worth nothing.
  public var shift = 0.0

  /// Documents of at least this relevance count as relevant; queries without any are left out.
  public var relevant = 0.5

  /// How many results nDCG looks at.
  public var ndcgDepth = 10

  /// How many results the reciprocal rank looks at.
  public var reciprocalRankDepth = 100

  /// The depths at which recall and precision are taken, ascending.
  public var depths = [10, 50, 100]

  /// Creates linear metrics without shift.
  public init() {}

  /// Ratings from 1 (irrelevant) to 3 (perfect), averaged over people; relevant from 2.5 on.
  public static var homeDepot: Self {
    var metrics = Self()
    metrics.gain = .exponential
    metrics.shift = 1
    metrics.relevant = 2.5
    return metrics
  }

  /// Ratings from 0 to 3; relevant from 1 on.
  public static var icecat: Self {
    var metrics = Self()
    metrics.relevant = 1
    return metrics
  }

  /// Numbers of clicks; relevant from one click on.
  public static var clicks: Self { icecat }

  /// The gain of a relevance.
  public func gain(of relevance: Double) -> Double {
    let height = max(relevance - shift, 0)
    return gain == .linear ? height : pow(2, height) - 1
  }

  /// What one ranking is worth; nil when no judged document is relevant.
  ///
  /// - Parameters:
  ///   - ranked: documents, best first, none twice.
  ///   - judgments: relevance by document.
  public func measure(_ ranked: [String], judgments: [String: Double]) -> QueryMetrics? {
    let good = judgments.values.count { $0 >= relevant }
    guard good > 0 else { return nil }
    let ideal = Self.discounted(
      judgments.values.map(gain(of:)).sorted(by: >).prefix(ndcgDepth))
    let found = Self.discounted(ranked.prefix(ndcgDepth).map { judgments[$0].map(gain(of:)) ?? 0 })
    let isGood = ranked.prefix(max(reciprocalRankDepth, depths.max() ?? 0)).map {
      judgments[$0].map { $0 >= relevant } ?? false
    }
    let first = isGood.prefix(reciprocalRankDepth).firstIndex(of: true)
    let hits = depths.map { depth in isGood.prefix(depth).count { $0 } }
    return QueryMetrics(
      ndcg: ideal > 0 ? found / ideal : 0, reciprocalRank: first.map { 1 / Double($0 + 1) } ?? 0,
      recall: hits.map { Double($0) / Double(good) },
      precision: zip(hits, depths).map { $1 > 0 ? Double($0) / Double($1) : 0 })
  }

  /// The discounted cumulative gain of gains in the order of a ranking, all of them.
  public static func discounted(_ gains: some Sequence<Double>) -> Double {
    var sum = 0.0
    for (rank, gain) in gains.enumerated() { sum += gain / log2(Double(rank + 2)) }
    return sum
  }
}

/// What one ranking, or the mean of many, is worth.
public struct QueryMetrics: Codable, Sendable, Equatable {
  /// Normalised discounted cumulative gain.
  public var ndcg: Double

  /// One over the rank of the first relevant result; 0 when there is none.
  public var reciprocalRank: Double

  /// Share of the relevant documents found, for each depth.
  public var recall: [Double]

  /// Share of the results that are relevant, for each depth; missing results count as irrelevant.
  public var precision: [Double]

  /// Creates metrics; recall and precision are parallel to the depths they were taken at.
  public init(ndcg: Double, reciprocalRank: Double, recall: [Double], precision: [Double]) {
    self.ndcg = ndcg
    self.reciprocalRank = reciprocalRank
    self.recall = recall
    self.precision = precision
  }
}
