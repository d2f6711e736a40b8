internal import Learning
internal import LinearAlgebra
internal import TextFeatures

extension CentroidRanker {
  /// The ranker with more products behind all others; features that it does not know have no part in them.
  ///
  /// - Throws: ``InvalidInput``; `CancellationError`.
  /// - Complexity: O(length of the texts · log of the products added so far), amortised
  func adding(_ additions: [CatalogueAddition], on execution: Execution) throws -> CentroidRanker {
    // A query counts for its product whatever else it led to, so that products may come one by one.
    var clicks = SparseMatrix.Builder(columns: additions.count)
    for (place, addition) in additions.enumerated() {
      for query in addition.queries { clicks.append(row: [(column: place, value: query.weight)]) }
    }
    let queries = additions.flatMap { $0.queries.map(\.text) }
    let rows = try recipe.embed(
      titles: vectorizer.transform(additions.map(\.product.title), on: execution),
      queries: vectorizer.transform(queries, on: execution), clicks: clicks.finish(), on: execution)
    var ranker = self
    try ranker.added.append(
      CentroidIndex.cut(rows, keeping: recipe.entries).0, first: products,
      windowShift: index.impacts.windowShift)
    return ranker
  }

  /// The ranker of some of its products alone.
  ///
  /// - Parameter kept: their positions, ascending.
  func merging(keeping kept: [Int]) throws -> CentroidRanker {
    let stored = index.impacts.rows()
    let all = SparseMatrix.stacking([stored] + added.segments.map(\.rows))
    return CentroidRanker(
      recipe: recipe, vectorizer: vectorizer,
      index: CentroidIndex(
        retention: index.retention,
        impacts: try ImpactIndex(
          all.selectingRows(kept), windowShift: index.impacts.windowShift, step: index.impacts.step)))
  }
}
