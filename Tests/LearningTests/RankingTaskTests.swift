import Learning
import Probability
import Testing

/// Judgments and runs drawn by SplitMix64, for which independent scripts in Python gave the frozen figures below.
private struct GeneratedRuns {
  var test: [JudgedQuery] = []
  var train: [JudgedQuery] = []
  var run: [String: [ScoredDocument]] = [:]
  var baseline: [String: [ScoredDocument]] = [:]
  let catalogue = (0..<300).map { "p\($0)" }

  init() {
    var source = SplitMix64(state: 7)
    func draw(_ bound: UInt64) -> Int { Int(source.next() % bound) }
    func judged(_ count: Int, _ prefix: String) -> [JudgedQuery] {
      (0..<count).map { number in
        let judgments = (0..<(3 + draw(6))).map { _ in
          (document: catalogue[draw(300)], relevance: 1 + Double(draw(7)) / 3)
        }
        return JudgedQuery(id: "\(prefix)\(number)", text: "làmp \(number) \(prefix)", judgments: judgments)
      }
    }
    test = judged(40, "q")
    train = judged(60, "t")
    for name in ["run", "baseline"] {
      for query in test {
        let scores = catalogue.map {
          ScoredDocument($0, Double(draw(50) + Int(10 * query.relevance[$0, default: 0])))
        }
        if name == "run" { run[query.id] = scores } else { baseline[query.id] = scores }
      }
    }
  }

  func task(_ metrics: RankingMetrics, _ documents: RankingProtocol) -> RankingTask {
    RankingTask(queries: test, metrics: metrics, documents: documents, catalogue: catalogue, training: train)
  }
}

private func rounded(_ value: Double) -> Double { (value * 10_000).rounded(.toNearestOrEven) / 10_000 }

@Suite struct RankingTaskTests {
  struct Frozen: Sendable {
    let preset: String
    let documents: RankingProtocol
    /// ndcg@10, mrr, recall@10, recall@50, recall@100
    let figures: [Double]
    let queries: Int
    /// nDCG difference and its interval in another generator's draws
    let difference: [Double]
  }

  static let frozen: [Frozen] = [
    Frozen(
      preset: "homedepot", documents: .judged, figures: [0.9089, 0.8485, 1, 1, 1], queries: 33,
      difference: [-0.0006, -0.0574, 0.0492]),
    Frozen(
      preset: "homedepot", documents: .judgedAndRandom, figures: [0.6519, 0.7863, 0.6808, 0.9798, 1],
      queries: 33,
      difference: [-0.0597, -0.1952, 0.0666]),
    Frozen(
      preset: "homedepot", documents: .catalogue, figures: [0.6209, 0.7783, 0.6152, 0.7828, 0.8939],
      queries: 33,
      difference: [-0.0633, -0.1953, 0.0592]),
    Frozen(
      preset: "homedepot", documents: .trained, figures: [0.6961, 0.7487, 0.7843, 0.9706, 1], queries: 17,
      difference: [0.027, -0.2088, 0.2498]),
    Frozen(
      preset: "homedepot", documents: .exposureMatched, figures: [0.6563, 0.7879, 0.696, 0.9798, 1],
      queries: 33,
      difference: [-0.0538, -0.19, 0.0735]),
    Frozen(
      preset: "icecat", documents: .judgedAndRandom, figures: [0.635, 0.952, 0.5178, 0.8668, 1], queries: 40,
      difference: [-0.0506, -0.1459, 0.0431]),
    Frozen(
      preset: "icecat", documents: .catalogue, figures: [0.6026, 0.9505, 0.4628, 0.6216, 0.7365], queries: 40,
      difference: [-0.0313, -0.1278, 0.065]),
    Frozen(
      preset: "icecat", documents: .trained, figures: [0.5134, 0.6483, 0.5068, 0.8423, 1], queries: 37,
      difference: [0.0511, -0.0877, 0.1945]),
    Frozen(
      preset: "icecat", documents: .exposureMatched, figures: [0.641, 0.9522, 0.5338, 0.8711, 1], queries: 40,
      difference: [-0.039, -0.1362, 0.0563]),
  ]

  @Test(arguments: frozen)
  func `figures equal those of the independent scorer digit for digit`(_ frozen: Frozen) throws {
    let data = GeneratedRuns()
    let task = data.task(frozen.preset == "icecat" ? .icecat : .homeDepot, frozen.documents)
    let ours = try task.evaluate(data.run)
    let figures = [ours.mean.ndcg, ours.mean.reciprocalRank] + ours.mean.recall
    #expect(figures.map(rounded) == frozen.figures)
    #expect(ours.queries.count == frozen.queries)
    #expect(ours.recall(at: 50) == ours.mean.recall[1])
    #expect(ours.recall(at: 7) == nil)

    let difference = try #require(ours.difference(from: task.evaluate(data.baseline)))
    #expect(rounded(difference.estimate) == frozen.difference[0])
    // Other random draws: the ends agree within the sampling error of 10,000 draws.
    #expect(abs(difference.low - frozen.difference[1]) < 0.006)
    #expect(abs(difference.high - frozen.difference[2]) < 0.006)
  }

  @Test func `pools equal those of the independent scorer byte for byte`() {
    let pools = GeneratedRuns().task(.homeDepot, .exposureMatched).pools()
    let text = pools.flatMap { pool in pool.documents.map { "\(pool.query.id)\t\($0)\n" } }.joined()
    #expect(StableHash.fnv1a64(text) == 0x2B94_BA05_B334_EB32)
  }

  @Test func `equal scores are ordered by hash and not by the order given`() {
    let query = JudgedQuery(id: "1", text: "lamp", judgments: [])
    let documents = (0..<50).map { ScoredDocument("d\($0)", 1) }
    let order = query.ordering(documents)
    #expect(order == query.ordering(documents.reversed()))
    #expect(order != documents.map(\.document))
    #expect(order != JudgedQuery(id: "1", text: "lamps", judgments: []).ordering(documents))
  }

  @Test func `a score that is not a number comes last and the last of two scores counts`() {
    let query = JudgedQuery(id: "1", text: "lamp", judgments: [])
    let run = [
      ScoredDocument("a", .nan), ScoredDocument("b", -5), ScoredDocument("c", 9), ScoredDocument("c", -9),
    ]
    #expect(query.ordering(run) == ["b", "c", "a"])
  }

  @Test func `a missing pool document is an error that counts them`() {
    var data = GeneratedRuns()
    data.run["q0"]?.removeAll { $0.document == data.test[0].documents[0] }
    #expect {
      try data.task(.icecat, .judgedAndRandom).evaluate(data.run)
    } throws: { error in
      "\(error)"
        == "run: given 1 documents of the pools without a score, expected a score for each. Order every document of the pools."
    }
  }

  @Test func `a catalogue smaller than a pool ends the drawing`() {
    let query = JudgedQuery(id: "1", text: "lamp", judgments: [("a", 3), ("b", 1)])
    for documents in [RankingProtocol.judgedAndRandom, .exposureMatched] {
      let task = RankingTask(
        queries: [query], metrics: .homeDepot, documents: documents, catalogue: ["a", "b", "c", "d"],
        training: [JudgedQuery(id: "t", text: "t", judgments: [("c", 3)])])
      let members = Set(task.pools()[0].documents)
      #expect(members.isSuperset(of: ["a", "b"]) && members.isSubset(of: ["a", "b", "c", "d"]))
    }
  }

  @Test func `queries that are not in the run found nothing`() throws {
    let query = JudgedQuery(id: "1", text: "lamp", judgments: [("a", 3)])
    let evaluation = try RankingTask(queries: [query], metrics: .homeDepot).evaluate([:])
    #expect(evaluation.mean.ndcg == 0)
    #expect(evaluation.queries.count == 1)
    let none = try RankingTask(queries: [], metrics: .homeDepot).evaluate([:])
    #expect(none.interval() == nil)
    #expect(none.mean.recall == [0, 0, 0])
  }

  @Test func `the FNV-1a hash of a known text`() {
    #expect(StableHash.fnv1a64("") == 0xCBF2_9CE4_8422_2325)
    #expect(StableHash.fnv1a64("lamp é") == 0x34A9_81EE_91E6_B5DD)
  }
}
