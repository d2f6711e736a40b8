internal import ExtremeRanking
internal import Learning
internal import LinearAlgebra
internal import TextFeatures

/// Which labels the products have that came to a tree since its arrays were made.
struct ExtremeAdditions: Sendable {
  /// The product of each added label.
  var products: [Int32] = []

  /// The label of each product of the arrays, -1 where it has none; nil until one is removed.
  fileprivate var labels: StoredArray<Int32>?

  /// The label of each product that was added, by its position.
  fileprivate var addedLabels: [Int32: Int] = [:]
}

extension ExtremeRanker {
  /// The product of a label; nil where an altered file names a label that there is none for.
  func product(ofLabel label: Int) -> Int32? {
    let product =
      label < products.count
      ? products[label]
      : label - products.count < added.products.count ? added.products[label - products.count] : -1
    return product >= 0 ? product : nil
  }

  /// Learns products without adding them yet: what a log keeps; nil for a product of whose title the tree knows no word.
  ///
  /// Positives are the title, the queries that led to the product and, at less cost, the title's pairs of neighbouring
  /// words.
  ///
  /// - Throws: ``InvalidInput`` when the tree takes no labels; `CancellationError`.
  func insertions(
    of additions: [(product: SearchableProduct, queries: [ClickedQuery])], on execution: Execution
  ) throws -> [LabelInsertion?] {
    let recipe = LabelInsertionRecipe()
    let labels = try concurrentMap(
      count: additions.count, threads: execution.threads, scratch: { vectorizer.makeScratch() }
    ) { scratch, place in
      let (product, queries) = additions[place]
      let named = NamedLabel(name: product.id, text: product.title, queries: queries.map(\.text))
      var rows = ([named.text] + named.queries + (recipe.pairCost > 0 ? named.wordPairs : [])).map { text in
        var row = SparseVector()
        vectorizer.vectorize(text, scratch: &scratch, into: &row)
        return row
      }
      let text = rows.removeFirst()
      return NewLabel(
        text: text, queries: Array(rows.prefix(queries.count)), pairs: Array(rows.dropFirst(queries.count)))
    }
    let known = labels.indices.filter { labels[$0].text.values.contains { $0 != 0 } }
    let learned = try model.insertions(of: known.map { labels[$0] }, recipe, on: execution)
    var insertions = [LabelInsertion?](repeating: nil, count: labels.count)
    for (place, insertion) in zip(known, learned) { insertions[place] = insertion }
    return insertions
  }

  /// The ranker without some products and with others, which were learned before.
  ///
  /// - Parameters:
  ///   - removed: positions of products that are not answered any more.
  ///   - insertions: of the products that are added, in their order; nil for those that are not learned.
  ///   - first: the position of the first one.
  /// - Throws: ``InvalidInput`` when an insertion does not fit the tree.
  /// - Complexity: O(L) where products are removed
  func changing(
    removing removed: [Int], adding insertions: [LabelInsertion?], first: Int, products count: Int
  ) throws -> ExtremeRanker {
    var added = added
    var gone: [Int] = []
    if !removed.isEmpty {
      let labels = added.labels ?? labelsByProduct(count)
      added.labels = labels
      for product in removed {
        if let label = added.addedLabels[Int32(product)] {
          gone.append(label)
        } else if product < labels.count, labels[product] >= 0 {
          gone.append(Int(labels[product]))
        }
      }
    }
    var learned: [LabelInsertion] = []
    for (offset, insertion) in insertions.enumerated() {
      guard let insertion else { continue }
      added.addedLabels[Int32(first + offset)] = model.labelCount + learned.count
      added.products.append(Int32(first + offset))
      learned.append(insertion)
    }
    return ExtremeRanker(
      recipe: recipe, vectorizer: vectorizer, model: try model.adding(learned).removing(gone),
      products: products, added: added)
  }

  private func labelsByProduct(_ count: Int) -> StoredArray<Int32> {
    var labels = [Int32](repeating: -1, count: count)
    for (label, product) in products.enumerated() where product >= 0 && Int(product) < count {
      labels[Int(product)] = Int32(label)
    }
    return StoredArray(labels)
  }

  /// The ranker with what came and went folded into the tree's arrays.
  ///
  /// - Parameter positions: the new position of each product, -1 for those that are gone.
  func merging(positions: [Int32], on execution: Execution) throws -> ExtremeRanker {
    ExtremeRanker(
      recipe: recipe, vectorizer: vectorizer, model: try model.merging(on: execution),
      products: StoredArray(
        (0..<model.labelCount).map { label in
          model.isRemoved(label) ? -1 : product(ofLabel: label).map { positions[Int($0)] } ?? -1
        }))
  }
}
