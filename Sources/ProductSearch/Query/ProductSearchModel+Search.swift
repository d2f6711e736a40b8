internal import Learning
internal import LinearAlgebra

extension ProductSearchModel {
  /// Finds products.
  ///
  /// - Throws: ``InvalidInput`` listing everything in the request that is out of range or not in the catalogue.
  public func search(_ request: SearchRequest) throws -> SearchResponse {
    let (ranker, filter) = try understood(request)
    let correction = request.isExact ? nil : rankers.speller?.correct(request.text)
    var answer = SearchAnswer(self, request, ranker, correction, filter)
    try answer.find()
    return answer.response()
  }

  /// Finds products.
  ///
  /// - Throws: ``InvalidInput`` listing everything in the request that is out of range or not in the catalogue.
  public func predict(_ query: SearchRequest) throws -> SearchResponse { try search(query) }

  /// How many products of the catalogue pass a filter.
  ///
  /// - Throws: ``InvalidInput`` when the filter cannot be understood or names what is not in the catalogue.
  /// - Complexity: O(N / 64) for each clause
  public func countProducts(where filter: String) throws -> Int {
    let expression = try FilterExpression(filter)
    try Violations(columns.violations(of: expression)).throwIfAny()
    return self.filter(for: expression).count
  }

  /// The ranker and the filter that a request names.
  func understood(_ request: SearchRequest) throws -> (any ProductRanker, FilterExpression?) {
    var problems = Violations(RankingQuery(request.text, limit: request.limit).violations)
    let named = request.ranker.flatMap { name in rankers.all.first { $0.name == name } }
    problems.require(
      request.ranker == nil || named != nil, "ranker", given: request.ranker ?? "",
      expected: "one of \(rankerNames.joined(separator: ", "))")
    var expression: FilterExpression?
    if let text = request.filter {
      do {
        let read = try FilterExpression(text)
        problems.append(contentsOf: columns.violations(of: read))
        expression = read
      } catch let error as InvalidInput {
        problems.append(contentsOf: error.violations)
      }
    }
    for facet in request.facets {
      problems.require(
        columns[facet] != nil, "facets", given: "the field \(facet)",
        expected: columns.fieldNames.isEmpty
          ? "no facets: no product has a field" : "one of \(columns.fieldNames.joined(separator: ", "))")
    }
    try problems.throwIfAny()
    return (named ?? ranker, expression)
  }

  /// The products of an expression; those asked for last are kept.
  func filter(for expression: FilterExpression) -> ProductFilter {
    filters.value(of: expression.description) {
      // Parts come again in other combinations.
      let clauses = expression.clauses
      if clauses.count == 1 {
        let found = columns.products(where: expression)
        return ProductFilter(names.live.map { found & $0.allowed } ?? found)
      }
      let sets = clauses.map { filter(for: $0).allowed }
      return ProductFilter(sets.dropFirst().reduce(sets[0]) { $0 & $1 })
    }
  }
}
