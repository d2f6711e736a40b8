import Learning
import Testing

@Suite struct RankingMetricsTests {
  @Test func `a hand-computed ranking gives the hand-computed figures`() throws {
    // Gains 2^(3-1)-1 = 3 and 2^0.5-1; the relevant document is second.
    let metrics = try #require(
      RankingMetrics.homeDepot.measure(["b", "a", "x"], judgments: ["a": 3, "b": 1.5]))
    let low = 0.41421356237309515
    #expect(abs(metrics.ndcg - (low + 3 / 1.5849625007211562) / (3 + low / 1.5849625007211562)) < 1e-12)
    #expect(metrics.reciprocalRank == 0.5)
    #expect(metrics.recall == [1, 1, 1])
    #expect(metrics.precision == [0.1, 0.02, 0.01])
  }

  @Test func `the ideal ranking is worth 1 and an empty one 0`() throws {
    let judgments = ["a": 3.0, "b": 2, "c": 1]
    #expect(RankingMetrics.icecat.measure(["a", "b", "c"], judgments: judgments)?.ndcg == 1)
    let empty = try #require(RankingMetrics.icecat.measure([], judgments: judgments))
    #expect(empty == QueryMetrics(ndcg: 0, reciprocalRank: 0, recall: [0, 0, 0], precision: [0, 0, 0]))
  }

  @Test func `a query without relevant documents is not counted`() {
    #expect(RankingMetrics.homeDepot.measure(["a"], judgments: ["a": 2.33]) == nil)
    #expect(RankingMetrics.homeDepot.measure(["a"], judgments: [:]) == nil)
  }

  @Test func `documents behind the depths change nothing`() {
    var metrics = RankingMetrics.clicks
    metrics.depths = [2]
    metrics.reciprocalRankDepth = 1
    metrics.ndcgDepth = 1
    let measured = metrics.measure(["x", "y", "a"], judgments: ["a": 1])
    #expect(measured == QueryMetrics(ndcg: 0, reciprocalRank: 0, recall: [0], precision: [0]))
  }

  @Test func `linear gain is cut at the shift`() {
    var metrics = RankingMetrics()
    metrics.shift = 1
    #expect(metrics.gain(of: 0.5) == 0)
    #expect(metrics.gain(of: 3) == 2)
    metrics.gain = .exponential
    #expect(metrics.gain(of: 3) == 3)
  }

  @Test func `metrics survive JSON`() throws {
    let value = try JSONValue(encoding: RankingMetrics.homeDepot)
    #expect(try value.decoded(as: RankingMetrics.self) == .homeDepot)
  }
}
