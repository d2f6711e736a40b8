internal import ExtremeRanking
public import Learning
internal import LinearAlgebra
public import TextFeatures

/// How products are placed among queries: the mean of the queries that led to them, mixed with their titles.
public struct CentroidRecipe: Codable, Sendable, Equatable {
  /// What is counted in queries and titles.
  public var features: TextVectorization

  /// A product with n queries weighs them n / (n + prior) and its title prior / (n + prior); 0 or more.
  public var prior = 3.0

  /// How many of a product's largest entries are kept, 1...65535.
  public var entries = 64

  /// Creates the recipe: words and pairs of words.
  public init() {
    var words = NGramBlock(.words(1...2))
    words.termFrequency = .logarithmic
    words.addsOneToInverseDocumentFrequency = true
    features = TextVectorization(blocks: [words])
    features.analyzer = LexicalRecipe.analyzer(stemming: .english)
  }

  /// Every hyper-parameter out of range.
  public var violations: [Violation] {
    var problems = Violations(features.violations)
    problems.require(prior.isFinite && prior >= 0, "prior", given: prior, expected: "0 or more")
    problems.require((1...65535).contains(entries), "entries", given: entries, expected: "1...65535")
    return problems.all
  }
}

extension CentroidRecipe: Estimator {
  /// Counts features, averages the queries of each product and cuts the result.
  ///
  /// - Throws: ``InvalidInput`` listing every violation of recipe and data; `CancellationError`.
  /// - Complexity: O(length of all texts and queries)
  public func fit(_ data: ProductSearchData, on execution: Execution) throws -> CentroidRanker {
    var problems = Violations(violations)
    problems.append(contentsOf: data.violations)
    try problems.throwIfAny()
    execution.progress.report(ProgressEvent(stage: "averaging queries", completed: 0, total: nil))
    try execution.cancellation.check()
    let clicks = ClickMatrix(data)
    let texts = data.products.map(\.title) + clicks.queries
    let vectorizer = try features.fit(texts, on: execution)
    let titles = try vectorizer.transform(data.products.map(\.title), on: execution)
    let queries = try vectorizer.transform(clicks.queries, on: execution)
    let embedding = try embed(titles: titles, queries: queries, clicks: clicks.labels, on: execution)
    return CentroidRanker(
      recipe: self, vectorizer: vectorizer, index: try CentroidIndex(embedding, keeping: entries))
  }

  /// The embedding of every product; products with neither title nor query have an empty row.
  func embed(
    titles: SparseMatrix, queries: SparseMatrix, clicks: SparseMatrix, on execution: Execution
  ) throws -> SparseMatrix {
    let byProduct = clicks.transposed()
    let placed = (0..<titles.rows).filter {
      !titles.range(ofRow: $0).isEmpty || !byProduct.range(ofRow: $0).isEmpty
    }
    let embedded = try StandardLabelEmbedding.pifaWithText(prior: prior).embed(
      ExtremeRankingData(
        instances: queries, labels: byProduct.selectingRows(placed).transposed(),
        labelFeatures: titles.selectingRows(placed)), on: execution)
    var builder = SparseMatrix.Builder(columns: titles.columns)
    var next = 0
    for product in 0..<titles.rows {
      if next < placed.count, placed[next] == product {
        builder.append(embedded.row(next))
        next += 1
      } else {
        builder.append(SparseVector())
      }
    }
    return builder.finish()
  }
}
