public import Learning
internal import LinearAlgebra
internal import TextFeatures

/// A trained product search.
///
///     let model = try ProductSearchModel(contentsOf: "search.model")
///     let response = try model.search(SearchRequest("cordless drill 20v", limit: 10))
///     for result in response.results { print(result.id, result.score) }
public struct ProductSearchModel: Predictor {
  /// The recipe it was trained with.
  public let recipe: ProductSearchRecipe

  /// The name of the ranker that answers.
  public let chosen: String

  /// What each ranker reached on the validation queries; empty without them.
  public let reports: [RankerReport]

  let names: CatalogueNames
  let columns: CatalogueColumns
  let rankers: Rankers
  /// The ranker that answers.
  let ranker: any ProductRanker
  /// The filters that were asked for last.
  let filters = RecentValues<String, ProductFilter>(capacity: 256)

  /// What the log beside the arrays held when the model was opened.
  public private(set) var changeLog = ChangeLogReport()

  /// The rankers of a model.
  struct Rankers: Sendable {
    let lexical: LexicalIndex
    /// Whether there are enough pairs for the rankers that learn from them.
    let usesPairs: Bool
    let centroid: CentroidRanker?
    let extreme: ExtremeRanker?
    let speller: Speller?
    /// Orders what the others find; nil where there was nothing to learn that from.
    var fusion: FusedRanker?

    /// Simpler ones first.
    var all: [any ProductRanker] {
      var all: [any ProductRanker] = [lexical.scoped(to: .text)]
      if usesPairs { all.append(lexical.scoped(to: .textAndClicks)) }
      if let centroid { all.append(centroid) }
      if let extreme { all.append(extreme) }
      if let fusion { all.append(fusion) }
      return all
    }

    /// The ranker that answers when no validation queries say which is best: the fusion, which was compared with none
    /// but learned when to trust each.
    var defaultName: String {
      fusion?.name ?? (usesPairs ? LexicalIndex.Scope.textAndClicks : .text).rawValue
    }
  }

  init(
    recipe: ProductSearchRecipe, data: ProductSearchData, rankers: Rankers, chosen: String,
    reports: [RankerReport]
  ) {
    self.init(
      recipe: recipe, names: CatalogueNames(data.products), columns: CatalogueColumns(data), rankers: rankers,
      chosen: chosen, reports: reports)
  }

  init(
    recipe: ProductSearchRecipe, names: CatalogueNames, columns: CatalogueColumns, rankers: Rankers,
    chosen: String, reports: [RankerReport]
  ) {
    self.recipe = recipe
    self.names = names
    self.columns = columns
    self.rankers = rankers
    self.chosen = chosen
    self.reports = reports
    ranker = rankers.all.first { $0.name == chosen } ?? rankers.lexical
  }

  /// Number of products.
  public var products: Int { names.liveCount }

  /// What the fusion learned from and reached; nil where there is none.
  public var fusionReport: FusionReport? { rankers.fusion?.report }

  /// The names of all rankers, simpler ones first.
  public var rankerNames: [String] { rankers.all.map(\.name) }

  /// Why words speak for a product, whichever ranker answers.
  ///
  /// - Throws: ``InvalidInput`` when there is no product of that id.
  public func explainWords(_ text: String, product id: String) throws -> LexicalExplanation {
    guard let product = names.position(of: id) else {
      throw InvalidInput(
        "product", given: "an id that is not in the catalogue", expected: "the id of a product")
    }
    let scope: LexicalIndex.Scope = rankers.usesPairs ? .textAndClicks : .text
    return rankers.lexical.scoped(to: scope).explain(text, product: product)
  }
}

extension ProductSearchModel.Rankers {
  /// Trains the rankers of a recipe.
  init(_ recipe: ProductSearchRecipe, _ data: ProductSearchData, on execution: Execution) throws {
    usesPairs = data.pairs.count >= recipe.minimumPairs
    lexical = try recipe.lexical.fit(data, on: execution)
    centroid = usesPairs ? try recipe.centroid?.fit(data, on: execution) : nil
    extreme = usesPairs ? try recipe.extremeRanking?.fit(data, on: execution) : nil
    let words = lexical
    speller = try recipe.spelling.map { try Speller($0, data, words: words, on: execution) }
    fusion = nil
  }
}

extension ProductSearchModel {
  /// The kind that archives of this model name.
  public static let archiveKind = "product-search"

  /// Where the log of changes beside a model's arrays is.
  static func logPath(_ path: String) -> String { path + "/changes.log" }

  /// Writes the model into a folder, what came and went folded in; what was there stays until everything is written.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String, dataFingerprint: String? = nil) throws {
    if hasChanges { return try merging().write(to: path, dataFingerprint: dataFingerprint) }
    try ModelArchive.write(to: path, kind: Self.archiveKind, dataFingerprint: dataFingerprint) {
      try write(to: &$0)
    }
  }

  /// Writes the parts of a model without changes.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("recipe", value: recipe)
    try writer.add("chosen", value: chosen)
    try writer.add("reports", value: reports)
    try writer.add("usesPairs", value: rankers.usesPairs)
    try names.write(to: &writer)
    try writer.section("columns") { try columns.write(to: &$0) }
    try writer.section("lexical") { try rankers.lexical.write(to: &$0) }
    if let speller = rankers.speller { try writer.section("spelling") { try speller.write(to: &$0) } }
    if let centroid = rankers.centroid { try writer.section("centroid") { try centroid.write(to: &$0) } }
    if let extreme = rankers.extreme { try writer.section("xr") { try extreme.write(to: &$0) } }
    if let fusion = rankers.fusion { try writer.section("fusion") { try fusion.write(to: &$0) } }
  }

  /// Opens a model; its large parts are mapped, not read.
  ///
  /// - Throws: `FileError` or `FileFormatError`, naming file and field.
  public init(contentsOf path: String) throws {
    let archive = try ModelArchive(contentsOf: path, kind: Self.archiveKind)
    let names = try CatalogueNames(from: archive)
    let (centroid, extreme) = (archive.section("centroid"), archive.section("xr"))
    let spelling = archive.section("spelling")
    let lexical = try LexicalIndex(from: archive.section("lexical"))
    var rankers = Rankers(
      lexical: lexical,
      usesPairs: try archive.value("usesPairs", as: Bool.self),
      centroid: centroid.hasValue("recipe") ? try CentroidRanker(from: centroid) : nil,
      extreme: extreme.hasValue("recipe")
        ? try ExtremeRanker(from: extreme, catalogueCount: names.count) : nil,
      speller: spelling.hasValue("recipe") ? try Speller(from: spelling, words: lexical) : nil)
    let fusion = archive.section("fusion")
    if fusion.hasValue("recipe"), rankers.lexical.products == names.count {
      rankers.fusion = try FusedRanker(from: fusion, rankers: rankers.all, lexical: rankers.lexical)
    }
    let chosen = try archive.value("chosen", as: String.self)
    guard rankers.lexical.products == names.count,
      rankers.centroid?.products ?? names.count == names.count,
      rankers.all.contains(where: { $0.name == chosen })
    else {
      throw FileFormatError(
        path: path + "/model.json", place: "chosen",
        given: "\(rankers.lexical.products) products and a chosen ranker",
        expected: "\(names.count) products and one of \(rankers.all.map(\.name).joined(separator: ", "))",
        advice: "The model is altered; train it again.")
    }
    self.init(
      recipe: try archive.value("recipe", as: ProductSearchRecipe.self), names: names,
      columns: try CatalogueColumns(archive: archive.section("columns"), products: names.count),
      rankers: rankers, chosen: chosen, reports: try archive.value("reports", as: [RankerReport].self))
    let (records, dropped) = try RecordLog.read(Self.logPath(path))
    do {
      if !records.isEmpty { self = try applying(LearnedChange.read(records, in: Self.logPath(path))).model }
    } catch let error as InvalidInput {
      throw FileFormatError(
        path: Self.logPath(path), given: error.description, expected: "changes of this model",
        advice: "The log is of another model or altered; move it away to use the model without it.")
    }
    changeLog = ChangeLogReport(changes: records.count, droppedBytes: dropped)
  }
}
