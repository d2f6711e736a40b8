internal import Learning
internal import Probability
internal import TabularLearning

extension FusionRecipe {
  /// Describes the candidates of the evidence's queries by rankers that have not seen what they are judged by.
  ///
  /// A model fitted on pairs that its rankers have seen takes a clicked query for proof: it learns that products
  /// without clicks are never wanted. Not cross-fitting shows just that, in a test.
  func examples(
    _ evidence: FusionEvidence, _ data: ProductSearchData, rankers: ProductSearchModel.Rankers,
    description: CandidateDescription, recipe: ProductSearchRecipe, crossFitted: Bool, on execution: Execution
  ) throws -> FusionExamples {
    let queries = exampleQueries(evidence, data)
    if !rankers.usesPairs || !crossFitted {
      return try FusionExamples(
        queries, rankers: rankers.all, description: description, recipe: self, on: execution)
    }
    var examples = FusionExamples(columns: description.columns)
    for fold in 0..<folds {
      try execution.cancellation.check()
      let held: FusionShop
      switch evidence {
      case .judgments: held = shop(data, without: fold)
      case .clicks(let earlier, _):
        if fold > 0 { return examples }
        held = shop(ProductSearchData(products: data.products, pairs: earlier))
      }
      var blind = recipe
      blind.minimumPairs = 1
      let others = try ProductSearchModel.Rankers(blind, held.data, on: execution)
      guard others.all.count == rankers.all.count else { continue }
      let mine = queries.filter { query in
        if case .clicks = evidence { return true }
        return query.fold == fold
      }
      examples.append(
        try FusionExamples(
          mine.map(held.placed), rankers: others.all,
          description: CandidateDescription(others, held.data, self),
          recipe: self, positions: held.kept, on: execution))
    }
    return examples
  }

  /// The fold of a query: the same for every query of the same words in the same order.
  func fold(of text: String) -> Int {
    Int(SplitMix64.mix(seed ^ StableHash.fnv1a64(text)) % UInt64(folds))
  }

  /// Whether a product loses all its pairs in a fold.
  func isCold(_ product: Int, fold: Int) -> Bool {
    let draw = SplitMix64.mix(seed &+ SplitMix64.mix(UInt64(product) << 8 | UInt64(fold)))
    return Double(draw >> 11) * 0x1p-53 < coldShare
  }

  /// The shop without the pairs of one fold's queries. A product that loses all its pairs that way loses them because
  /// it is wanted by these queries, and one that never had a pair may be one that nobody judged: neither may say so,
  /// so both are left out. The products that lose their pairs at random stay.
  private func shop(_ data: ProductSearchData, without fold: Int) -> FusionShop {
    let pairs = data.pairs.filter { self.fold(of: $0.query) != fold }
    var isPaired = [Bool](repeating: false, count: data.products.count)
    for pair in pairs { isPaired[pair.product] = true }
    var hadPair = [Bool](repeating: false, count: data.products.count)
    for pair in data.pairs { hadPair[pair.product] = true }
    let kept = data.products.indices.filter { isPaired[$0] || hadPair[$0] && isCold($0, fold: fold) }
    return FusionShop(
      data, keeping: kept, pairs: pairs.filter { !isCold($0.product, fold: fold) })
  }

  /// The shop as the earlier part of a log knows it.
  private func shop(_ data: ProductSearchData) -> FusionShop {
    FusionShop(
      data, keeping: Array(data.products.indices), pairs: data.pairs.filter { !isCold($0.product, fold: 0) })
  }

  /// The queries of the evidence, at most ``mostQueries``, with positions in the catalogue.
  private func exampleQueries(_ evidence: FusionEvidence, _ data: ProductSearchData) -> [FusionExampleQuery] {
    var queries: [FusionExampleQuery] = []
    switch evidence {
    case .judgments(let task):
      let places = Dictionary(data.products.lazy.map(\.id).enumerated().map { ($1, Int32($0)) }) { first, _ in
        first
      }
      for query in task.queries {
        var gains: [Int32: Float] = [:]
        var relevant: Set<Int32> = []
        for (document, relevance) in query.relevance {
          guard let place = places[document] else { continue }
          gains[place] = Float(task.metrics.gain(of: relevance))
          if relevance >= task.metrics.relevant { relevant.insert(place) }
        }
        queries.append(
          FusionExampleQuery(text: query.text, gains: gains, relevant: relevant, fold: fold(of: query.text)))
      }
    case .clicks(_, let later):
      var byText: [String: [Int32: Float]] = [:]
      for pair in later { byText[pair.query, default: [:]][Int32(pair.product), default: 0] += pair.weight }
      queries = byText.sorted { $0.key < $1.key }.map { text, gains in
        FusionExampleQuery(text: text, gains: gains, relevant: Set(gains.keys), fold: fold(of: text))
      }
    }
    guard queries.count > mostQueries else { return queries }
    // The hash that picks them says nothing about the queries.
    return Array(
      queries.map { (query: $0, draw: SplitMix64.mix(~seed ^ StableHash.fnv1a64($0.text))) }
        .sorted { $0.draw < $1.draw }.prefix(mostQueries).map(\.query))
  }
}

/// A part of a shop, with its own positions of products.
private struct FusionShop {
  let data: ProductSearchData
  /// Positions of its products in the whole catalogue.
  let kept: [Int]
  private let places: [Int32]

  /// - Parameter kept: positions of the products that stay, ascending.
  init(_ shop: ProductSearchData, keeping kept: [Int], pairs: [QueryProductPair]) {
    var places = [Int32](repeating: -1, count: shop.products.count)
    for (place, product) in kept.enumerated() { places[product] = Int32(place) }
    self.places = places
    self.kept = kept
    data = ProductSearchData(
      products: kept.map { shop.products[$0] },
      pairs: pairs.compactMap { pair in
        guard places[pair.product] >= 0 else { return nil }
        return QueryProductPair(query: pair.query, product: Int(places[pair.product]), weight: pair.weight)
      })
  }

  /// The query with positions of this part; products that are not in it are worth nothing here.
  func placed(_ query: FusionExampleQuery) -> FusionExampleQuery {
    var gains: [Int32: Float] = [:]
    for (product, gain) in query.gains where places[Int(product)] >= 0 { gains[places[Int(product)]] = gain }
    return FusionExampleQuery(
      text: query.text, gains: gains,
      relevant: Set(query.relevant.filter { places[Int($0)] >= 0 }.map { places[Int($0)] }), fold: query.fold)
  }
}
