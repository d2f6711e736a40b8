internal import Glibc
internal import Learning
internal import LinearAlgebra

/// One request on its way to its response.
struct SearchAnswer {
  let model: ProductSearchModel
  let request: SearchRequest
  let ranker: any ProductRanker
  let correction: CorrectedQuery?
  let expression: FilterExpression?

  /// The words that are answered, after corrections and after words were given up.
  private(set) var text: String
  private(set) var ranking = ProductRanking()
  private(set) var status = SearchResponse.Status.ok
  private(set) var relaxation: Relaxation?
  private(set) var suggestions: [SearchResult] = []

  init(
    _ model: ProductSearchModel, _ request: SearchRequest, _ ranker: any ProductRanker,
    _ correction: CorrectedQuery?, _ expression: FilterExpression?
  ) {
    self.model = model
    self.request = request
    self.ranker = ranker
    self.correction = correction
    self.expression = expression
    text = correction?.text ?? request.text
  }

  /// Finds products, giving up one thing after the other until there are some.
  mutating func find() throws {
    ranking = try rank(text, expression)
    if ranking.words == 0 { return status = .emptyQuery }
    if ranking.products.isEmpty, request.requiresAllWords { try dropWords() }
    if !ranking.products.isEmpty { return try noteCorrection() }
    if let expression {
      let unfiltered = try rank(text, nil)
      if !unfiltered.products.isEmpty {
        status = .filteredOut
        return try dropFilter(expression)
      }
    }
    status = .nothingFound
    suggestions = model.suggestions(for: request.text, filter: expression, limit: request.limit)
  }

  /// Says so where nothing would have been found as it was typed.
  private mutating func noteCorrection() throws {
    guard relaxation == nil, let correction, !correction.corrections.isEmpty else { return }
    var typed = query(request.text, expression)
    typed.alternatives = []
    typed.limit = 1
    var found = ProductRanking()
    try ranker.rank(typed, into: &found)
    if found.products.isEmpty {
      relaxation = Relaxation(step: .correctedSpelling, dropped: nil, total: nil)
    }
  }

  /// Gives up the least informative words one after the other, those that no product holds first.
  private mutating func dropWords() throws {
    var words = model.rankers.lexical.words(of: text)
    var dropped: [String] = []
    while words.count > 1,
      let least = words.indices.min(by: { words[$0].information < words[$1].information })
    {
      dropped.append(words.remove(at: least).text)
      let shorter = words.map(\.text).joined(separator: " ")
      let found = try rank(shorter, expression)
      if found.products.isEmpty { continue }
      relaxation = Relaxation(step: .droppedWord, dropped: dropped.joined(separator: " "), total: nil)
      (ranking.products, ranking.scores, text) = (found.products, found.scores, shorter)
      return
    }
  }

  /// Offers what is found without one part of the filter, the last part first, then without several.
  private mutating func dropFilter(_ expression: FilterExpression) throws {
    let clauses = expression.clauses
    var kept = clauses
    let candidates =
      clauses.indices.reversed().map { place in clauses.indices.filter { $0 != place }.map { clauses[$0] } }
      + clauses.indices.dropFirst().reversed().map { Array(clauses[..<$0]) } + [[]]
    for candidate in candidates {
      let found = try rank(text, .all(candidate))
      if found.products.isEmpty { continue }
      kept = candidate
      suggestions = results(of: found)
      break
    }
    let dropped = clauses.filter { !kept.contains($0) }
    let matching = model.matches(text, ranker, found: suggestions.map(\.product))
    let total =
      FilterExpression.all(kept).map { (model.filter(for: $0).allowed & matching).count } ?? matching.count
    relaxation = Relaxation(
      step: .droppedFilter, dropped: FilterExpression.all(dropped)?.description, total: total)
  }

  /// What the ranker is asked first.
  var asked: RankingQuery { query(text, expression) }

  /// What a ranker is asked for some words.
  private func query(_ text: String, _ expression: FilterExpression?) -> RankingQuery {
    var query = RankingQuery(text, limit: request.limit)
    query.filter = expression.map { model.filter(for: $0) } ?? model.names.live
    if text == correction?.text { query.alternatives = correction?.alternatives ?? [] }
    if request.order != .relevance { query.limit = RankingQuery.limits.upperBound }
    if request.requiresAllWords {
      let holding = model.rankers.lexical.productsHoldingAll(of: text)
      query.filter = ProductFilter(query.filter.map { $0.allowed & holding } ?? holding)
    }
    return query
  }

  /// The best products for some words, ordered and grouped as was asked for.
  private func rank(_ text: String, _ expression: FilterExpression?) throws -> ProductRanking {
    var query = query(text, expression)
    var ranking = ProductRanking()
    if !request.groupsVariants {
      try ranker.rank(query, into: &ranking)
      model.order(&ranking, by: request.order, limit: request.limit)
      return ranking
    }
    query.limit = min(RankingQuery.limits.upperBound, 4 * query.limit)
    while true {
      try ranker.rank(query, into: &ranking)
      let isAll = ranking.products.count < query.limit || query.limit == RankingQuery.limits.upperBound
      model.order(&ranking, by: request.order, limit: query.limit)
      model.keepBestOfGroups(&ranking)
      if isAll || ranking.products.count >= request.limit { break }
      query.limit = min(RankingQuery.limits.upperBound, 2 * query.limit)
    }
    ranking.keepFirst(request.limit)
    return ranking
  }

  private func results(of ranking: ProductRanking) -> [SearchResult] {
    if ranking.products.isEmpty { return [] }
    return model.rankers.lexical.texts.withScratch { scratch in
      let highlighter = Highlighter(text, scratch)
      return zip(ranking.products, ranking.scores).map { product, score in
        model.result(Int(product), score: score, highlighter: highlighter)
      }
    }
  }

  /// The response.
  func response() -> SearchResponse {
    let facets = FacetCounting(self)
    let corrected = correction?.text ?? request.text
    return SearchResponse(
      query: request.text, correctedQuery: corrected == request.text ? nil : corrected,
      corrections: correction?.corrections ?? [], status: status, relaxation: relaxation, ranker: ranker.name,
      results: results(of: ranking), total: facets?.total, facets: facets?.counts ?? [:],
      suggestions: suggestions, knownShare: ranking.knownShare, isTruncated: ranking.isTruncated)
  }
}

extension ProductRanking {
  /// Drops all but the first products.
  mutating func keepFirst(_ limit: Int) {
    guard products.count > limit else { return }
    products.removeLast(products.count - limit)
    scores.removeLast(scores.count - limit)
  }
}

extension CorrectedQuery {
  /// The other words that may have been meant, the less likely the less they count.
  ///
  /// The likeliest one stands in the text; a typed word that was replaced counts as well where it is among them.
  var alternatives: [RankingQuery.WeightedWord] {
    corrections.flatMap { correction in
      correction.alternatives.dropFirst().map { RankingQuery.WeightedWord($0.text, weight: exp(-$0.cost)) }
    }
  }
}
