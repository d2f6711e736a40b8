public import ExtremeRanking
public import Learning
internal import LinearAlgebra
public import TextFeatures

/// How a tree of classifiers learns which queries lead to which products.
///
/// Every distinct query is an instance, and so are titles, which lead to their own products.
public struct ExtremeRankerRecipe: Codable, Sendable, Equatable {
  /// What is counted in queries and titles.
  public var features = TextVectorization.productSearch

  /// The tree and its classifiers.
  public var model = XRLinear()

  /// Which products are also learned from their titles.
  public var titles = Titles.all

  /// Which products are learned from their titles.
  public enum Titles: String, Codable, Sendable {
    /// Those that no query led to.
    case unclicked
    /// All: where few queries led to a product, they say too little of it.
    case all
  }

  /// Creates the recipe with its defaults.
  public init() {}

  /// Every hyper-parameter out of range.
  public var violations: [Violation] { features.violations + model.violations }
}

extension ExtremeRankerRecipe: Estimator {
  /// Trains the tree.
  ///
  /// - Throws: ``InvalidInput`` listing every violation of recipe and data; `CancellationError`.
  public func fit(_ data: ProductSearchData, on execution: Execution) throws -> ExtremeRanker {
    var problems = Violations(violations)
    problems.append(contentsOf: data.violations)
    try problems.throwIfAny()
    let clicks = ClickMatrix(data)
    let byProduct = clicks.labels.transposed()
    let titled = data.products.indices.filter { titles == .all || byProduct.range(ofRow: $0).isEmpty }
    let texts = clicks.queries + titled.map { data.products[$0].title }
    let vectorizer = try features.fit(texts, on: execution)
    let instances = try vectorizer.transform(texts, on: execution)

    // Products that no instance with a feature leads to cannot be learned.
    var builder = SparseMatrix.Builder(columns: data.products.count)
    for query in clicks.queries.indices { builder.append(clicks.labels.row(query)) }
    for product in titled { builder.append(row: [(column: product, value: 1)]) }
    let known = (0..<instances.rows).filter { !instances.range(ofRow: $0).isEmpty }
    let labels = builder.finish().selectingRows(known).transposed()
    let learned = data.products.indices.filter { !labels.range(ofRow: $0).isEmpty }
    let tree = try model.fit(
      ExtremeRankingData(
        instances: instances.selectingRows(known), labels: labels.selectingRows(learned).transposed()),
      on: execution)
    return ExtremeRanker(
      recipe: self, vectorizer: vectorizer, model: tree, products: StoredArray(learned.map { Int32($0) }))
  }
}

/// Ranks products by a tree of linear classifiers over the features of the query.
public struct ExtremeRanker: ProductRanker {
  /// The recipe it was made with.
  public let recipe: ExtremeRankerRecipe

  /// The tree and its classifiers; its labels are the products that could be learned, in the catalogue's order.
  public let model: XRLinearModel

  let vectorizer: TextVectorizer
  /// The product of each label of the model's arrays; -1 for labels that were removed before they were made.
  let products: StoredArray<Int32>
  /// What came since.
  let added: ExtremeAdditions
  private let scratch: ScratchPool<ExtremeScratch>
  private let filters = RecentValues<FilterKey, LabelFilter>(capacity: 32)

  init(
    recipe: ExtremeRankerRecipe, vectorizer: TextVectorizer, model: XRLinearModel,
    products: StoredArray<Int32>, added: ExtremeAdditions = ExtremeAdditions()
  ) {
    self.recipe = recipe
    self.vectorizer = vectorizer
    self.model = model
    self.products = products
    self.added = added
    scratch = ScratchPool { ExtremeScratch(vectorizer) }
  }

  /// "xr"
  public var name: String { "xr" }

  /// Puts the products that the tree's beam reaches into `ranking`.
  public func rank(_ query: RankingQuery, into ranking: inout ProductRanking) throws {
    precondition(query.limit >= 1, "at least one product is asked for")
    ranking.reset()
    let options = PredictionOptions(
      k: query.limit, filter: query.filter.flatMap { $0.leavesOutOnlyGone ? nil : labels(of: $0) })
    try scratch.withScratch { scratch in
      scratch.features.vectorize(query.text, vectorizer, into: &ranking)
      let found = try model.predict(
        scratch.features.row, options, scratch: &scratch.prediction)
      for (label, score) in zip(found.labels, found.scores) {
        guard let product = product(ofLabel: Int(label)) else { continue }
        ranking.products.append(product)
        ranking.scores.append(score)
      }
    }
  }
}

extension ExtremeRanker {
  /// The labels of the products that a filter allows; kept, as the same filter comes again and again.
  private func labels(of filter: ProductFilter) -> LabelFilter {
    filters.value(of: FilterKey(filter)) {
      LabelFilter(model, bits: filter.allowed.words, places: products, addedPlaces: added.products)
    }
  }
}

/// A filter by its identity, which it keeps alive.
private struct FilterKey: Hashable, Sendable {
  private let identity: ProductFilter.Identity

  init(_ filter: ProductFilter) {
    identity = filter.identity
  }

  static func == (left: Self, right: Self) -> Bool { left.identity === right.identity }

  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(identity)) }
}

private final class ExtremeScratch: @unchecked Sendable {
  // @unchecked: the pool lends it to one search at a time.
  let features: QueryFeatures
  var prediction = XRLinearModel.Scratch()

  init(_ vectorizer: TextVectorizer) {
    features = QueryFeatures(vectorizer)
  }
}

extension ExtremeRanker {
  /// Writes the ranker into a part of an archive.
  ///
  /// - Throws: `FileError`.
  public func write(to writer: inout ModelArchive.Writer) throws {
    precondition(added.products.isEmpty, "products that were added are merged before a ranker is written")
    try writer.add("recipe", value: recipe)
    try writer.add("products", array: products)
    try writer.section("vectorizer") { try vectorizer.write(to: &$0) }
    try writer.section("model") { try model.write(to: &$0) }
  }

  /// Maps a ranker over so many products in a part of an archive.
  ///
  /// - Throws: `FileError` or `FileFormatError`.
  public init(from archive: ModelArchive, catalogueCount: Int) throws {
    let model = try XRLinearModel(from: archive.section("model"))
    let vectorizer = try TextVectorizer(from: archive.section("vectorizer"))
    let products = try archive.array("products", of: Int32.self, count: model.labelCount)
    guard products.allSatisfy({ $0 >= -1 && Int($0) < catalogueCount }),
      model.featureCount == vectorizer.featureCount
    else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "xr",
        given: "\(model.featureCount) features of \(model.labelCount) labels",
        expected: "\(vectorizer.featureCount) features and products in 0..<\(catalogueCount)",
        advice: "The model is altered; train it again.")
    }
    self.init(
      recipe: try archive.value("recipe", as: ExtremeRankerRecipe.self), vectorizer: vectorizer, model: model,
      products: products)
  }
}
