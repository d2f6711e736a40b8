public import Learning
internal import LinearAlgebra
internal import TextFeatures

extension LexicalRecipe: Estimator {
  /// Reads the catalogue's words and computes what each is worth.
  ///
  /// - Throws: ``InvalidInput`` listing every violation of recipe and data; `CancellationError`.
  /// - Complexity: O(length of all texts)
  public func fit(_ data: ProductSearchData, on execution: Execution) throws -> LexicalIndex {
    var problems = Violations(violations)
    problems.append(contentsOf: data.violations)
    try problems.throwIfAny()
    let words = try LexicalWords(data, analyzer: analyzer, on: execution)
    return try index(words)
  }

  /// Weighs words that were read before; the recipe's analyser must be the one that read them.
  func index(_ words: LexicalWords) throws -> LexicalIndex {
    let statistics = LexicalStatistics(words.corpus)
    let impacts = try ImpactIndex(LexicalWeighting(self, statistics).impacts(of: words.corpus))
    return LexicalIndex(
      recipe: self, scope: .textAndClicks, vocabulary: words.vocabulary, corpus: words.corpus,
      statistics: statistics, impacts: impacts)
  }
}

extension ProductSearchData {
  /// Everything that keeps the data from being used.
  var violations: [Violation] {
    var problems = Violations()
    problems.require(
      products.count <= Int(Int32.max), "catalogue", given: "\(products.count) products",
      expected: "at most \(Int32.max)")
    let outside = pairs.count { !products.indices.contains($0.product) }
    problems.require(
      outside == 0, "pairs", given: "\(outside) pairs with a product outside the catalogue",
      expected: "positions in 0..<\(products.count)")
    let weightless = pairs.count { !($0.weight.isFinite && $0.weight > 0) }
    problems.require(
      weightless == 0, "pairs", given: "\(weightless) pairs with a weight that is not above 0",
      expected: "finite weights above 0")
    return problems.all
  }
}

/// A catalogue's words, read once and weighed as often as a recipe changes.
struct LexicalWords: Sendable {
  let analyzer: Analyzer
  let vocabulary: Vocabulary
  let corpus: LexicalCorpus

  init(_ data: ProductSearchData, analyzer: Analyzer, on execution: Execution) throws {
    self.analyzer = analyzer
    let analysis = LexicalAnalysis(analyzer)
    var builder = Vocabulary.Builder()
    var (wordOffsets, words): ([UInt64], [UInt64]) = ([0], [])
    var keys: [UInt64] = []
    for (position, product) in data.products.enumerated() {
      if position % 4096 == 0 {
        try execution.cancellation.check()
        execution.progress.report(
          ProgressEvent(stage: "reading words", completed: position, total: data.products.count))
      }
      keys.removeAll(keepingCapacity: true)
      for field in TextField.allCases {
        analysis.forEachWord(of: product[field], limit: .max) { word in
          keys.append(LexicalCorpus.Word(term: builder.insert(word), field: field.place, frequency: 0).packed)
          return true
        }
      }
      keys.sort()
      var i = 0
      while i < keys.count {
        var end = i + 1
        while end < keys.count, keys[end] == keys[i] { end += 1 }
        words.append(keys[i] | UInt64(min(end - i, LexicalCorpus.Word.largestFrequency)))
        i = end
      }
      wordOffsets.append(UInt64(words.count))
    }
    let clicks = ClickedWords(data, analysis) { builder.insert($0) }
    vocabulary = builder.finish()
    corpus = LexicalCorpus(
      terms: vocabulary.count, wordOffsets: StoredArray(wordOffsets), words: StoredArray(words),
      clickOffsets: StoredArray(clicks.offsets), clickedTerms: StoredArray(clicks.terms),
      clickedWeights: StoredArray(clicks.weights))
  }
}

/// The words of the queries that led to each product.
private struct ClickedWords {
  private(set) var offsets: [UInt64] = [0]
  private(set) var terms: [UInt32] = []
  private(set) var weights: [Float] = []

  init(
    _ data: ProductSearchData, _ analysis: LexicalAnalysis, insert: (UnsafeBufferPointer<UInt8>) -> Int
  ) {
    // Sorted by product; the order of a product's pairs has no influence, see `total`.
    let order = data.pairs.indices.sorted { data.pairs[$0].product < data.pairs[$1].product }
    var next = 0
    var entries: [(term: Int, weight: Float)] = []
    for product in data.products.indices {
      entries.removeAll(keepingCapacity: true)
      while next < order.count, data.pairs[order[next]].product == product {
        let pair = data.pairs[order[next]]
        analysis.forEachWord(of: pair.query, limit: ProductRanking.maximumWords) { word in
          entries.append((insert(word), pair.weight))
          return true
        }
        next += 1
      }
      append(entries.sorted { $0.term != $1.term ? $0.term < $1.term : $0.weight < $1.weight })
    }
  }

  private mutating func append(_ sorted: [(term: Int, weight: Float)]) {
    var i = 0
    while i < sorted.count {
      var total = 0.0
      let term = sorted[i].term
      while i < sorted.count, sorted[i].term == term {
        total += Double(sorted[i].weight)
        i += 1
      }
      terms.append(UInt32(term))
      weights.append(Float(total))
    }
    offsets.append(UInt64(terms.count))
  }
}
