import ExtremeRanking
import Learning
import TabularLearning
import Testing

@testable import ProductSearch

/// A shop with clicks, and a model of its first products with a fusion learned from some of the clicks.
struct ChangingShop: Sendable {
  let shop: GeneratedShop
  let model: ProductSearchModel

  /// Products that are trained on; the others may come.
  static let trained = 240

  init() throws {
    var shop = GeneratedShop(products: 300, pairs: 900, seed: 71)
    for place in shop.products.indices {
      shop.products[place].properties.price = Double(place % 50)
      shop.products[place].properties.stock = place % 4
      shop.products[place].properties.categoryPath = ["all", "part\(place % 5)"]
    }
    self.shop = shop
    var recipe = ProductSearchRecipe()
    recipe.extremeRanking?.model.clustering.maximumLeafSize = 20
    recipe.extremeRanking?.model.clustering.branching = 4
    var fusion = FusionRecipe()
    (fusion.trees.trees, fusion.trees.leastRows, fusion.trees.bins) = (4, 20, 16)
    (fusion.folds, fusion.linear.iterations, fusion.words.passes) = (2, 4, 1)
    (fusion.lexicalCandidates, fusion.otherCandidates, fusion.learnedCandidates) = (40, 30, 40)
    (fusion.calibration.leastOutcomes, fusion.leastQueries) = (10, 20)
    recipe.fusion = fusion
    let data = ProductSearchData(
      products: Array(shop.products[..<Self.trained]), pairs: shop.pairs.filter { $0.product < Self.trained })
    model = try recipe.fit(
      ProductSearchTraining(data: data, evidence: .lastPart(of: data.pairs)), on: Execution(threads: 2))
    #expect(model.rankerNames == ["bm25", "bm25_clicks", "centroid", "xr", "fusion"])
  }

  /// The products that were not trained on, with the queries that led to them.
  var late: [CatalogueChange] {
    (Self.trained..<shop.products.count).map { place in
      .upsert(
        shop.products[place],
        queries: shop.pairs.filter { $0.product == place }.map { ClickedQuery($0.query, weight: $0.weight) })
    }
  }

  /// Words, titles and slang.
  var queries: [String] {
    var queries = Array(GeneratedShop.words[..<12])
    queries += shop.products[..<12].map(\.title)
    queries += (0..<4).map { "slang\($0)" }
    queries += shop.products.suffix(12).map(\.title)
    return queries
  }
}

let changing = Result { try ChangingShop() }

/// What a model answers to a request for everything, typed as it stands.
func answers(_ model: ProductSearchModel, _ text: String, _ ranker: String) throws -> [SearchResult] {
  var request = SearchRequest(text, limit: 1000, ranker: ranker)
  request.isExact = true
  return try model.search(request).results
}

/// Ids with scores.
func scores(_ results: [SearchResult]) -> [String: Float] {
  Dictionary(uniqueKeysWithValues: results.map { ($0.id, $0.score) })
}
