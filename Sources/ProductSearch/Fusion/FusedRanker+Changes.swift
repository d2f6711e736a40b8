internal import Learning
internal import LinearAlgebra

/// What a fusion knows of a product that was added since its arrays were made.
struct AddedTitle: Sendable {
  /// The title's terms.
  let terms: StoredArray<UInt32>

  /// Root of the summed squares of their weights.
  let length: Float

  /// The queries that led to the product, as those of a catalogue of one; nil without any.
  let clicked: ClickedQueries?
}

extension FusedRanker {
  /// The fusion with more products behind all others.
  ///
  /// - Parameters:
  ///   - additions: the products.
  ///   - rankers: the rankers that have them already, in the order of before.
  ///   - lexical: the keyword index among them.
  /// - Complexity: O(length of the texts), and O(words) where one is new
  func changing(
    adding additions: [CatalogueAddition], rankers: [any ProductRanker], lexical: LexicalIndex
  ) -> FusedRanker {
    let titles = description.titles.extended(to: lexical.vocabulary)
    let analysis = LexicalAnalysis(lexical.recipe.analyzer)
    let added = additions.map { addition in
      let terms = TitleSequences.terms(of: addition.product.title, analysis, lexical.vocabulary)
      var clicked: (entries: [ClickedQueries.Entry], total: Float) =
        addition.replaced.map { queries(of: $0) } ?? ([], 0)
      clicked.entries += addition.queries.map { query in
        ClickedQueries.Entry(query, analysis, lexical.vocabulary, titles)
      }
      clicked.entries = Array(
        clicked.entries.stablySorted { $0.weight > $1.weight }.prefix(ClickedQueries.most))
      clicked.total += addition.queries.reduce(0) { $0 + $1.weight }
      return AddedTitle(
        terms: StoredArray(terms), length: TitleSequences.length(terms) { titles.weights[Int($0)] },
        clicked: clicked.entries.isEmpty ? nil : ClickedQueries([clicked]))
    }
    return replacing(
      rankers,
      CandidateDescription(
        description, lexical: lexical, titles: titles,
        worth: description.worth?.extended(to: lexical.vocabulary.count),
        added: description.added + added),
      newcomers.adding(additions, first: description.lexical.products), keepsMemory: true)
  }

  /// The queries that led to a product.
  private func queries(of product: Int) -> (entries: [ClickedQueries.Entry], total: Float) {
    let stored = description.titles.products
    if product < stored { return description.clicked?.queries(of: product) ?? ([], 0) }
    return description.added[product - stored].clicked?.queries(of: 0) ?? ([], 0)
  }

  /// The fusion over some of its products alone.
  ///
  /// - Parameters:
  ///   - kept: their positions, ascending.
  ///   - rankers: the rankers of these products, in the order of before.
  ///   - lexical: the keyword index among them; words have their numbers of before.
  func merging(keeping kept: [Int], rankers: [any ProductRanker], lexical: LexicalIndex) -> FusedRanker {
    let titles = TitleSequences(kept.map { Array(description.title(of: $0)) }, lexical.vocabulary)
    let clicked =
      description.clicked == nil
      ? nil
      : ClickedQueries(
        kept.map { product in
          let (entries, total) = queries(of: product)
          // What words tell was counted anew.
          return (
            entries.map { entry in
              ClickedQueries.Entry(
                weight: entry.weight,
                length: TitleSequences.length(entry.terms) { titles.weights[Int($0)] }, terms: entry.terms)
            }, total
          )
        })
    return replacing(
      rankers,
      CandidateDescription(
        rankerNames: description.rankerNames, depths: description.depths, lexical: lexical, titles: titles,
        clicked: clicked, worth: description.worth?.extended(to: lexical.vocabulary.count)),
      newcomers.merging(keeping: kept), keepsMemory: false)
  }
}

extension Array {
  /// The elements in order, equal ones as they stood.
  fileprivate func stablySorted(by areInOrder: (Element, Element) -> Bool) -> [Element] {
    indices.sorted { areInOrder(self[$0], self[$1]) || !areInOrder(self[$1], self[$0]) && $0 < $1 }
      .map { self[$0] }
  }
}
