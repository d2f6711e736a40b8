internal import Learning
internal import LinearAlgebra
internal import TextFeatures

/// A catalogue's words with their BM25 scores, stored for each word and product.
///
///     let index = try LexicalRecipe().fit(ProductSearchData(products: products))
///     index.rank("cordless drill", limit: 10).products          // positions in the catalogue
///
/// Scores are kept as 16-bit multiples of one step, so that a total is an exact sum; they differ from the
/// textbook formula by at most half a step for each term.
public struct LexicalIndex: ProductRanker {
  /// The recipe it was made with.
  public let recipe: LexicalRecipe

  /// Which texts of a product a query is compared with.
  public private(set) var scope: Scope

  private(set) var vocabulary: LexicalVocabulary
  /// The products of the arrays.
  let corpus: LexicalCorpus
  let statistics: LexicalStatistics
  let impacts: ImpactIndex
  /// The products added since.
  private(set) var added = LexicalAdditions()
  let scratch: ScratchPool<LexicalScratch>
  /// Memory for what looks at texts beside searching.
  let texts: ScratchPool<TextScratch>

  /// Which texts of a product a query is compared with.
  public enum Scope: String, Codable, Sendable, CaseIterable {
    /// The product's own text.
    case text = "bm25"
    /// The product's own text and the queries that led to it.
    case textAndClicks = "bm25_clicks"
  }

  init(
    recipe: LexicalRecipe, scope: Scope, vocabulary: LexicalVocabulary, corpus: LexicalCorpus,
    statistics: LexicalStatistics, impacts: ImpactIndex
  ) {
    self.recipe = recipe
    self.scope = scope
    self.vocabulary = vocabulary
    self.corpus = corpus
    self.statistics = statistics
    self.impacts = impacts
    let analyzer = recipe.analyzer
    texts = ScratchPool { TextScratch(analyzer) }
    scratch = ScratchPool { LexicalScratch(windowLength: impacts.windowLength, analyzer: analyzer) }
  }

  /// The name of the scope.
  public var name: String { scope.rawValue }

  /// Number of products.
  public var products: Int { impacts.documents + added.products.count }

  /// The same index compared with other texts of the products; nothing is copied.
  public func scoped(to scope: Scope) -> LexicalIndex {
    var copy = self
    copy.scope = scope
    return copy
  }

  /// The same index with other additions, whose words are in `vocabulary`.
  func replacing(_ added: LexicalAdditions, _ vocabulary: LexicalVocabulary) -> LexicalIndex {
    var copy = self
    (copy.added, copy.vocabulary) = (added, vocabulary)
    return copy
  }

  /// Puts the best products for a query into `ranking`.
  ///
  /// - Complexity: O(postings of the query's terms) at the worst
  public func rank(_ query: RankingQuery, into ranking: inout ProductRanking) {
    rank(query, pruning: true, into: &ranking)
  }

  /// The same with pruning switched off on wish, to test it.
  func rank(_ query: RankingQuery, pruning: Bool, into ranking: inout ProductRanking) {
    precondition(query.limit >= 1, "at least one product is asked for")
    ranking.reset()
    scratch.withScratch { scratch in
      scratch.analyze(query.text, vocabulary: vocabulary, into: &ranking)
      let unit = scratch.add(query.alternatives, vocabulary: vocabulary)
      scratch.spread(over: scope, terms: vocabulary.stored.count)
      ranking.append(
        impacts.search(
          scratch.query, limit: query.limit, filter: query.filter, pruning: pruning, scratch: scratch.impacts),
        step: impacts.step / Float(unit))
      if added.products.isEmpty { return }
      added.impacts.search(
        scratch.addedQuery, unit: 1 / Float(unit), limit: query.limit, filter: query.filter,
        scratch: scratch.impacts, into: &ranking)
    }
  }
}

/// The memory that one lexical search works in.
final class LexicalScratch: @unchecked Sendable {
  // @unchecked: the pool lends it to one search at a time.
  let impacts: ImpactScratch
  private(set) var query: [ImpactIndex.QueryTerm] = []
  /// The query's terms in the columns of ``LexicalAdditions``.
  private(set) var addedQuery: [ImpactIndex.QueryTerm] = []
  private let analysis: LexicalAnalysis

  init(windowLength: Int, analyzer: Analyzer) {
    impacts = ImpactScratch(windowLength: windowLength)
    analysis = LexicalAnalysis(analyzer)
  }

  /// Turns the query's words into distinct terms with their frequencies.
  func analyze(_ text: String, vocabulary: LexicalVocabulary, into ranking: inout ProductRanking) {
    query.removeAll(keepingCapacity: true)
    let counts = analysis.forEachWord(of: text, limit: ProductRanking.maximumWords) { word in
      guard let term = vocabulary.id(of: word) else { return false }
      if let known = query.firstIndex(where: { $0.term == term }) {
        query[known].weight += 1
      } else {
        query.append(ImpactIndex.QueryTerm(term: term, weight: 1))
      }
      return true
    }
    ranking.words = counts.words
    ranking.knownWords = counts.known
    ranking.isTruncated = counts.isTruncated
  }

  /// What a typed word weighs where others weigh less.
  private static let unit: UInt32 = 16

  /// Adds words that count less than those that were typed; returns what a typed word weighs.
  func add(_ alternatives: [RankingQuery.WeightedWord], vocabulary: LexicalVocabulary) -> UInt32 {
    if alternatives.isEmpty { return 1 }
    for i in query.indices { query[i].weight *= Self.unit }
    for alternative in alternatives {
      let weight = UInt32((max(0, min(1, alternative.weight)) * Double(Self.unit)).rounded())
      analysis.forEachWord(of: alternative.word, limit: 2) { word in
        guard weight > 0, let term = vocabulary.id(of: word), !query.contains(where: { $0.term == term })
        else { return false }
        query.append(ImpactIndex.QueryTerm(term: term, weight: weight))
        return true
      }
    }
    return Self.unit
  }

  /// Turns the query's terms into columns of the index, where the clicked terms stand behind the `terms` text terms, and
  /// into those of its additions.
  func spread(over scope: LexicalIndex.Scope, terms: Int) {
    addedQuery.removeAll(keepingCapacity: true)
    addedQuery.append(contentsOf: query)
    query.removeAll { $0.term >= terms }
    guard scope == .textAndClicks else { return }
    for i in query.indices {
      query.append(ImpactIndex.QueryTerm(term: terms + query[i].term, weight: query[i].weight))
    }
    for i in addedQuery.indices {
      addedQuery.append(
        ImpactIndex.QueryTerm(
          term: LexicalAdditions.clicks + addedQuery[i].term, weight: addedQuery[i].weight))
    }
  }
}
