internal import Learning
internal import LinearAlgebra
internal import TextFeatures

/// Ids and titles of a catalogue by position, and which positions are still answered.
struct CatalogueNames: Sendable {
  /// The ids of the arrays.
  private let ids: Vocabulary
  private let titles: StoredStrings
  /// The products added since, and where the last one of each id is.
  private var added: [(id: String, title: String)] = []
  private var places: [String: Int] = [:]

  /// The products that are answered; nil while no product went.
  private(set) var live: ProductFilter?

  init(ids: Vocabulary, titles: StoredStrings) {
    (self.ids, self.titles) = (ids, titles)
  }

  init(_ products: [SearchableProduct]) {
    self.init(ids: Vocabulary(words: products.lazy.map(\.id)), titles: StoredStrings(products.map(\.title)))
  }

  /// Number of products of the arrays.
  var stored: Int { ids.count }

  /// Number of positions, those of products that went included.
  var count: Int { ids.count + added.count }

  /// Number of products.
  var liveCount: Int { live?.count ?? count }

  /// The positions that are answered, ascending.
  var livePositions: [Int] {
    guard let live else { return Array(0..<count) }
    var positions: [Int] = []
    live.allowed.forEach { positions.append($0) }
    return positions
  }

  func id(of product: Int) -> String {
    product < ids.count ? ids[product] : added[product - ids.count].id
  }

  func title(of product: Int) -> String {
    product < ids.count ? titles[product] : added[product - ids.count].title
  }

  /// The position of the product of an id; nil where there is none any more.
  func position(of id: String) -> Int? {
    guard let position = places[id] ?? ids.id(of: id) else { return nil }
    return live.map { $0.allows(position) } ?? true ? position : nil
  }

  /// The names with more products behind all others and without some.
  ///
  /// - Complexity: O(added products), and O(N / 64) once a product went
  func changing(removing removed: [Int], adding products: [SearchableProduct]) -> CatalogueNames {
    var names = self
    for product in products {
      names.places[product.id] = names.count
      names.added.append((product.id, product.title))
    }
    if !removed.isEmpty || live != nil {
      names.live = ProductFilter(
        ProductBitmap(products: names.count) { words in
          for product in count..<names.count { words[product >> 6] |= 1 << UInt64(product & 63) }
          let old = live?.allowed ?? .all(of: count)
          for (place, word) in old.words.enumerated() { words[place] |= word }
          for product in removed { words[product >> 6] &= ~(1 << UInt64(product & 63)) }
        })
      names.live?.leavesOutOnlyGone = true
    }
    return names
  }

  /// The names of the products that are answered.
  func merging() -> CatalogueNames {
    let kept = livePositions
    return CatalogueNames(
      ids: Vocabulary(words: kept.map(id(of:))), titles: StoredStrings(kept.map(title(of:))))
  }

  func write(to writer: inout ModelArchive.Writer) throws {
    precondition(added.isEmpty && live == nil, "what came and went is merged before names are written")
    try writer.section("ids") { try ids.write(to: &$0) }
    try writer.section("titles") { try titles.write(to: &$0) }
  }

  init(from archive: ModelArchive) throws {
    self.init(
      ids: try Vocabulary(from: archive.section("ids")),
      titles: try StoredStrings(from: archive.section("titles")))
    guard titles.count == ids.count else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "titles", given: "\(titles.count) titles",
        expected: "\(ids.count) as ids", advice: "The model is altered; train it again.")
    }
  }
}
