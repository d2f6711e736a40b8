internal import ExtremeRanking
public import Learning
internal import LinearAlgebra

extension ProductSearchModel {
  /// The model with products that came, went or have another price or stock; the next search sees them.
  ///
  /// Of several changes of one product the last upsert or removal counts, and what is set after it. Products that came
  /// are weighed by the statistics of the trained ones, so that the scores of all others stay bit for bit; ``merging(on:)``
  /// counts anew.
  ///
  ///     let next = try model.applying([.upsert(drill, queries: [ClickedQuery("akkuschrauber")])])
  ///
  /// - Throws: ``InvalidInput`` with every violation; `CancellationError`.
  /// - Complexity: O(texts of the products that came · log of those added so far), and O(N) where a product went
  public func applying(
    _ changes: [CatalogueChange], on execution: Execution = Execution()
  ) throws -> ProductSearchModel {
    try applying(learning(changes, on: execution)).model
  }

  /// Whether products came, went or were set since the model's arrays were made.
  public var hasChanges: Bool { names.count > names.stored || names.live != nil || columns.areChanged }

  /// Learns changes without making them yet: what a log keeps.
  func learning(_ changes: [CatalogueChange], on execution: Execution) throws -> [LearnedChange] {
    try Violations(changes.flatMap(\.violations)).throwIfAny()
    let changes = Self.lastOfEach(changes)
    guard let extreme = rankers.extreme, extreme.model.acceptsLabels else {
      return changes.map { LearnedChange(change: $0, label: nil) }
    }
    // New products are learned against those that stay.
    let removed = changes.compactMap { change -> Int? in
      if case .set = change { return nil }
      return names.position(of: change.id)
    }
    let left = try extreme.changing(removing: removed, adding: [], first: names.count, products: names.stored)
    var places: [Int] = []
    var upserts: [(product: SearchableProduct, queries: [ClickedQuery])] = []
    for (place, change) in changes.enumerated() {
      guard case .upsert(let product, let queries) = change else { continue }
      places.append(place)
      upserts.append((product, queries))
    }
    let insertions = try left.insertions(of: upserts, on: execution)
    let labels = Dictionary(uniqueKeysWithValues: zip(places, insertions))
    return changes.enumerated().map { LearnedChange(change: $1, label: labels[$0] ?? nil) }
  }

  /// The changes that count: of each product the last upsert or removal and what is set after it.
  private static func lastOfEach(_ changes: [CatalogueChange]) -> [CatalogueChange] {
    var last: [String: Int] = [:]
    for (place, change) in changes.enumerated() {
      if case .set = change { continue }
      last[change.id] = place
    }
    return changes.enumerated().filter { place, change in
      if case .set = change { return place > last[change.id] ?? -1 }
      return place == last[change.id]
    }.map(\.element)
  }

  /// The model with changes that were learned before.
  ///
  /// - Throws: ``InvalidInput`` when they do not fit the model.
  func applying(
    _ changes: [LearnedChange]
  ) throws -> (model: ProductSearchModel, summary: CatalogueChangeSummary) {
    // A log may hold several changes of one product: each run is made at once, as long as nothing comes or goes in it
    // that was changed before.
    var (model, summary) = (self, CatalogueChangeSummary())
    var (run, seen): ([LearnedChange], Set<String>) = ([], [])
    for change in changes {
      let isNew = seen.insert(change.change.id).inserted
      if case .set = change.change {
      } else if !isNew {
        model = try model.applying(run, &summary)
        (run, seen) = ([], [change.change.id])
      }
      run.append(change)
    }
    return (try model.applying(run, &summary), summary)
  }

  /// Makes changes of which no two let the same product come or go.
  private func applying(
    _ changes: [LearnedChange], _ summary: inout CatalogueChangeSummary
  ) throws -> ProductSearchModel {
    var (removed, additions): ([Int], [CatalogueAddition]) = ([], [])
    var insertions: [LabelInsertion?] = []
    for learned in changes {
      let position = names.position(of: learned.change.id)
      switch learned.change {
      case .upsert(let product, let queries):
        if let position { removed.append(position) }
        additions.append(CatalogueAddition(product: product, queries: queries, replaced: position))
        insertions.append(learned.label)
        summary.added += 1
        summary.replaced += position == nil ? 0 : 1
        if learned.label == nil, rankers.extreme != nil { summary.foundByWordsAlone.append(product.id) }
      case .remove(let id):
        if let position { removed.append(position) } else { summary.unknown.append(id) }
        summary.removed += position == nil ? 0 : 1
      case .set: break
      }
    }
    let names = names.changing(removing: removed, adding: additions.map(\.product))
    var columns = additions.isEmpty ? columns : columns.adding(additions)
    for learned in changes {
      guard case .set(let id, let price, let stock) = learned.change else { continue }
      guard let position = names.position(of: id) else {
        summary.unknown.append(id)
        continue
      }
      summary.set += 1
      let numbers = [(CatalogueField.price, price), (CatalogueField.stock, stock.map(Double.init))]
      columns = columns.setting(
        numbers.compactMap { field, number in number.map { (field, $0) } }, of: position)
    }
    let rankers =
      removed.isEmpty && additions.isEmpty
      ? rankers
      : try rankers.changing(removing: removed, adding: additions, insertions, stored: self.names.stored)
    return ProductSearchModel(
      recipe: recipe, names: names, columns: columns, rankers: rankers, chosen: chosen, reports: reports)
  }

  /// The model with what came and went folded into its arrays and all words counted anew, as training on the catalogue
  /// that is left would count them.
  ///
  /// The tree's classifiers, the fusion's model and the worth of single words stay as they were learned.
  ///
  /// - Throws: `FileFormatError` when a stored model turns out to be altered; `CancellationError`.
  /// - Complexity: O(bytes of the model)
  public func merging(on execution: Execution = Execution()) throws -> ProductSearchModel {
    guard hasChanges else { return self }
    let kept = names.livePositions
    return ProductSearchModel(
      recipe: recipe, names: names.merging(), columns: columns.merging(keeping: kept),
      rankers: try rankers.merging(keeping: kept, of: names.count, on: execution), chosen: chosen,
      reports: reports)
  }
}

extension ProductSearchModel.Rankers {
  /// The rankers without some products and with others behind all.
  fileprivate func changing(
    removing removed: [Int], adding additions: [CatalogueAddition], _ insertions: [LabelInsertion?],
    stored: Int
  ) throws -> Self {
    let first = lexical.products
    let lexical = additions.isEmpty ? lexical : try lexical.adding(additions)
    var changed = Self(
      lexical: lexical, usesPairs: usesPairs,
      centroid: additions.isEmpty ? centroid : try centroid?.adding(additions, on: Execution(threads: 1)),
      extreme: try extreme?.changing(removing: removed, adding: insertions, first: first, products: stored),
      speller: additions.isEmpty ? speller : speller?.adding(additions.map(\.product)))
    changed.fusion = fusion?.changing(adding: additions, rankers: changed.all, lexical: lexical)
    return changed
  }

  /// The rankers of some of `count` products alone.
  fileprivate func merging(keeping kept: [Int], of count: Int, on execution: Execution) throws -> Self {
    var positions = [Int32](repeating: -1, count: count)
    for (place, product) in kept.enumerated() { positions[product] = Int32(place) }
    let lexical = try lexical.merging(keeping: kept)
    try execution.cancellation.check()
    var merged = Self(
      lexical: lexical, usesPairs: usesPairs, centroid: try centroid?.merging(keeping: kept),
      extreme: try extreme?.merging(positions: positions, on: execution), speller: speller?.merging(lexical))
    merged.fusion = fusion?.merging(keeping: kept, rankers: merged.all, lexical: lexical)
    return merged
  }
}
