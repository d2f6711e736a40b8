import ExtremeRanking
import Learning
import LinearAlgebra
import TestSupport
import Testing

@testable import ProductSearch

private func training(products: Int = 300, pairs: Int = 800) -> ProductSearchTraining {
  let shop = GeneratedShop(products: products, pairs: pairs, seed: 41)
  // Judged by other shoppers' slang, which only pairs can teach.
  let queries = (0..<10).map { number in
    JudgedQuery(
      id: "q\(number)", text: "slang\(number)",
      judgments: stride(from: number, to: products, by: 10).map { (document: "p\($0)", relevance: 1) })
  }
  return ProductSearchTraining(
    data: shop.data, validation: RankingTask(queries: queries, metrics: .clicks))
}

private let recipe: ProductSearchRecipe = {
  var recipe = ProductSearchRecipe()
  recipe.extremeRanking?.model.clustering.maximumLeafSize = 20
  recipe.extremeRanking?.model.clustering.branching = 4
  return recipe
}()

@Suite struct ProductSearchModelTests {
  @Test func `the best ranker on the validation queries answers and all are reported`() throws {
    let training = training()
    let model = try recipe.fit(training)
    #expect(model.rankerNames == ["bm25", "bm25_clicks", "centroid", "xr"])
    #expect(model.reports.map(\.name) == model.rankerNames)
    #expect(model.reports.allSatisfy { $0.queries == 10 && $0.interval != nil })
    let best = model.reports.map(\.metrics.ndcg).max()
    #expect(model.reports.first { $0.name == model.chosen }?.metrics.ndcg == best)
    // No title holds the slang.
    #expect(model.reports[0].metrics.ndcg == 0)
    #expect(model.chosen != "bm25")
    for report in model.reports.dropFirst() { #expect(report.metrics.ndcg > 0.2, "\(report.name)") }
  }

  @Test func `without judgments words and clicks answer, and words alone with few pairs`() throws {
    var few = training(pairs: 99)
    few.validation = nil
    let words = try recipe.fit(few)
    #expect(words.chosen == "bm25" && words.rankerNames == ["bm25"] && words.reports.isEmpty)
    var enough = training(pairs: 100)
    enough.validation = nil
    #expect(try recipe.fit(enough).chosen == "bm25_clicks")
  }

  @Test func `responses tell an empty query from one that finds nothing`() throws {
    let model = try recipe.fit(training())
    for ranker in model.rankerNames {
      for text in ["", "  \t\n", "…!?", "\u{0}\u{202E}🔨"] {
        let response = try model.search(SearchRequest(text, ranker: ranker))
        #expect(response.status == .emptyQuery && response.results.isEmpty)
      }
      let nothing = try model.search(SearchRequest("qqzzjj", ranker: ranker))
      #expect(nothing.status == .nothingFound && nothing.results.isEmpty && nothing.knownShare == 0)
      let found = try model.search(SearchRequest("drill", limit: 3, ranker: ranker))
      #expect(found.status == .ok && found.results.count == 3 && found.ranker == ranker)
      #expect(found.results.allSatisfy { $0.id == "p\($0.product)" && $0.score > 0 })
      let long = try model.search(
        SearchRequest(Array(repeating: "drill", count: 65).joined(separator: " "), ranker: ranker))
      #expect(long.isTruncated && long.status == .ok)
    }
  }

  @Test func `requests out of range are refused with everything that is wrong`() throws {
    let model = try recipe.fit(training(pairs: 0))
    #expect {
      try model.search(SearchRequest("drill", limit: 0, ranker: "magic"))
    } throws: { error in
      "\(error)" == "limit: given 0, expected 1...1000\nranker: given magic, expected one of bm25"
    }
    #expect(throws: InvalidInput.self) { try model.explainWords("drill", product: "p300") }
    #expect(try model.search(SearchRequest("drill", limit: 1000)).results.count > 10)
  }

  @Test func `a saved model answers as the model itself`() throws {
    let model = try recipe.fit(training())
    try withTemporaryFolder { folder in
      let path = folder + "/search.model"
      try model.write(to: path)
      let opened = try ProductSearchModel(contentsOf: path)
      #expect(
        opened.recipe == model.recipe && opened.chosen == model.chosen && opened.reports == model.reports)
      for ranker in model.rankerNames {
        for text in ["drill", "slang4", "white lamp", "zebra", ""] {
          let request = SearchRequest(text, limit: 50, ranker: ranker)
          #expect(try opened.search(request) == model.search(request))
        }
      }
      #expect(try opened.explainWords("drill", product: "p3") == model.explainWords("drill", product: "p3"))
      try ModelArchive(contentsOf: path, kind: ProductSearchModel.archiveKind).verify()
      #expect(throws: FileFormatError.self) { try ModelArchive(contentsOf: path, kind: "xr-linear") }
    }
  }

  @Test func `threads have no influence on answers and reports`() throws {
    let training = training()
    let one = try recipe.fit(training, on: Execution(threads: 1))
    let three = try recipe.fit(training, on: Execution(threads: 3))
    #expect(one.reports == three.reports)
    for ranker in one.rankerNames {
      let request = SearchRequest("white drill slang2", limit: 100, ranker: ranker)
      #expect(try one.search(request) == three.search(request))
    }
  }

  @Test func `many threads share one model`() throws {
    let model = try recipe.fit(training())
    let texts = GeneratedShop.words + (0..<10).map { "slang\($0)" }
    let expected = try texts.map { try model.search(SearchRequest($0, limit: 30)) }
    try concurrentForEach(count: 2000, threads: 4) { position in
      let response = try model.search(SearchRequest(texts[position % texts.count], limit: 30))
      #expect(response == expected[position % texts.count])
    }
  }

  @Test func `ids that repeat or are empty are refused, and pools as well`() {
    var training = training(products: 3, pairs: 0)
    training.data.products[1].id = "p0"
    training.data.products[2].id = ""
    training.validation?.documents = .judged
    #expect {
      try recipe.fit(training)
    } throws: { error in
      "\(error)" == """
        catalogue: given 1 products whose id was given before, expected distinct ids
        catalogue: given 1 products without id, expected an id for each
        validation: given protocol A, expected protocol C or D. Rankers are chosen by searching the catalogue.
        """
    }
  }

  @Test func `recipes survive JSON`() throws {
    #expect(try JSONValue(encoding: recipe).decoded(as: ProductSearchRecipe.self) == recipe)
  }
}

@Suite struct LexicalTuningTests {
  @Test func `tuning never ends below its start and finds a planted field`() throws {
    // Only the category says what a product is; the title names colours.
    let kinds = ["drill", "saw", "lamp", "hose", "tile"]
    let colours = ["white", "black", "red"]
    let products = (0..<300).map { number in
      SearchableProduct(
        id: "p\(number)",
        title: "\(colours[number % 3]) \(kinds[number / 7 % 5]) set \(colours[number / 5 % 3])",
        category: kinds[number % 5])
    }
    let queries = kinds.indices.flatMap { kind in
      colours.map { colour in
        JudgedQuery(
          id: "\(kind)-\(colour)", text: "\(colour) \(kinds[kind])",
          judgments: products.indices.filter { $0 % 5 == kind }.map { (document: "p\($0)", relevance: 1) })
      }
    }
    let task = RankingTask(queries: queries, metrics: .clicks)
    var start = LexicalRecipe()
    start.fieldWeights.category = 0
    var tuning = LexicalTuning()
    tuning.rounds = 1
    let (tuned, trials) = try tuning.tune(start, ProductSearchData(products: products), on: task)
    let reached = try task.evaluate(
      tuned.fit(ProductSearchData(products: products)).scoped(to: .text), ids: products.map(\.id))
    #expect(tuned.fieldWeights.category > 0)
    #expect(reached.mean.ndcg == trials.filter(\.isKept).last?.ndcg)
    #expect(reached.mean.ndcg > trials[0].ndcg + 0.1)
    #expect(
      trials.contains { $0.change == "k1 = 0.9" } && trials.contains { $0.change == "stop words = english" })
    let again = try tuning.tune(start, ProductSearchData(products: products), on: task)
    #expect(again.recipe == tuned && again.trials == trials)
  }

  @Test func `clicked queries are weighed only on wish and then by what they gain`() throws {
    let training = training()
    let task = try #require(training.validation)
    var start = LexicalRecipe()
    start.clicks.weight = 0
    var tuning = LexicalTuning()
    tuning.rounds = 1
    tuning.triesAnalyzers = false
    let textAlone = try tuning.tune(start, training.data, on: task)
    #expect(textAlone.recipe.clicks == start.clicks)
    tuning.triesClicks = true
    let (tuned, trials) = try tuning.tune(start, training.data, on: task)
    #expect(tuned.text == textAlone.recipe.text && tuned.clicks.weight > 0)
    let reached = try task.evaluate(tuned.fit(training.data), ids: training.data.products.map(\.id))
    #expect(reached.mean.ndcg == trials.last { $0.isKept }?.ndcg && reached.mean.ndcg > 0.2)
  }
}
