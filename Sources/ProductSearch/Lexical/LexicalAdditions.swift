internal import LinearAlgebra
internal import TextFeatures

/// The products that came to a keyword index since its arrays were made.
///
/// They are weighed by the statistics of the arrays, so that the scores of all other products stay bit for bit; a merge
/// counts anew.
struct LexicalAdditions: Sendable {
  /// The column of the first clicked term; text terms have their own numbers as columns.
  static let clicks = 1 << 30

  /// What is known of a product.
  struct Product: Sendable {
    /// Packed words as in ``LexicalCorpus``.
    let words: [UInt64]
    let clicks: [LexicalCorpus.Click]
  }

  private(set) var products: [Product] = []
  private(set) var impacts = AddedImpacts()
  /// How informative the terms of the arrays are; counted when the first product comes.
  private var frequencies: LexicalFrequencies?

  /// Adds products whose first one has the position `first`.
  mutating func append(_ more: [Product], to index: LexicalIndex, first: Int) throws {
    let weighting = LexicalWeighting(index.recipe, index.statistics)
    let frequencies = frequencies ?? weighting.frequencies(of: index.corpus)
    self.frequencies = frequencies
    let corpus = LexicalCorpus(more)
    try impacts.append(
      weighting.impacts(of: corpus, frequencies, clicks: Self.clicks), first: first,
      windowShift: index.impacts.windowShift)
    products += more
  }
}

extension LexicalCorpus {
  /// The corpus of some added products.
  init(_ products: [LexicalAdditions.Product]) {
    let terms = products.flatMap { product in
      [product.words.last.map { Int($0 >> 32) }, product.clicks.last.map { Int($0.term) }].compactMap(\.self)
    }
    self.init(
      terms: (terms.max() ?? -1) + 1, words: products.map(\.words), clicks: products.map(\.clicks))
  }
}

extension LexicalIndex {
  /// The index with more products behind all others.
  ///
  /// - Parameter products: each with the queries that led to it, and the position of the product that it takes the place
  ///   of, whose clicked queries stay with it.
  /// - Throws: ``InvalidInput`` when a text has too many words.
  /// - Complexity: O(length of the texts · log of the products added so far), amortised
  func adding(_ additions: [CatalogueAddition]) throws -> LexicalIndex {
    let analysis = LexicalAnalysis(recipe.analyzer)
    var growth = LexicalVocabulary.Growth(vocabulary)
    let products = additions.map { addition in
      LexicalAdditions.Product(
        words: analysis.packedWords(of: addition.product) { growth.insert($0) },
        clicks: analysis.clicks(of: addition.queries, addition.replaced.map { clicks(of: $0) } ?? []) {
          growth.insert($0)
        })
    }
    var added = added
    try added.append(products, to: self, first: self.products)
    return replacing(added, growth.finish())
  }

  /// The clicked terms of a product.
  func clicks(of product: Int) -> [LexicalCorpus.Click] {
    if product >= corpus.products { return added.products[product - corpus.products].clicks }
    return corpus.clicks(of: product).map {
      LexicalCorpus.Click(term: UInt32($0.term), weight: Float($0.weight))
    }
  }

  /// The packed words of a product's texts.
  func words(of product: Int) -> [UInt64] {
    if product >= corpus.products { return added.products[product - corpus.products].words }
    return corpus.words(of: product).map(\.packed)
  }

  /// The fields of a product that hold a term, as bits by their places.
  ///
  /// - Complexity: O(log words of the product)
  func fields(of product: Int, holding term: Int) -> UInt32 {
    if product < corpus.products { return corpus.fields(of: product, holding: term) }
    var fields: UInt32 = 0
    for word in added.products[product - corpus.products].words where word >> 32 == UInt64(term) {
      fields |= 1 << UInt32(word >> 24 & 0xFF & 31)
    }
    return fields
  }

  /// The index of some of its products alone, all counted anew; words keep their numbers.
  ///
  /// - Parameter kept: their positions, ascending.
  func merging(keeping kept: [Int]) throws -> LexicalIndex {
    let words = LexicalWords(
      analyzer: recipe.analyzer, vocabulary: vocabulary.joined(),
      corpus: LexicalCorpus(
        terms: vocabulary.count, words: kept.map(words(of:)), clicks: kept.map(clicks(of:))))
    return try recipe.index(words).scoped(to: scope)
  }
}
