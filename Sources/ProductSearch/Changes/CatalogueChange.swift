public import Learning

/// What happens to a product between two trainings.
///
///     let drill = SearchableProduct(id: "A-17", title: "Cordless drill 20 V")
///     try model.applying([.upsert(drill, queries: []), .remove(id: "B-3"), .set(id: "C-9", price: 19.9, stock: 0)])
public enum CatalogueChange: Codable, Sendable, Equatable {
  /// A product comes, or takes the place of the one of its id; the queries that led to that one stay with it.
  case upsert(SearchableProduct, queries: [ClickedQuery])

  /// A product goes.
  case remove(id: String)

  /// A product has another price or stock; nil leaves what it has.
  case set(id: String, price: Double?, stock: Int?)

  /// The product.
  public var id: String {
    switch self {
    case .upsert(let product, _): product.id
    case .remove(let id), .set(let id, _, _): id
    }
  }

  /// Everything out of range.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require(!id.isEmpty, "id", given: "nothing", expected: "the id of a product")
    switch self {
    case .upsert(let product, let queries):
      problems.require(
        TextField.allCases.contains { product[$0].contains { !$0.isWhitespace } }, "product \(id)",
        given: "no text", expected: "a title or other text")
      let weightless = queries.count { !($0.weight.isFinite && $0.weight > 0) }
      problems.require(
        weightless == 0, "product \(id)",
        given: "\(weightless) queries with a weight that is not above 0", expected: "finite weights above 0")
    case .remove: break
    case .set(_, let price, let stock):
      problems.require(
        price.map { $0.isFinite && $0 >= 0 } ?? true, "price of \(id)", given: price ?? 0,
        expected: "0 or more")
      problems.require(
        stock.map { $0 >= 0 } ?? true, "stock of \(id)", given: stock ?? 0, expected: "0 or more")
    }
    return problems.all
  }
}

/// A product on its way into the rankers.
struct CatalogueAddition: Sendable {
  let product: SearchableProduct
  /// Queries that led to it.
  let queries: [ClickedQuery]
  /// Position of the product whose place it takes; that one's clicked queries stay with it.
  let replaced: Int?
}

/// What changes did to a catalogue.
public struct CatalogueChangeSummary: Codable, Sendable, Equatable {
  /// Products that came, those included that took the place of another one.
  public var added = 0

  /// Products whose place another one of the same id took.
  public var replaced = 0

  /// Products that went.
  public var removed = 0

  /// Products whose price or stock was set.
  public var set = 0

  /// Ids of products that were to go or to be set and are not in the catalogue.
  public var unknown: [String] = []

  /// Ids of products that the tree cannot learn because it knows no word of their titles; words alone find them.
  public var foundByWordsAlone: [String] = []

  /// Creates the summary of changes that did nothing.
  public init() {}
}
