import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import ExtremeRanking

/// New labels of the same topics, each with a text and some with queries and pairs.
enum NewTopics {
  static func make(_ count: Int, features: Int = 120, seed: UInt64 = 5) -> [NewLabel] {
    var generator = SeededGenerator(seed: seed)
    func row(_ size: Int) -> SparseVector {
      let indices = Set((0..<size).map { _ in Int32(generator.integer(below: features)) }).sorted()
      var row = SparseVector(indices: indices, values: indices.map { _ in Float(generator.uniform() + 0.1) })
      row.normalize()
      return row
    }
    return (0..<count).map { i in
      NewLabel(
        text: row(6), queries: (0..<(i % 3)).map { _ in row(3) }, pairs: (0..<(i % 4)).map { _ in row(2) })
    }
  }
}

@Suite struct InsertionTests {
  let model: XRLinearModel
  let queries = TopicData.queries(120)
  /// Enough for every leaf of five to pass the size at which it is split.
  let labels = NewTopics.make(60)

  init() throws {
    model = try TopicData.deepRecipe.fit(TopicData.make(labels: 90, instances: 500))
  }

  /// Scores of all labels that are not removed, by label, as an exhaustive search finds them.
  private func scores(_ model: XRLinearModel, _ query: SparseVector) throws -> [Int32: Float] {
    let answer = try model.predict(query, PredictionOptions(k: 1000, beam: 1000))
    return Dictionary(uniqueKeysWithValues: zip(answer.labels, answer.scores))
  }

  @Test(arguments: WeightFormat.allCases)
  func `scores of all other labels stay bit for bit`(format: WeightFormat) throws {
    let model = try model.converted(to: format)
    let grown = try model.inserting(labels)
    #expect(grown.labelCount == 150 && model.labelCount == 90)
    for query in queries {
      let (before, after) = (try scores(model, query), try scores(grown, query))
      #expect(after.filter { $0.key < 90 } == before)
      if !query.isEmpty {
        #expect(after.count == 150)
        #expect(try grown.score(query, labels: [3, 77]) == model.score(query, labels: [3, 77]))
        let expected = [after[149]!, after[90]!]
        #expect(try grown.score(query, labels: [149, 90]) == expected)
      }
    }
  }

  @Test func `labels one by one are the same as all at once, on any number of threads`() throws {
    let options = Execution(threads: 1)
    let once = try model.inserting(labels, on: options)
    let threads = try model.inserting(labels, on: Execution(threads: 4))
    var single = model
    for label in labels { single = try single.inserting([label]) }
    var merged = model
    for label in labels { merged = try merged.inserting([label]).merging() }
    for query in queries {
      let expected = try scores(once, query)
      #expect(try scores(threads, query) == expected)
      #expect(try scores(single, query) == expected)
    }
    let (a, b) = (try once.merging(), try single.merging())
    #expect(a.tree == b.tree && a.levels == b.levels && a.vectors == b.vectors)
    #expect(merged.labelCount == 150)
  }

  @Test(arguments: WeightFormat.allCases)
  func `a merge answers as the model before and keeps its clusters small`(format: WeightFormat) throws {
    let changed = try model.converted(to: format).inserting(labels).removing([4, 17, 95, 140])
    let merged = try changed.merging()
    #expect(!merged.hasChanges && merged.labelCount == 150 && merged.liveLabelCount == 146)
    for query in queries { #expect(try scores(merged, query) == scores(changed, query)) }
    let last = merged.tree.depth - 1
    let sizes = (0..<merged.tree.parentCount(level: last)).map {
      merged.tree.children(of: $0, level: last).count { !merged.isRemoved(Int(merged.tree.labels[$0])) }
    }
    #expect(sizes.max()! <= 10)
    #expect(merged.tree.parentCount(level: last) > model.tree.parentCount(level: last))
    #expect(merged.tree.labels.sorted() == Array(Int32(0)..<150))
    let again = try merged.inserting(NewTopics.make(5, seed: 8))
    for query in queries {
      #expect(try scores(again, query).filter { $0.key < 150 } == scores(merged, query))
    }
  }

  @Test func `without splits a narrow beam finds the same before and after a merge`() throws {
    var recipe = TopicData.deepRecipe
    recipe.clustering.maximumLeafSize = 6
    let model = try recipe.fit(TopicData.make(labels: 90, instances: 500))
    let changed = try model.inserting(NewTopics.make(12)).removing([1, 2, 3, 91])
    let merged = try changed.merging()
    #expect(merged.tree.parentCount(level: 2) == model.tree.parentCount(level: 2))
    for query in queries {
      for beam in [1, 2, 5] {
        let options = PredictionOptions(k: 9, beam: beam)
        #expect(try merged.predict(query, options) == changed.predict(query, options))
      }
    }
  }

  @Test func `the order of insertion, merge and removal does not matter`() throws {
    let (first, rest) = (Array(labels[..<8]), Array(labels[8..<12]))
    let a = try model.inserting(first).merging().inserting(rest).merging()
    let b = try model.inserting(first + rest).merging()
    #expect(a.tree == b.tree && a.levels == b.levels && a.vectors == b.vectors)
    let c = try model.inserting(first).removing([3, 92]).merging().inserting(rest).merging()
    let d = try model.inserting(first).removing([3]).removing([92, 3]).inserting(rest).merging()
    #expect(c.tree == d.tree && c.levels == d.levels && c.vectors == d.vectors)
    #expect(c.changes.removed == d.changes.removed)
  }

  @Test func `a removed label is never answered, whatever the filter and the beam`() throws {
    var generator = SeededGenerator(seed: 3)
    let grown = try model.inserting(labels)
    let early = LabelFilter(grown) { $0 % 2 == 0 }
    var current = grown
    var left = Set(0..<150)
    while !left.isEmpty {
      let gone = (0..<10).map { _ in left.randomElement(using: &generator)! }
      left.subtract(gone)
      current = try current.removing(gone)
      let late = LabelFilter(current) { $0 % 2 == 0 }
      for query in queries.prefix(40) where !query.isEmpty {
        for beam in [1, 150] {
          let all = try current.predict(query, PredictionOptions(k: 150, beam: beam))
          #expect(all.labels.allSatisfy { left.contains(Int($0)) })
          if beam == 150 { #expect(Set(all.labels.map { Int($0) }) == left) }
          #expect(all.status == (left.isEmpty ? .filteredOut : .ok))
          for filter in [early, late] {
            let even = try current.predict(query, PredictionOptions(k: 150, beam: beam, filter: filter))
            let expected = left.filter { $0 % 2 == 0 }
            #expect(Set(even.labels.map { Int($0) }) == expected)
          }
        }
      }
    }
    #expect(try current.merging().inserting([labels[0]]).predict(labels[0].text).labels == [150])
  }

  @Test func `filters see labels that were added`() throws {
    let grown = try model.inserting(labels)
    for query in queries where !query.isEmpty {
      let all = try grown.predict(query, PredictionOptions(k: 150, beam: 150)).labels
      for modulus in [2, 7, 50] {
        let filter = LabelFilter(grown) { $0 % modulus == 1 }
        for beam in [1, 150] {
          let answer = try grown.predict(query, PredictionOptions(k: 5, beam: beam, filter: filter))
          #expect(answer.labels.allSatisfy { Int($0) % modulus == 1 })
          #expect(answer.labels.count == min(5, filter.allowedCount))
          let best = all.filter { Int($0) % modulus == 1 }.prefix(5)
          if beam == 150 { #expect(answer.labels == Array(best)) }
        }
      }
      let added = LabelFilter(grown) { $0 == 120 }
      #expect(
        try grown.predict(query, PredictionOptions(k: 5, beam: 1, filter: added)).labels == [120])
    }
    #expect(
      throws: InvalidInput(
        "filter", given: "one of 90 labels", expected: "one of 150 as the model's tree",
        advice: "Make the filter again from this model.")
    ) {
      try grown.merging().predict(
        queries[5], PredictionOptions(k: 1, filter: LabelFilter(model) { _ in true }))
    }
  }

  @Test func `a batch with added and removed labels is single calls`() throws {
    let changed = try model.inserting(labels).removing([5, 6, 100])
    let options = PredictionOptions(k: 7, beam: 3)
    let matrix = SparseMatrix(queries, columns: model.featureCount)
    let batch = try changed.predict(matrix, options, on: Execution(threads: 2))
    #expect(batch == (try queries.map { try changed.predict($0, options) }))
    let staged = StagedRanker(matcher: TreeMatcher(changed), ranker: LinearLabelRanker(changed))
    for query in queries {
      #expect(try staged.predict(query, k: 7, width: 3) == changed.predict(query, options))
    }
  }

  @Test func `pruning and formats reach added labels as they do merged ones`() throws {
    let changed = try model.inserting(labels).removing([5, 100])
    let pruning = Pruning(threshold: 0.3)
    let (a, b) = (try changed.pruned(pruning).merging(), try changed.merging().pruned(pruning))
    #expect(a.levels == b.levels)
    for format in WeightFormat.allCases {
      let (a, b) = (try changed.converted(to: format), try changed.merging().converted(to: format))
      #expect(try a.merging().levels == b.levels)
      for query in queries.prefix(40) { #expect(try scores(a, query) == scores(b, query)) }
    }
  }

  @Test func `an ensemble takes filters of added labels`() throws {
    var other = TopicData.deepRecipe
    other.seed = 4
    let second = try other.fit(TopicData.make(labels: 90, instances: 500))
    let both = try XRLinearEnsemble([model.inserting(labels), second.inserting(labels)])
    let filter = LabelFilter(both.members[0]) { $0 >= 100 && $0 % 3 == 0 }
    let expected: Set<Int32> = [
      102, 105, 108, 111, 114, 117, 120, 123, 126, 129, 132, 135, 138, 141, 144, 147,
    ]
    for query in queries where !query.isEmpty {
      let answer = try both.predict(query, PredictionOptions(k: 30, beam: 150, filter: filter))
      #expect(Set(answer.labels) == expected)
    }
  }

  @Test func `a flat tree grows too`() throws {
    let flat = try XRLinear().fit(TopicData.make(labels: 20, instances: 100))
    #expect(flat.tree.depth == 1)
    let grown = try flat.inserting(labels)
    for query in queries where !query.isEmpty {
      #expect(try scores(grown, query).filter { $0.key < 20 } == scores(flat, query))
      #expect(try scores(grown.merging(), query) == scores(grown, query))
    }
    let many = try flat.inserting(NewTopics.make(300)).merging()
    #expect(many.labelCount == 320 && many.tree.depth == 1)
  }

  @Test func `an archive and a PECOS folder hold what came and went`() throws {
    let changed = try model.inserting(labels).removing([5, 100])
    try withTemporaryFolder { folder in
      try changed.write(to: folder + "/model")
      let read = try XRLinearModel(contentsOf: folder + "/model")
      #expect(read.acceptsLabels && !read.hasChanges && read.liveLabelCount == 148)
      for query in queries { #expect(try scores(read, query) == scores(changed, query)) }
      let more = NewTopics.make(3, seed: 9)
      let (a, b) = (try read.inserting(more), try changed.merging().inserting(more))
      for query in queries { #expect(try scores(a, query) == scores(b, query)) }

      try changed.write(pecosFolder: folder + "/pecos")
      let pecos = try XRLinearModel(pecosFolder: folder + "/pecos")
      #expect(pecos.labelCount == 150 && !pecos.acceptsLabels)
      for query in queries where !query.isEmpty {
        let found = try pecos.predict(query, PredictionOptions(k: 150, beam: 150))
        let expected = try scores(changed, query)
        let last = Array(found.scores.suffix(2))
        #expect(last == [Float(0), Float(0)])
        for (label, score) in zip(found.labels, found.scores) where label != 5 && label != 100 {
          let other: Float = expected[label]!
          #expect(score == other)
        }
      }
    }
  }
}

/// Labels and models that cannot be.
@Suite struct InsertionRefusalTests {
  @Test func `everything wrong with new labels is told at once`() throws {
    let model = try TopicData.deepRecipe.fit(TopicData.make(labels: 20, instances: 90))
    var recipe = LabelInsertionRecipe()
    (recipe.textCost, recipe.queryCost, recipe.pairCost, recipe.beam) = (0, .nan, -1, 0)
    let text = SparseVector(indices: [1], values: [1])
    let problem = #expect(throws: InvalidInput.self) {
      try model.inserting(
        [
          NewLabel(text: SparseVector()), NewLabel(text: SparseVector(indices: [120], values: [1])),
          NewLabel(text: text, queries: [SparseVector(indices: [3], values: [.infinity])]),
        ], recipe)
    }
    let told: [String] = [
      "textCost: given 0.0, expected a positive number", "queryCost: given nan, expected a positive number",
      "pairCost: given -1.0, expected 0 or more", "beam: given 0, expected 1 to 100000",
      "new label 0: given a text without a known feature, expected a text with one. Keyword search alone can find it"
        + " until the model is trained again.",
      "new label 1: given feature 120, expected features below 120. Vectorise its texts with the vectoriser that the"
        + " model was trained with.",
      "new label 2: given 1 values NaN or infinite, expected finite values",
    ]
    #expect(problem?.violations.map(\.description) == told)
  }

  @Test func `a model without the vectors of its labels refuses new ones`() throws {
    let data = TopicData.make(labels: 20, instances: 90)
    let trained = try TopicData.deepRecipe.fit(data)
    let model = try TopicData.deepRecipe.fit(data, tree: trained.tree, on: Execution(threads: 1))
    let text = NewLabel(text: SparseVector(indices: [1], values: [1]))
    #expect(
      throws: InvalidInput(
        "model", given: "one without the vectors of its labels",
        expected: "one that keeps them, as training writes it", advice: "Train the model again.")
    ) { try model.inserting([text]) }
    let z = try StandardLabelEmbedding.pifa.embed(data, on: Execution(threads: 1))
    let grown = try model.keeping(z).inserting([text])
    let query = SparseVector(indices: [1, 2], values: [0.8, 0.6])
    #expect(try grown.predict(query) == trained.inserting([text]).predict(query))
    #expect(throws: InvalidInput("vectors", given: "20 x 5", expected: "20 x 120")) {
      try model.keeping(SparseMatrix.Builder(columns: 5).matrix(rows: 20))
    }
    // Removing needs no vectors.
    #expect(try model.removing([0]).merging().liveLabelCount == 19)
  }

  @Test func `labels out of range cannot be removed or scored`() throws {
    let model = try TopicData.deepRecipe.fit(TopicData.make(labels: 20, instances: 90))
    #expect(
      throws: InvalidInput(
        "labels", given: "2 out of range, the first one 20", expected: "labels below 20")
    ) { try model.removing([3, 20, -1]) }
    let query = SparseVector(indices: [1], values: [1])
    #expect(
      throws: InvalidInput(
        "labels", given: "1 removed, the first one 3", expected: "labels that are not removed")
    ) { try model.removing([3]).score(query, labels: [2, 3]) }
  }
}

extension SparseMatrix.Builder {
  fileprivate func matrix(rows: Int) -> SparseMatrix {
    var builder = self
    for _ in 0..<rows { builder.append(row: []) }
    return builder.finish()
  }
}
