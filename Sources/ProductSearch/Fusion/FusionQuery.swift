internal import LinearAlgebra
internal import TextFeatures

/// The distinct words of a query as terms with their weights.
struct FusionQuery {
  /// Distinct words that features look at.
  static let mostWords = 32

  /// A word of the query.
  struct Word: BitwiseCopyable {
    /// Its term; -1 for a word that no product and no clicked query has.
    let term: Int32
    let weight: Float
    let isNumber: Bool
  }

  private(set) var words: [Word] = []

  /// Summed weight of all words.
  private(set) var weight: Float = 0

  private let analysis: LexicalAnalysis

  init(_ lexical: LexicalIndex) {
    analysis = LexicalAnalysis(lexical.recipe.analyzer)
  }

  /// Finds the words of a text.
  mutating func analyze(_ text: String, _ lexical: LexicalIndex, _ titles: TitleSequences) {
    words.removeAll(keepingCapacity: true)
    weight = 0
    analysis.forEachWord(of: text, limit: ProductRanking.maximumWords) { bytes in
      guard words.count < Self.mostWords else { return false }
      let term = lexical.vocabulary.id(of: bytes).map(Int32.init) ?? -1
      if term >= 0, words.contains(where: { $0.term == term }) { return true }
      let weight = term >= 0 ? titles.weights[Int(term)] : titles.unknownWeight
      words.append(
        Word(term: term, weight: weight, isNumber: bytes.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? false))
      self.weight += weight
      return term >= 0
    }
  }
}
