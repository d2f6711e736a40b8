internal import Learning
internal import Probability
internal import ProductSearch
internal import StoreSimulator
internal import TextFeatures

/// What the query side reaches: corrections of typing errors, filters and facets, and the position model behind
/// training pairs.
struct QuerySideBenchmark {
  /// Judged queries as typed and with one typing error each, over a catalogue.
  struct Typos {
    let data: ProductSearchData
    let typed: RankingTask
    let misspelt: RankingTask
  }

  /// nDCG@10 by words on queries as typed and misspelt, with and without correction, and the share of the loss that
  /// correction recovers.
  static func measure(_ typos: Typos, into figures: inout BenchFigures, on execution: Execution) throws {
    var recipe = ProductSearchRecipe()
    (recipe.centroid, recipe.extremeRanking) = (nil, nil)
    let model = try recipe.fit(
      ProductSearchTraining(data: ProductSearchData(products: typos.data.products)), on: execution)
    func ndcg(_ task: RankingTask, isExact: Bool) throws -> Double {
      var run: [String: [ScoredDocument]] = [:]
      for query in task.queries {
        try execution.cancellation.check()
        var request = SearchRequest(query.text, limit: 100, ranker: "bm25")
        request.isExact = isExact
        run[query.id] = try model.search(request).results.map { ScoredDocument($0.id, Double($0.score)) }
      }
      return try task.evaluate(run).mean.ndcg
    }
    let exact = (try ndcg(typos.typed, isExact: true), try ndcg(typos.misspelt, isExact: true))
    let corrected = (try ndcg(typos.typed, isExact: false), try ndcg(typos.misspelt, isExact: false))
    figures["typed_ndcg10"] = exact.0
    figures["typed_corrected_ndcg10"] = corrected.0
    figures["typo_ndcg10"] = exact.1
    figures["typo_corrected_ndcg10"] = corrected.1
    if corrected.0 > exact.1 { figures["typo_recovered"] = (corrected.1 - exact.1) / (corrected.0 - exact.1) }
  }

  /// The largest error of the examinations learned from the log of a generated shop, whose own are known.
  static func measurePositions(
    _ positions: PositionModel, into figures: inout BenchFigures
  ) {
    guard positions.status.isIdentified else { return }
    figures["theta_error"] =
      zip(positions.examination, SampleShop.positionCurve).map { abs($0 - $1) }.max()
  }

  /// Microseconds to correct one misspelt word among so many made-up words.
  static func timeSpelling(words count: Int, into figures: inout BenchFigures, on execution: Execution) throws
  {
    var generator = SeededGenerator(seed: 5)
    let syllables = "bcdfghjklmnprstvz".flatMap { first in "aeiou".map { "\(first)\($0)" } }
    func word() -> String {
      (0..<(3 + generator.integer(below: 3))).map { _ in syllables[generator.integer(below: syllables.count)]
      }
      .joined() + ["", "n", "s", "r"][generator.integer(below: 4)]
    }
    var products: [SearchableProduct] = []
    var words: [String] = []
    while words.count < count {
      let title = (0..<8).map { _ in word() }
      words += title
      products.append(SearchableProduct(id: "\(products.count)", title: title.joined(separator: " ")))
    }
    let data = ProductSearchData(products: products)
    var recipe = LexicalRecipe()
    recipe.analyzer.stemming = nil
    let speller = try Speller(
      SpellingRecipe(), data, words: recipe.fit(data, on: execution), on: execution)
    let misspelt = (0..<1000).map { _ in
      var letters = Array(words[generator.integer(below: words.count)])
      letters[1 + generator.integer(below: letters.count - 1)] = "q"
      return String(letters)
    }
    let times = Stopwatch.microseconds(count: misspelt.count) { _ = speller.correct(misspelt[$0]) }
    figures["spelling_words"] = Double(speller.words)
    figures["spelling_us"] = times.mean
    figures["spelling_p99_us"] = times.percentile(0.99)
  }

  /// Microseconds to evaluate one clause that was not asked for before, to rank by words behind a filter, and to count
  /// three facets, over a generated shop of so many products.
  static func timeFilters(products count: Int, into figures: inout BenchFigures, on execution: Execution)
    throws
  {
    var shopRecipe = ShopRecipe()
    (shopRecipe.products, shopRecipe.customers, shopRecipe.days) = (count, 1, 1)
    let shop = try SampleShop(shopRecipe)
    let products = (0..<shop.count).map { SearchableProduct(shop.product(at: $0)) }
    var recipe = ProductSearchRecipe()
    (recipe.centroid, recipe.extremeRanking, recipe.spelling) = (nil, nil, nil)
    let model = try recipe.fit(
      ProductSearchTraining(data: ProductSearchData(products: products)), on: execution)
    // Prices with cents of their own, so that no filter is known already.
    func request(_ number: Int) -> SearchRequest {
      var request = SearchRequest("cordless drill")
      request.filter = "price:[\(number % 97).\(number) TO \(150 + number % 50)]"
      return request
    }
    let clauses = try Stopwatch.microseconds(count: 500, passes: 1) {
      _ = try model.countProducts(where: request($0).filter ?? "")
    }
    figures["filter_products"] = Double(count)
    figures["filter_clause_us"] = clauses.mean
    var known = request(1)
    known.filter = "stock:true AND category:Tools"
    let filtered = try Stopwatch.microseconds(count: 300) { _ in _ = try model.search(known) }
    figures["filtered_search_us"] = filtered.mean
    known.facets = ["brand", "category", "price"]
    let counted = try Stopwatch.microseconds(count: 100) { _ in _ = try model.search(known) }
    figures["facets_us"] = counted.mean - filtered.mean
  }
}
