internal import TextFeatures

/// Says how many products' titles have every word of a text, in any form and order.
///
///     live.refreshGrounding(TitleGrounding(titles))
public struct TitleGrounding: CatalogueGrounding {
  private let normalizer: QueryNormalizer
  /// For each stem the products whose titles have it, ascending.
  private let products: [String: [Int32]]

  /// Indexes titles.
  ///
  /// - Complexity: O(words of the titles)
  public init(_ titles: [CatalogueTitle], normalizer: QueryNormalizer = QueryNormalizer()) {
    let analyzed = AnalyzedText(LabelGroups.analyzer(normalizer.stemming))
    var products: [String: [Int32]] = [:]
    for (number, title) in titles.enumerated() {
      analyzed.fill(title.text)
      for stem in Set(analyzed.map(\.string)) { products[stem, default: []].append(Int32(number)) }
    }
    (self.normalizer, self.products) = (normalizer, products)
  }

  /// - Complexity: O(products of the rarest word)
  public func hits(_ text: String) -> Int {
    let analyzed = AnalyzedText(LabelGroups.analyzer(normalizer.stemming))
    analyzed.fill(text)
    let lists = Set(analyzed.map(\.string)).map { products[$0, default: []] }.sorted { $0.count < $1.count }
    guard let rarest = lists.first else { return 0 }
    return rarest.count { product in
      lists.dropFirst().allSatisfy { list in
        var (low, high) = (0, list.count)
        while low < high {
          let middle = (low + high) / 2
          if list[middle] < product { low = middle + 1 } else { high = middle }
        }
        return low < list.count && list[low] == product
      }
    }
  }
}
