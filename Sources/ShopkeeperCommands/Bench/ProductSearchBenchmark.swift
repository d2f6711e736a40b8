internal import Learning
internal import Probability
internal import ProductSearch

/// One shop with judged queries, on which product search is trained and measured.
struct ProductSearchBenchmark {
  /// The set's name in figures: "c", "d", "slang", "icecat", "shop".
  let name: String
  let data: ProductSearchData
  let evidence: FusionEvidence?
  let task: RankingTask

  /// Trains every ranker and the fusion.
  func fit(on execution: Execution) throws -> ProductSearchModel {
    var recipe = ProductSearchRecipe()
    // Icecat has few queries, and what a fusion makes of them is asked all the same.
    recipe.fusion?.leastQueries = 20
    return try recipe.fit(ProductSearchTraining(data: data, evidence: evidence), on: execution)
  }

  /// What each ranker reaches, and what the fusion gains over the best of the others, with its interval.
  func measure(_ model: ProductSearchModel, into figures: inout BenchFigures, on execution: Execution) throws
  {
    var evaluations: [String: RankingEvaluation] = [:]
    for ranker in model.rankerNames {
      let evaluation = try task.evaluate(answers(model, ranker, on: execution))
      evaluations[ranker] = evaluation
      figures["\(ranker)_ndcg10_\(name)"] = evaluation.mean.ndcg
      figures["\(ranker)_recall10_\(name)"] = evaluation.recall(at: 10)
      figures["\(ranker)_recall100_\(name)"] = evaluation.recall(at: 100)
    }
    guard let fusion = evaluations.removeValue(forKey: "fusion"),
      let best = evaluations.values.max(by: { $0.mean.ndcg < $1.mean.ndcg }),
      let gain = fusion.difference(from: best)
    else { return }
    figures["fusion_gain_\(name)"] = gain.estimate
    figures["fusion_gain_\(name)_low"] = gain.low
    figures["fusion_gain_\(name)_high"] = gain.high
  }

  private func answers(
    _ model: ProductSearchModel, _ ranker: String, on execution: Execution
  ) throws -> [String: [ScoredDocument]] {
    var run: [String: [ScoredDocument]] = [:]
    for query in task.queries {
      try execution.cancellation.check()
      run[query.id] = try model.search(SearchRequest(query.text, limit: 100, ranker: ranker)).results.map {
        ScoredDocument($0.id, Double($0.score))
      }
    }
    return run
  }

  /// Microseconds on one thread from a query's text, as it is typed, to the hundred best products by words.
  func timeWords(_ model: ProductSearchModel, into figures: inout BenchFigures) throws {
    let requests = task.queries.prefix(2000).map { query in
      var request = SearchRequest(query.text, limit: 100, ranker: "bm25")
      request.isExact = true
      return request
    }
    for request in requests.prefix(200) { _ = try model.search(request) }
    figures["bm25_us"] = try Stopwatch.microseconds(count: requests.count) {
      _ = try model.search(requests[$0])
    }.mean
  }

  /// Microseconds on one thread from a query's text to ten products, and to why the first one is there.
  func time(_ model: ProductSearchModel, into figures: inout BenchFigures) throws {
    let requests = task.queries.prefix(2000).map { SearchRequest($0.text, limit: 10, ranker: "fusion") }
    let firsts = try requests.map { try model.search($0).results.first?.id }
    let hybrid = try Stopwatch.microseconds(count: requests.count) { _ = try model.search(requests[$0]) }
    let explained = try Stopwatch.microseconds(count: requests.count) { position in
      _ = try model.search(requests[position])
      if let first = firsts[position] { _ = try model.explain(requests[position], product: first) }
    }
    figures["hybrid_us"] = hybrid.mean
    figures["hybrid_p99_us"] = hybrid.percentile(0.99)
    figures["explain_us"] = explained.mean
  }
}
