internal import Learning
internal import LinearAlgebra
internal import TextFeatures

extension ProductSearchModel {
  /// Orders a ranking, of equals the better match first, and keeps its first products.
  func order(_ ranking: inout ProductRanking, by order: SearchRequest.Order, limit: Int) {
    let key: (Int32) -> Double
    switch order {
    case .relevance: return
    case .price:
      let column = columns.numbers(CatalogueField.price)
      key = { column?.number(of: Int($0)) ?? .infinity }
    case .priceDescending:
      let column = columns.numbers(CatalogueField.price)
      key = { -(column?.number(of: Int($0)) ?? -.infinity) }
    case .newest:
      let column = columns.numbers(CatalogueField.released)
      key = { -(column?.number(of: Int($0)) ?? -.infinity) }
    }
    let keys = ranking.products.map(key)
    let places = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    ranking.products = places.map { ranking.products[$0] }
    ranking.scores = places.map { ranking.scores[$0] }
    ranking.keepFirst(limit)
  }

  /// Keeps the first of the variants of each product; a product without variants stays.
  func keepBestOfGroups(_ ranking: inout ProductRanking) {
    guard let groups = columns.texts(CatalogueField.group) else { return }
    var seen: Set<UInt32> = []
    var kept = 0
    for place in ranking.products.indices {
      if let group = groups.values(of: Int(ranking.products[place])).first, !seen.insert(group).inserted {
        continue
      }
      ranking.products[kept] = ranking.products[place]
      ranking.scores[kept] = ranking.scores[place]
      kept += 1
    }
    ranking.keepFirst(kept)
  }

  /// A product as it is answered.
  func result(_ product: Int, score: Float, highlighter: Highlighter?) -> SearchResult {
    let title = names.title(of: product)
    return SearchResult(
      id: names.id(of: product), title: title, product: product, score: score,
      price: columns.numbers(CatalogueField.price)?.number(of: product),
      highlights: highlighter?.highlights(in: title) ?? [])
  }
}
