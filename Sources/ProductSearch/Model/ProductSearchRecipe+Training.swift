public import Learning
internal import LinearAlgebra
internal import Synchronization

extension ProductSearchRecipe: Estimator {
  /// Trains every ranker, compares them on the validation queries and lets the best one answer.
  ///
  /// - Throws: ``InvalidInput`` listing every violation of recipe and data; `CancellationError`.
  public func fit(_ training: ProductSearchTraining, on execution: Execution) throws -> ProductSearchModel {
    var problems = Violations(violations)
    problems.append(contentsOf: training.violations)
    try problems.throwIfAny()
    let data = training.data
    var rankers = try ProductSearchModel.Rankers(self, data, on: execution)
    if let fusion, let evidence = training.evidence {
      rankers.fusion = try fusion.fit(evidence, data, rankers: rankers, recipe: self, on: execution)
    }
    let ids = data.products.map(\.id)
    var reports: [RankerReport] = []
    if let validation = training.validation {
      for ranker in rankers.all {
        execution.progress.report(
          ProgressEvent(
            stage: "evaluating \(ranker.name)", completed: reports.count, total: rankers.all.count))
        let evaluation = try validation.evaluate(ranker, ids: ids, on: execution)
        reports.append(
          RankerReport(
            name: ranker.name, metrics: evaluation.mean, depths: evaluation.depths,
            interval: evaluation.interval(), queries: evaluation.queries.count))
      }
    }
    // Of equals the simpler one, which comes first.
    var best = rankers.defaultName
    if let top = reports.map(\.metrics.ndcg).max(), top > 0 {
      best = reports.first { $0.metrics.ndcg == top }?.name ?? best
    }
    return ProductSearchModel(
      recipe: self, data: data, rankers: rankers, chosen: best, reports: reports)
  }
}

extension RankingTask {
  /// What a ranker reaches when it searches the catalogue whose products have these ids.
  ///
  /// - Throws: what the ranker throws; `CancellationError`.
  public func evaluate(
    _ ranker: any ProductRanker, ids: [String], on execution: Execution = Execution()
  ) throws -> RankingEvaluation {
    // Protocol D drops products afterwards, so it needs more of them.
    let deepest = max(metrics.ndcgDepth, metrics.reciprocalRankDepth, metrics.depths.max() ?? 1)
    let limit = min(RankingQuery.limits.upperBound, documents == .trained ? 10 * deepest : deepest)
    let run = Mutex<[String: [ScoredDocument]]>([:])
    try concurrentForEach(count: queries.count, threads: execution.threads, scratch: { ProductRanking() }) {
      ranking, position in
      if position % 256 == 0 { try execution.cancellation.check() }
      try ranker.rank(queries[position].text, limit: limit, into: &ranking)
      let scored = zip(ranking.products, ranking.scores).map { ScoredDocument(ids[Int($0)], Double($1)) }
      run.withLock { $0[queries[position].id] = scored }
    }
    return try evaluate(run.withLock { $0 })
  }
}
