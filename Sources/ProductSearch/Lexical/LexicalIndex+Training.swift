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
    let weighting = LexicalWeighting(self, statistics)
    let impacts = try ImpactIndex(
      weighting.impacts(
        of: words.corpus, weighting.frequencies(of: words.corpus), clicks: words.corpus.terms))
    return LexicalIndex(
      recipe: self, scope: .textAndClicks, vocabulary: LexicalVocabulary(words.vocabulary),
      corpus: words.corpus,
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

  init(analyzer: Analyzer, vocabulary: Vocabulary, corpus: LexicalCorpus) {
    (self.analyzer, self.vocabulary, self.corpus) = (analyzer, vocabulary, corpus)
  }

  init(_ data: ProductSearchData, analyzer: Analyzer, on execution: Execution) throws {
    self.analyzer = analyzer
    let analysis = LexicalAnalysis(analyzer)
    var builder = Vocabulary.Builder()
    var words: [[UInt64]] = []
    words.reserveCapacity(data.products.count)
    for (position, product) in data.products.enumerated() {
      if position % 4096 == 0 {
        try execution.cancellation.check()
        execution.progress.report(
          ProgressEvent(stage: "reading words", completed: position, total: data.products.count))
      }
      words.append(analysis.packedWords(of: product) { builder.insert($0) })
    }
    // Sorted by product; the order of a product's pairs has no influence.
    let order = data.pairs.indices.sorted { data.pairs[$0].product < data.pairs[$1].product }
    var next = 0
    var clicks: [[LexicalCorpus.Click]] = []
    clicks.reserveCapacity(data.products.count)
    for product in data.products.indices {
      let start = next
      while next < order.count, data.pairs[order[next]].product == product { next += 1 }
      let queries = order[start..<next].map {
        ClickedQuery(data.pairs[$0].query, weight: data.pairs[$0].weight)
      }
      clicks.append(analysis.clicks(of: queries) { builder.insert($0) })
    }
    vocabulary = builder.finish()
    corpus = LexicalCorpus(terms: vocabulary.count, words: words, clicks: clicks)
  }
}

extension LexicalAnalysis {
  /// The words of a product's texts as ``LexicalCorpus`` keeps them.
  func packedWords(
    of product: SearchableProduct, insert: (UnsafeBufferPointer<UInt8>) -> Int
  ) -> [UInt64] {
    var (keys, words): ([UInt64], [UInt64]) = ([], [])
    for field in TextField.allCases {
      forEachWord(of: product[field], limit: .max) { word in
        keys.append(LexicalCorpus.Word(term: insert(word), field: field.place, frequency: 0).packed)
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
    return words
  }

  /// The words of the queries that led to a product, with those that were known before; their order has no influence.
  func clicks(
    of queries: [ClickedQuery], _ before: [LexicalCorpus.Click] = [],
    insert: (UnsafeBufferPointer<UInt8>) -> Int
  ) -> [LexicalCorpus.Click] {
    var entries = before
    for query in queries {
      forEachWord(of: query.text, limit: ProductRanking.maximumWords) { word in
        entries.append(LexicalCorpus.Click(term: UInt32(insert(word)), weight: query.weight))
        return true
      }
    }
    entries.sort { $0.term != $1.term ? $0.term < $1.term : $0.weight < $1.weight }
    var (clicks, i): ([LexicalCorpus.Click], Int) = ([], 0)
    while i < entries.count {
      var total = 0.0
      let term = entries[i].term
      while i < entries.count, entries[i].term == term {
        total += Double(entries[i].weight)
        i += 1
      }
      clicks.append(LexicalCorpus.Click(term: term, weight: Float(total)))
    }
    return clicks
  }
}
