import Learning
import LinearAlgebra
import Testing

@testable import ExtremeRanking

@Suite struct LabelIntervalTests {
  @Test func `a wide beam within an interval equals leaving out all other labels`() throws {
    let data = TopicData.make(labels: 40, instances: 250)
    let model = try TopicData.deepRecipe.fit(data, on: Execution(threads: 1))
    let spans = LabelSpans(model)
    for query in TopicData.queries(10) {
      let all = try model.predict(query, PredictionOptions(k: 40, beam: 40))
      for interval in [0..<40, 0..<1, 39..<40, 7..<23, 12..<12] {
        var options = PredictionOptions(k: 40, beam: 40)
        options.interval = LabelInterval(spans, interval)
        let found = try model.predict(query, options)
        let expected = zip(all.labels, all.scores).filter { interval.contains(Int($0.0)) }
        #expect(found.labels.sorted() == expected.map(\.0).sorted())
        #expect(Dictionary(zip(found.labels, found.scores)) { $1 } == Dictionary(expected) { $1 })
        options.beam = 1
        #expect(try model.predict(query, options).labels.allSatisfy { interval.contains(Int($0)) })
      }
    }
  }
}
