internal import ExtremeRanking
internal import Learning
internal import LinearAlgebra
internal import StoreData

extension ExtremeRankingBenchmark {
  /// Recall of a model whose tree is cut into shards, each query sent to the best of them alone.
  struct Routing {
    let shards: Int
    /// Recall at 10 and at 100 by the number of shards that are asked.
    var recall: [(asked: Int, at10: Double, at100: Double)] = []
  }

  /// Sends every test query to 1, 2, 4, ... and to all shards; each answers with its own beam.
  func routing(_ model: ExtremeRankingModel, shards: Int, on execution: Execution) throws -> Routing {
    let tree = model.trees.members[0]
    let router = ShardRouter(tree, shards: shards)
    let filters = (0..<router.shards).map { shard in
      LabelFilter(tree) { router.shard(ofLabel: $0) == shard }
    }
    let x = try model.textVectorizer().transform(test.entries.map(\.query), on: execution)
    // What each shard answers, the best shard first.
    let answers = try (0..<x.rows).map { row -> [RankedLabels] in
      try execution.cancellation.check()
      let query = x.row(row)
      return try router.route(query, to: router.shards).map { shard in
        try tree.predict(query, PredictionOptions(k: 100, filter: filters[shard]))
      }
    }
    var routing = Routing(shards: router.shards)
    for asked in askedCounts(router.shards) {
      let (sum10, sum100) = zip(test.entries, answers).reduce((0.0, 0.0)) { sums, pair in
        let wanted = Set(pair.0.clicks.filter { $0.weight > 0 }.map(\.product))
        let found = pair.1.prefix(asked).flatMap { zip($0.labels, $0.scores) }
          .sorted { ($0.1, $1.0) > ($1.1, $0.0) }.map { model.name(of: Int($0.0)) }
        func recall(_ depth: Int) -> Double {
          Double(found.prefix(depth).count { wanted.contains($0) }) / Double(max(1, wanted.count))
        }
        return (sums.0 + recall(10), sums.1 + recall(100))
      }
      let count = Double(max(1, test.entries.count))
      routing.recall.append((asked, sum10 / count, sum100 / count))
    }
    return routing
  }

  private func askedCounts(_ shards: Int) -> [Int] {
    var counts: [Int] = []
    var asked = 1
    while asked < shards {
      counts.append(asked)
      asked *= 2
    }
    return counts + [shards]
  }
}
