internal import Learning
internal import ProductSearch
internal import StoreData

/// `shopkeeper search update`
struct SearchUpdateCommand: Command {
  static let name = "update"
  static let summary = "Let products come and go, or set prices and stocks, without training again."
  static let details = [
    "Each line of --changes is a product as the catalogue states it, in JSON; one whose id is there already takes its place"
      + " and keeps the queries that led to it. \"queries\", a list of texts or an object of texts with weights, are further"
      + " ones. A line {\"id\": ..., \"deleted\": true} takes a product away; one of id, price and stock alone sets these.",
    "Changes go to a log in the model's folder and hold from the next search on. New products are weighed by the words of"
      + " the trained ones, whose scores stay as they are; --merge folds the log into the model's arrays and counts all words"
      + " anew. Without --merge that is done when the log holds more than a tenth of the products, at least 1,000.",
  ]
  static let examples = [
    "shopkeeper search update --changes new.jsonl",
    #"echo '{"id": "A-17", "title": "oak desk", "price": 99, "queries": ["writing table"]}' | shopkeeper search update"#
      + " --changes -",
    "shopkeeper search update --merge",
  ]

  @Option(.model(named: "search")) var model: String
  @Option("changes", .file(), "Changes: JSON Lines, also .gz.") var changes: String?
  @Option("merge", .switch, "Fold all changes into the model's arrays.") var merge = false
  @Option(.json) var json: Bool
  let work = WorkOptions()

  /// Changes that a log may hold, whatever the size of the catalogue.
  static let leastLogged = 1000

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    guard changes != nil || merge else { throw UsageError("give at least one of: --changes, --merge") }
    let list =
      try changes.map { try console.read(CatalogueChanges.self, from: $0, on: execution).value.changes } ?? []
    let store = try ProductSearchStore(contentsOf: model)
    console.tell(store.report)
    var summary = CatalogueChangeSummary()
    if changes != nil { summary = try store.update(list.map(CatalogueChange.init), on: execution) }
    tell(summary, console)
    let isLong = store.loggedChanges > max(Self.leastLogged, store.snapshot.products / 10)
    if merge || isLong { try store.merge(on: execution) }
    try report(summary, store.snapshot.products, merged: merge || isLong, console)
  }

  private func tell(_ summary: CatalogueChangeSummary, _ console: Console) {
    if let first = summary.unknown.first {
      console.note(
        "\(summary.unknown.count.counted("id")) to remove or set not found, the first \(first.printable)")
    }
    if let first = summary.foundByWordsAlone.first {
      console.note(
        "\(summary.foundByWordsAlone.count.counted("product")) found by words alone until the model is trained again, the"
          + " first \(first.printable): the tree knows no word of the title")
    }
  }

  private func report(
    _ summary: CatalogueChangeSummary, _ products: Int, merged: Bool, _ console: Console
  ) throws {
    struct Document: Encodable {
      let added, replaced, removed, set, unknown, foundByWordsAlone, products: Int
      let merged: Bool
    }
    if json {
      return try console.print(
        json: Document(
          added: summary.added, replaced: summary.replaced, removed: summary.removed, set: summary.set,
          unknown: summary.unknown.count, foundByWordsAlone: summary.foundByWordsAlone.count,
          products: products, merged: merged))
    }
    try console.print(
      "\(summary.added.counted("product")) added (\(summary.replaced.grouped) replaced), \(summary.removed.grouped)"
        + " removed, \(summary.set.grouped) set; \(products.counted("product")) now"
        + (merged ? "; merged" : ""))
  }
}

extension CatalogueChange {
  /// A change as a file states it.
  init(_ change: CatalogueChanges.Change) {
    switch change {
    case .upsert(let product, let queries):
      self = .upsert(
        SearchableProduct(product), queries: queries.map { ClickedQuery($0.text, weight: Float($0.weight)) })
    case .remove(let id): self = .remove(id: id)
    case .set(let id, let price, let stock): self = .set(id: id, price: price, stock: stock)
    }
  }
}
