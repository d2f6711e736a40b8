import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import ExtremeRanking

@Suite struct ShardRouterTests {
  /// A tree of three levels over topics of labels.
  private static let learned = Result {
    let data = TopicData.make(labels: 250, instances: 900)
    return (data, try TopicData.deepRecipe.fit(data))
  }

  @Test(arguments: [1, 2, 5, 16])
  func `every label has one shard and shards are about as large`(shards: Int) throws {
    let (data, model) = try Self.learned.get()
    let router = ShardRouter(model, shards: shards)
    var sizes = [Int](repeating: 0, count: router.shards)
    for label in 0..<data.labels.columns { sizes[router.shard(ofLabel: label)] += 1 }
    #expect(router.shards == shards && sizes.reduce(0, +) == data.labels.columns)
    let fair = Double(data.labels.columns) / Double(shards)
    #expect(sizes.allSatisfy { Double($0) > fair / 2 && Double($0) < 2 * fair })
  }

  @Test func `all shards together answer what the whole tree answers`() throws {
    let (data, model) = try Self.learned.get()
    let router = ShardRouter(model, shards: 5)
    let wide = PredictionOptions(k: 10, beam: 1000)
    for row in 0..<40 {
      let query = data.instances.row(row)
      #expect(Set(try router.route(query, to: 5)) == Set(0..<5))
      var found: [(label: Int32, score: Float)] = []
      for shard in 0..<5 {
        var options = wide
        options.filter = LabelFilter(model) { router.shard(ofLabel: $0) == shard }
        let answer = try model.predict(query, options)
        #expect(answer.labels.allSatisfy { router.shard(ofLabel: Int($0)) == shard })
        found += zip(answer.labels, answer.scores).map { ($0, $1) }
      }
      let whole = try model.predict(query, wide)
      found.sort { ($0.score, $1.label) > ($1.score, $0.label) }
      #expect(found.prefix(10).map(\.score) == whole.scores)
    }
  }

  @Test func `the best shard holds the best label more often than chance`() throws {
    let (data, model) = try Self.learned.get()
    let router = ShardRouter(model, shards: 5)
    let hits = try (0..<100).count { row in
      let query = data.instances.row(row)
      guard let best = try model.predict(query, PredictionOptions(k: 1)).labels.first else { return false }
      return try router.route(query, to: 1) == [router.shard(ofLabel: Int(best))]
    }
    #expect(hits > 80)
  }

  @Test func `a query wider than the model is refused`() throws {
    let (_, model) = try Self.learned.get()
    #expect(throws: InvalidInput.self) {
      try ShardRouter(model, shards: 2).route(SparseVector(indices: [4000], values: [1]), to: 1)
    }
  }
}
