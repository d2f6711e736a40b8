public import Learning
internal import LinearAlgebra
internal import TabularLearning
internal import TextFeatures

/// Orders what several rankers find by a learned score; its scores are probabilities of relevance.
public struct FusedRanker: ProductRanker {
  /// The recipe it was made with.
  public let recipe: FusionRecipe

  /// What it learned from and what its models reached.
  public let report: FusionReport

  let rankers: [any ProductRanker]
  let description: CandidateDescription
  let model: FusionModel
  let curve: IsotonicCurve
  let newcomers: Newcomers
  private let scratch: ScratchPool<FusedScratch>

  init(
    recipe: FusionRecipe, report: FusionReport, rankers: [any ProductRanker],
    description: CandidateDescription,
    model: FusionModel, curve: IsotonicCurve, newcomers: Newcomers,
    scratch: ScratchPool<FusedScratch>? = nil
  ) {
    self.recipe = recipe
    self.report = report
    self.rankers = rankers
    self.description = description
    self.model = model
    self.curve = curve
    self.newcomers = newcomers
    self.scratch = scratch ?? ScratchPool { FusedScratch(description.makeScratch()) }
  }

  /// The same model over other rankers of the same names.
  ///
  /// - Parameter keepsMemory: whether scratch memory is used on where there is room in it.
  func replacing(
    _ rankers: [any ProductRanker], _ description: CandidateDescription, _ newcomers: Newcomers,
    keepsMemory: Bool
  ) -> FusedRanker {
    let hasRoom =
      keepsMemory
      && scratch.withScratch {
        $0.candidates.words >= description.lexical.vocabulary.count
          && $0.candidates.catalogue >= description.lexical.products
      }
    return FusedRanker(
      recipe: recipe, report: report, rankers: rankers, description: description, model: model, curve: curve,
      newcomers: newcomers, scratch: hasRoom ? scratch : nil)
  }

  /// "fusion"
  public var name: String { "fusion" }

  /// Puts the candidates of all rankers into `ranking`, the most probably relevant first.
  ///
  /// - Complexity: that of the rankers, and O(candidates · columns); allocates nothing once warm
  public func rank(_ query: RankingQuery, into ranking: inout ProductRanking) throws {
    precondition(query.limit >= 1, "at least one product is asked for")
    ranking.reset()
    try scratch.withScratch { scratch in
      let candidates = scratch.candidates
      try description.find(query, rankers, candidates)
      for part in candidates.rankings {
        ranking.words = max(ranking.words, part.words)
        ranking.knownWords = max(ranking.knownWords, part.knownWords)
        ranking.isTruncated = ranking.isTruncated || part.isTruncated
      }
      description.describe(query.text, candidates)
      let count = candidates.products.count
      model.score(
        candidates.columns.values, stride: candidates.columns.stride, count: count, into: candidates.scores)
      newcomers.add(to: candidates.scores, of: candidates.products)
      scratch.best.reset(limit: query.limit)
      scratch.best.reserve(count)
      for row in 0..<count {
        scratch.best.append(
          document: Int(candidates.products[row]), total: candidates.scores[row].orderedBits)
      }
      for key in scratch.best.sorted() {
        ranking.products.append(Int32(truncatingIfNeeded: BestDocuments.document(key)))
        ranking.scores.append(Float(curve(Float(orderedBits: BestDocuments.total(key)))))
      }
    }
  }
}

extension FusionRecipe {
  /// How many candidates each ranker gives.
  func depths(_ rankers: [any ProductRanker]) -> [Int] {
    rankers.map { $0 is LexicalIndex ? lexicalCandidates : otherCandidates }
  }
}

extension CandidateDescription {
  /// Asks each ranker for its candidates, at least as many as the query asks for.
  func find(
    _ query: RankingQuery, _ rankers: [any ProductRanker], _ candidates: CandidateScratch
  ) throws {
    for (place, ranker) in rankers.enumerated() {
      var part = query
      part.limit = max(depths[place], query.limit)
      try ranker.rank(part, into: &candidates.rankings[place])
    }
  }
}

/// The memory that one fused search works in.
final class FusedScratch: @unchecked Sendable {
  // @unchecked: the pool lends it to one search at a time.
  let candidates: CandidateScratch
  var best = BestDocuments()

  init(_ candidates: CandidateScratch) {
    self.candidates = candidates
  }

  deinit { best.deallocate() }
}

extension FusedRanker {
  /// Writes what the fusion adds to its rankers into a part of an archive.
  ///
  /// - Throws: `FileError`.
  public func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("recipe", value: recipe)
    try writer.add("report", value: report)
    try writer.add("rankers", value: rankers.map(\.name))
    try writer.add("calibration", value: curve)
    try writer.section("model") { try model.write(to: &$0) }
    try writer.section("newcomers") { try newcomers.write(to: &$0) }
    try writer.section("titles") { try description.titles.write(to: &$0) }
    if let worth = description.worth { try writer.section("words") { try worth.write(to: &$0) } }
    if let clicked = description.clicked { try writer.section("clicked") { try clicked.write(to: &$0) } }
  }

  /// Maps a fusion of these rankers in a part of an archive.
  ///
  /// - Throws: `FileError` or `FileFormatError`.
  init(from archive: ModelArchive, rankers: [any ProductRanker], lexical: LexicalIndex) throws {
    let recipe = try archive.value("recipe", as: FusionRecipe.self)
    let titles = try TitleSequences(
      archive: archive.section("titles"), products: lexical.products, vocabulary: lexical.vocabulary.count)
    let clicked = archive.section("clicked")
    let description = CandidateDescription(
      rankerNames: try archive.value("rankers", as: [String].self), depths: recipe.depths(rankers),
      lexical: lexical, titles: titles,
      clicked: clicked.hasArray("totals")
        ? try ClickedQueries(
          archive: clicked, products: lexical.products, vocabulary: lexical.vocabulary.count)
        : nil,
      worth: try WordWorth(archive: archive.section("words"), vocabulary: lexical.vocabulary.count))
    let model = try FusionModel(from: archive.section("model"))
    let curve = try archive.value("calibration", as: IsotonicCurve.self)
    guard recipe.violations.isEmpty, description.rankerNames == rankers.map(\.name),
      model.columns == description.columns, curve.isUsable
    else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "fusion", given: "\(model.columns) columns",
        expected: "\(description.columns) columns of \(rankers.map(\.name).joined(separator: ", "))",
        advice: "The model is altered or of another version; train it again.")
    }
    self.init(
      recipe: recipe, report: try archive.value("report", as: FusionReport.self), rankers: rankers,
      description: description, model: model, curve: curve,
      newcomers: try Newcomers(from: archive.section("newcomers"), products: lexical.products))
  }
}
