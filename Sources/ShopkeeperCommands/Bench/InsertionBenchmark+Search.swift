internal import Learning
internal import ProductSearch
internal import StoreData

/// The same products withheld from the whole product search and added to it afterwards.
extension InsertionBenchmark {
  /// A product search without the products withheld, and the changes that bring them.
  struct PreparedSearch {
    let model: ProductSearchModel
    let late: [CatalogueChange]
  }

  /// Trains on the other products, their titles and the queries that lead to them; a part of these teaches the fusion.
  func prepareSearch(on execution: Execution) throws -> PreparedSearch {
    let late = withheld()
    let known = products.filter { !late.contains($0.id) }
    let numbers = Dictionary(known.enumerated().map { ($1.id, $0) }) { first, _ in first }
    let pairs = train.entries.flatMap { entry in
      entry.clicks.compactMap { click in
        numbers[click.product].map {
          QueryProductPair(query: entry.query, product: $0, weight: Float(click.weight))
        }
      }
    }
    var search = ProductSearchRecipe()
    search.extremeRanking?.model = recipe
    search.fusion?.seed = seed
    search.fusion?.coldShare = coldShare
    search.fusion?.newcomerCost = newcomerCost
    let data = ProductSearchData(
      products: known.map { SearchableProduct(id: $0.id, title: $0.title) }, pairs: pairs)
    let training = ProductSearchTraining(data: data, evidence: .randomPart(of: pairs, seed: seed))
    return PreparedSearch(
      model: try search.fit(training, on: execution),
      late: products.filter { late.contains($0.id) }.map {
        .upsert(SearchableProduct(id: $0.id, title: $0.title), queries: [])
      })
  }

  /// Figures of every ranker on the queries that lead to an added product, and of the fusion on the others before and after.
  func measure(
    _ prepared: PreparedSearch, _ figures: inout BenchFigures, on execution: Execution
  ) throws {
    let grown = try prepared.model.applying(prepared.late, on: execution)
    figures["newcomer_bonus"] = prepared.model.fusionReport.map { Double($0.newcomerBonus) } ?? 0
    let late = Set(prepared.late.map(\.id))
    for ranker in grown.rankerNames where ranker != "xr" {
      let found = try evaluate(grown, ranker, on: execution) { late.contains($0) }
      let name = ranker == "fusion" ? "cold" : "cold_\(ranker)"
      figures["\(name)_recall10"] = found.recall(at: 10)
      figures["\(name)_recall100"] = found.recall(at: 100)
    }
    figures["cold_others_recall10"] = try evaluate(grown, "fusion", on: execution) { !late.contains($0) }
      .recall(at: 10)
    figures["cold_others_recall10_before"] = try evaluate(prepared.model, "fusion", on: execution) {
      !late.contains($0)
    }.recall(at: 10)
    let sample = prepared.late.prefix(1000)
    var found = 0
    for case .upsert(let product, _) in sample {
      let results = try grown.search(SearchRequest(product.title, limit: 10)).results
      if results.contains(where: { $0.id == product.id }) { found += 1 }
    }
    figures["cold_title_found"] = Double(found) / Double(max(1, sample.count))
    let start = Stopwatch.wallSeconds
    _ = try grown.merging(on: execution)
    figures["search_merge_s"] = Stopwatch.wallSeconds - start
  }

  /// Wall time of adding products to the whole search, one by one and in one batch, from text to a model that answers.
  func time(_ prepared: PreparedSearch, _ figures: inout BenchFigures, on execution: Execution) throws {
    var (model, times) = (prepared.model, [Double]())
    for change in prepared.late.prefix(300) {
      let start = Stopwatch.wallSeconds
      model = try model.applying([change], on: Execution(threads: 1))
      times.append((Stopwatch.wallSeconds - start) * 1e3)
    }
    figures["insert_ms"] = times.mean
    figures["insert_p99_ms"] = times.percentile(0.99)
    let batch = Array(prepared.late.prefix(10_000))
    let start = Stopwatch.wallSeconds
    _ = try prepared.model.applying(batch, on: execution)
    figures["inserts_per_s"] = Double(batch.count) / (Stopwatch.wallSeconds - start)
    let queries = test.entries.prefix(1000).map { SearchRequest($0.query, limit: 10) }
    for query in queries.prefix(50) { _ = try model.search(query) }
    figures["grown_us"] = try Stopwatch.microseconds(count: queries.count) {
      _ = try model.search(queries[$0])
    }.mean
    figures["ungrown_us"] = try Stopwatch.microseconds(count: queries.count) {
      _ = try prepared.model.search(queries[$0])
    }.mean
  }

  private func evaluate(
    _ model: ProductSearchModel, _ ranker: String, on execution: Execution,
    counting isCounted: (String) -> Bool
  ) throws -> RankingEvaluation {
    try judged(counting: isCounted) { entry in
      try execution.cancellation.check()
      return try model.search(SearchRequest(entry.query, limit: 100, ranker: ranker)).results.map(\.id)
    }
  }
}
