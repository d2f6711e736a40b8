import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import ExtremeRanking

@Suite struct XRLinearSearchTests {
  let data = TopicData.make(labels: 90, instances: 500)
  let model: XRLinearModel
  let queries = TopicData.queries(200)

  init() throws {
    model = try TopicData.deepRecipe.fit(data)
  }

  /// Scores of all labels from the weights themselves, without beam, chunks or hashing.
  private func bruteForce(_ query: SparseVector, _ post: PostProcessor) throws -> [Float] {
    var scores: [Float] = [0]
    for level in 0..<model.tree.depth {
      var next: [Float] = []
      let parents = model.tree.parents(level: level)
      for (chunk, range) in model.chunkRanges(level: level).enumerated() {
        for (node, child) in zip(range, try model.levels[level].columns(of: chunk, range)) {
          let parent = Int(parents[node])
          let weights = Dictionary(uniqueKeysWithValues: child.weights.map { ($0.feature, $0.value) })
          let v = zip(query.indices, query.values).reduce(child.bias) { $0 + (weights[$1.0] ?? 0) * $1.1 }
          var term = [v]
          term.withUnsafeMutableBufferPointer { post.replaceByTerms($0) }
          next.append((post.accumulates ? scores[parent] : 0) + term[0])
        }
      }
      scores = next
    }
    var byLabel = [Float](repeating: 0, count: model.labelCount)
    for (position, label) in model.tree.labels.enumerated() {
      byLabel[Int(label)] = post.score(scores[position])
    }
    return byLabel
  }

  @Test func `the tree has several levels`() {
    #expect(model.tree.depth >= 3)
  }

  @Test(arguments: PostProcessor.allCases)
  func `a beam as wide as the tree equals exhaustive search`(post: PostProcessor) throws {
    for query in queries.prefix(60) where !query.isEmpty {
      let answer = try model.predict(query, PredictionOptions(k: 90, beam: 90, postProcessor: post))
      let expected = try bruteForce(query, post)
      #expect(answer.labels.count == 90)
      for (label, score) in zip(answer.labels, answer.scores) {
        #expect(abs(score - expected[Int(label)]) <= 1e-5 * max(1, abs(score)))
      }
      for (a, b) in zip(answer.scores, answer.scores.dropFirst()) { #expect(a >= b) }
    }
  }

  @Test(arguments: [1, 3, 10])
  func `a batch gives the answers of single calls bit for bit`(beam: Int) throws {
    let options = PredictionOptions(k: 7, beam: beam)
    let matrix = SparseMatrix(queries, columns: model.featureCount)
    for threads in [1, 2] {
      let batch = try model.predict(matrix, options, on: Execution(threads: threads))
      #expect(batch == (try queries.map { try model.predict($0, options) }))
    }
  }

  @Test func `recall against exhaustive search does not fall when the beam grows`() throws {
    var last = 0.0
    for beam in [1, 2, 4, 8, 16, 32] {
      var found = 0
      for query in queries where !query.isEmpty {
        let best = Set(try model.predict(query, PredictionOptions(k: 5, beam: 90)).labels)
        found += best.intersection(try model.predict(query, PredictionOptions(k: 5, beam: beam)).labels).count
      }
      #expect(Double(found) >= last)
      last = Double(found)
    }
  }

  @Test func `scores of given labels are those of exhaustive search`() throws {
    let wanted = [3, 77, 12, 3, 0]
    for query in queries.prefix(40) {
      let scores = try model.score(query, labels: wanted)
      if query.isEmpty {
        #expect(scores == [])
        continue
      }
      let all = try model.predict(query, PredictionOptions(k: 90, beam: 90))
      let byLabel = Dictionary(uniqueKeysWithValues: zip(all.labels.map { Int($0) }, all.scores))
      #expect(scores == wanted.map { byLabel[$0]! })
    }
  }

  @Test func `a query without a known feature returns no label`() throws {
    #expect(try model.predict(SparseVector()) == RankedLabels(status: .noKnownFeature))
    #expect(try model.predict(SparseVector(indices: [4], values: [0])).status == .noKnownFeature)
  }

  @Test func `a query wider than the model is refused with both widths`() {
    #expect(
      throws: InvalidInput(
        "query", given: "feature 120", expected: "features below 120",
        advice: "Vectorise the query with the vectoriser that the model was trained with.")
    ) { try model.predict(SparseVector(indices: [120], values: [1])) }
    #expect(throws: InvalidInput("query", given: "1 values NaN or infinite", expected: "finite values")) {
      try model.predict(SparseVector(indices: [2], values: [.nan]))
    }
    #expect(throws: InvalidInput("k", given: 0, expected: "1 or more")) {
      try model.predict(queries[5], PredictionOptions(k: 0))
    }
  }

  @Test func `a filtered search with a wide beam is exhaustive search with the others taken out`() throws {
    var generator = SeededGenerator(seed: 4)
    for query in queries where !query.isEmpty {
      let share = generator.uniform()
      let allowed = Set((0..<90).filter { _ in generator.uniform() < share })
      var options = PredictionOptions(k: 8, beam: 90)
      let all = try model.predict(query, PredictionOptions(k: 90, beam: 90))
      options.filter = LabelFilter(model.tree) { allowed.contains($0) }
      let expected = all.labels.filter { allowed.contains(Int($0)) }.prefix(8)
      #expect(try model.predict(query, options).labels == Array(expected))
      options.beam = 1
      let narrow = try model.predict(query, options)
      #expect(narrow.labels.allSatisfy { allowed.contains(Int($0)) })
      #expect(narrow.labels.count == min(8, allowed.count))
      #expect(narrow.status == (allowed.isEmpty ? .filteredOut : .ok))
    }
  }

  @Test func `a hundred thousand random filters never let a label through`() throws {
    var generator = SeededGenerator(seed: 9)
    var scratch = XRLinearModel.Scratch()
    let usable = queries.filter { !$0.isEmpty }
    for round in 0..<(100_000 / 20) {
      let modulus = 2 + generator.integer(below: 9)
      let filter = LabelFilter(model.tree) { $0 % modulus == round % modulus }
      for i in 0..<20 {
        var options = PredictionOptions(k: 5, beam: 2)
        options.filter = filter
        let answer = try model.predict(usable[(round * 20 + i) % usable.count], options, scratch: &scratch)
        if !answer.labels.allSatisfy({ Int($0) % modulus == round % modulus }) || answer.labels.count != 5 {
          Issue.record("round \(round), modulus \(modulus): \(answer.labels)")
        }
      }
    }
  }

  @Test func `stages put together answer as the model does`() throws {
    let staged = StagedRanker(matcher: TreeMatcher(model), ranker: LinearLabelRanker(model))
    for query in queries.prefix(80) {
      #expect(
        try staged.predict(query, k: 6, width: 4) == model.predict(query, PredictionOptions(k: 6, beam: 4)))
    }
  }

  @Test func `other stages find the label whose own embedding is asked for`() throws {
    let z = try StandardLabelEmbedding.pifa.embed(data, on: Execution(threads: 1))
    let centroid = StagedRanker(
      matcher: AllClusters(model.tree), ranker: CentroidLabelRanker(z, tree: model.tree))
    let matched = StagedRanker(
      matcher: CentroidMatcher(z, tree: model.tree),
      ranker: MixtureLabelRanker(CentroidLabelRanker(z, tree: model.tree), LinearLabelRanker(model), share: 1)
    )
    for label in 0..<90 {
      let query = z.row(label)
      let exact = try centroid.predict(query, k: 90, width: 90)
      let best = (0..<90).max { z.dot(row: $0, query) < z.dot(row: $1, query) }!
      #expect(z.dot(row: Int(exact.labels[0]), query) == z.dot(row: best, query))
      #expect(try matched.predict(query, k: 3, width: 90).labels == Array(exact.labels.prefix(3)))
    }
    #expect(try centroid.predict(SparseVector(), k: 3, width: 3).status == .noKnownFeature)
  }

  @Test func `an ensemble of one is its member and of two the mean`() throws {
    var other = TopicData.deepRecipe
    other.seed = 9
    let second = try other.fit(data)
    #expect(try XRLinearEnsemble([model]).predict(queries[7]) == model.predict(queries[7]))
    let both = try XRLinearEnsemble([model, second])
    let options = PredictionOptions(k: 90, beam: 90)
    let (a, b, mean) = (
      try model.predict(queries[8], options), try second.predict(queries[8], options),
      try both.predict(queries[8], options)
    )
    let first = Dictionary(uniqueKeysWithValues: zip(a.labels, a.scores))
    let last = Dictionary(uniqueKeysWithValues: zip(b.labels, b.scores))
    for (label, score) in zip(mean.labels, mean.scores) {
      #expect(abs(score - (first[label]! + last[label]!) / 2) <= 1e-6)
    }
    #expect(throws: InvalidInput.self) { try XRLinearEnsemble([]) }
  }
}
