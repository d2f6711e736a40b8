internal import LinearAlgebra
internal import TextFeatures

/// Completes what shoppers type.
///
/// The score of a suggestion depends on the session, never on the prefix, which only selects: if the place where a
/// shopper stops typing is uniform over a query's characters, P(query | session, prefix) is proportional to
/// P(query | session) / (length - 1) for every query that begins with the prefix. Hence the rank of a suggestion never
/// falls while a shopper types towards it.
public struct CompletionModel: Sendable {
  /// What it was learned with.
  public let recipe: QueryCompletion

  /// What each feature counts.
  public let weights: CompletionWeights

  /// What training saw and found.
  public let report: CompletionReport

  let labels: LabelStore
  let groups: LabelGroups
  let categories: LabelCategories
  let tables: SessionTables
  let words: WordModel
  let generation: GenerationWeights
  /// For each label the logarithm of its decayed count.
  let popularity: LabelPopularity
  /// For each label the logarithm of its length.
  let lengths: LabelLengths
  /// For each label the part of its score that is the same for every session.
  let ranking: RangeMaxima
  /// For each label its score at the start of a session.
  let openingRanking: RangeMaxima
  private let scratch: ScratchPool<CompletionScratch>

  init(
    recipe: QueryCompletion, weights: CompletionWeights, report: CompletionReport, parts: CompletionParts,
    generation: GenerationWeights = .usual
  ) {
    (self.recipe, self.weights, self.report) = (recipe, weights, report)
    (labels, groups, categories) = (parts.labels, parts.groups, parts.categories)
    (tables, words) = (parts.tables, parts.words)
    self.generation = generation
    (self.popularity, self.lengths) = (parts.popularity, parts.lengths)
    let (popularity, lengths) = (parts.popularity, parts.lengths)
    func maxima(_ first: Float, _ second: Float) -> RangeMaxima {
      RangeMaxima((0..<popularity.count).map { first * popularity[$0] + second * lengths[$0] })
    }
    ranking = maxima(weights[.popularity], weights[.length])
    openingRanking = maxima(weights.opening[0], weights.opening[1])
    scratch = ScratchPool { CompletionScratch() }
  }

  /// The same model with other weights of generated suggestions.
  func with(_ generation: GenerationWeights) -> CompletionModel {
    CompletionModel(recipe: recipe, weights: weights, report: report, parts: parts, generation: generation)
  }

  /// What it is made of.
  var parts: CompletionParts {
    CompletionParts(
      labels: labels, groups: groups, categories: categories, tables: tables, words: words,
      popularity: popularity, lengths: lengths)
  }

  /// Number of suggestions.
  public var labelCount: Int { labels.count }

  /// Bytes of a suggestion in the files of the model, all parts together.
  public var bytesPerLabel: Double {
    let words = words.vocabulary.byteCount + 4 * words.frequencies.count + words.successors.byteCount
    let perLabel = categories.isEmpty ? 3 : 6
    let bytes =
      labels.byteCount + tables.byteCount + words + 8 * groups.labels.count + perLabel * labels.count
    return Double(bytes) / Double(max(1, labels.count))
  }

  /// Lends working memory.
  func withScratch<Result>(_ body: (CompletionScratch) throws -> Result) rethrows -> Result {
    try scratch.withScratch(body)
  }
}

/// What a model is made of, without its weights.
struct CompletionParts {
  var labels: LabelStore
  var groups: LabelGroups
  var categories: LabelCategories
  var tables: SessionTables
  var words: WordModel
  var popularity: LabelPopularity
  var lengths: LabelLengths
}

/// Working memory of one request.
final class CompletionScratch: @unchecked Sendable {
  // @unchecked: the pool lends it to one request at a time.
  var candidates = SessionCandidates()
  var keys: [RankKey] = []
  var popular = RangeMaxima.Iterator()
  private var analyzed: AnalyzedText?

  /// What a text has in common with its other word forms and orders.
  func form(of text: String, _ recipe: QueryCompletion) -> String {
    let analyzed = analyzed ?? AnalyzedText(LabelGroups.analyzer(recipe.normalizer.stemming))
    self.analyzed = analyzed
    return LabelGroups.form(of: text, analyzed)
  }
}

/// What training saw and found.
public struct CompletionReport: Codable, Sendable, Equatable {
  /// Searches that suggestions were made of.
  public var searches = 0
  /// Suggestions.
  public var labels = 0
  /// Texts that too few users searched.
  public var tooRare = 0
  /// Texts with a misspelt word.
  public var misspelt = 0
  /// Texts that are longer than a suggestion may be.
  public var tooLong = 0
  /// Validation searches that weights were learned from.
  public var learned = 0
}
