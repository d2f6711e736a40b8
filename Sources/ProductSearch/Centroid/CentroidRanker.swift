public import Learning
internal import LinearAlgebra
internal import TextFeatures

/// Ranks products by how near a query is to the queries that led to them, and to their titles.
///
///     let ranker = try CentroidRecipe().fit(ProductSearchData(products: products, pairs: pairs))
///     ranker.rank("drill for concrete", limit: 10)
public struct CentroidRanker: ProductRanker {
  /// The recipe it was made with.
  public let recipe: CentroidRecipe

  let vectorizer: TextVectorizer
  let index: CentroidIndex
  /// The products added since the index was made.
  var added = AddedImpacts()
  private let scratch: ScratchPool<CentroidScratch>

  init(recipe: CentroidRecipe, vectorizer: TextVectorizer, index: CentroidIndex) {
    self.recipe = recipe
    self.vectorizer = vectorizer
    self.index = index
    scratch = ScratchPool {
      CentroidScratch(windowLength: index.impacts.windowLength, vectorizer: vectorizer)
    }
  }

  /// "centroid"
  public var name: String { "centroid" }

  /// Number of products.
  public var products: Int { index.impacts.documents + added.count }

  /// Share of the centroids' squared length that cutting them kept, averaged over products.
  public var retainedShare: Double { index.retention.mean }

  /// Puts the products nearest to a query into `ranking`; scores are cosines.
  ///
  /// - Complexity: O(postings of the query's features) at the worst
  public func rank(_ query: RankingQuery, into ranking: inout ProductRanking) {
    precondition(query.limit >= 1, "at least one product is asked for")
    ranking.reset()
    scratch.withScratch { scratch in
      scratch.features.vectorize(query.text, vectorizer, into: &ranking)
      let step = index.weigh(scratch.features.row, into: &scratch.query)
      ranking.append(
        index.impacts.search(
          scratch.query, limit: query.limit, filter: query.filter, scratch: scratch.impacts), step: step)
      // A step of an impact is worth what it is in its own segment.
      added.search(
        scratch.query, unit: step / index.impacts.step, limit: query.limit, filter: query.filter,
        scratch: scratch.impacts, into: &ranking)
    }
  }
}

/// The memory that one search by centroids works in.
final class CentroidScratch: @unchecked Sendable {
  // @unchecked: the pool lends it to one search at a time.
  let impacts: ImpactScratch
  let features: QueryFeatures
  var query: [ImpactIndex.QueryTerm] = []

  init(windowLength: Int, vectorizer: TextVectorizer) {
    impacts = ImpactScratch(windowLength: windowLength)
    features = QueryFeatures(vectorizer)
  }
}

extension CentroidRanker {
  /// Writes the ranker into a part of an archive.
  ///
  /// - Throws: `FileError`.
  public func write(to writer: inout ModelArchive.Writer) throws {
    precondition(added.count == 0, "products that were added are merged before a ranker is written")
    try writer.add("recipe", value: recipe)
    try writer.section("vectorizer") { try vectorizer.write(to: &$0) }
    try writer.section("index") { try index.write(to: &$0) }
  }

  /// Maps a ranker in a part of an archive.
  ///
  /// - Throws: `FileError` or `FileFormatError`.
  public init(from archive: ModelArchive) throws {
    let vectorizer = try TextVectorizer(from: archive.section("vectorizer"))
    let index = try CentroidIndex(archive: archive.section("index"))
    guard index.features == vectorizer.featureCount else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "centroid", given: "\(index.features) features",
        expected: "\(vectorizer.featureCount) as in the vectoriser",
        advice: "The model is altered; train it again.")
    }
    self.init(
      recipe: try archive.value("recipe", as: CentroidRecipe.self), vectorizer: vectorizer, index: index)
  }
}
