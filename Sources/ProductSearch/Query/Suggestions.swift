internal import Learning
internal import LinearAlgebra
internal import TextFeatures

extension ProductSearchModel {
  /// Popular products of the category whose name is nearest to a query, for when nothing was found; of all categories
  /// where none is near.
  ///
  /// Popular is what clicked queries led to most often. In a category the others follow in the catalogue's order.
  func suggestions(for query: String, filter expression: FilterExpression?, limit: Int) -> [SearchResult] {
    let allowed = expression.map { filter(for: $0).allowed } ?? names.live?.allowed ?? .all(of: names.count)
    var near = ProductBitmap.none(of: names.count)
    if let category = nearestCategory(to: query) {
      near =
        allowed
        & ProductBitmap(products: names.count) { words in
          columns.texts(CatalogueField.category)?.add(holdersOf: category, to: words)
        }
    }
    var best: [(popularity: Double, product: Int)] = []
    (near.isEmpty ? allowed : near).forEach { product in
      let popularity = columns.popularity.number(of: product) ?? 0
      if popularity == 0, near.isEmpty || best.count == limit { return }
      if best.count == limit, popularity <= best[best.count - 1].popularity { return }
      let place = best.indices.lowerBound { best[$0].popularity < popularity }
      best.insert((popularity, product), at: place)
      if best.count > limit { best.removeLast() }
    }
    return best.map { result($0.product, score: 0, highlighter: nil) }
  }

  /// The category with the largest share of character trigrams in common with a query, at least a fifth; of equals the
  /// one with more products.
  private func nearestCategory(to query: String) -> Int? {
    guard let column = columns.texts(CatalogueField.category) else { return nil }
    let wanted = Self.trigrams(of: query)
    guard !wanted.isEmpty else { return nil }
    var best: (share: Double, products: Int, number: Int)?
    for number in 0..<column.valueCount {
      let name =
        column.value(number).split(separator: CatalogueField.pathSeparator).last.map { String($0) } ?? ""
      let own = Self.trigrams(of: name)
      let common = own.intersection(wanted).count
      let share = Double(common) / Double(max(1, own.count + wanted.count - common))
      let products = column.holderCount(of: number)
      if share >= 0.2, (share, products) > (best?.share ?? 0, best?.products ?? 0) {
        best = (share, products, number)
      }
    }
    return best?.number
  }

  private static func trigrams(of text: String) -> Set<String> {
    var trigrams: Set<String> = []
    for word in TextNormalizer().normalize(text).split(separator: " ").prefix(ProductRanking.maximumWords) {
      let letters = Array("#\(word.prefix(64))#")
      for start in letters.indices.dropLast(2) { trigrams.insert(String(letters[start..<(start + 3)])) }
    }
    return trigrams
  }
}
