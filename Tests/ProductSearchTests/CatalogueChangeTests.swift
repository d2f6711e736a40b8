import ExtremeRanking
import Foundation
import Learning
import LinearAlgebra
import Probability
import Synchronization
import TabularLearning
import TestSupport
import Testing

@testable import ProductSearch

/// A shop with clicks, and a model of its first products with a fusion learned from some of the clicks.
private struct ChangingShop: Sendable {
  let shop: GeneratedShop
  let model: ProductSearchModel

  /// Products that are trained on; the others may come.
  static let trained = 240

  init() throws {
    var shop = GeneratedShop(products: 300, pairs: 900, seed: 71)
    for place in shop.products.indices {
      shop.products[place].properties.price = Double(place % 50)
      shop.products[place].properties.stock = place % 4
      shop.products[place].properties.categoryPath = ["all", "part\(place % 5)"]
    }
    self.shop = shop
    var recipe = ProductSearchRecipe()
    recipe.extremeRanking?.model.clustering.maximumLeafSize = 20
    recipe.extremeRanking?.model.clustering.branching = 4
    var fusion = FusionRecipe()
    (fusion.trees.trees, fusion.trees.leastRows, fusion.trees.bins) = (4, 20, 16)
    (fusion.folds, fusion.linear.iterations, fusion.words.passes) = (2, 4, 1)
    (fusion.lexicalCandidates, fusion.otherCandidates, fusion.learnedCandidates) = (40, 30, 40)
    (fusion.calibration.leastOutcomes, fusion.leastQueries) = (10, 20)
    recipe.fusion = fusion
    let data = ProductSearchData(
      products: Array(shop.products[..<Self.trained]), pairs: shop.pairs.filter { $0.product < Self.trained })
    model = try recipe.fit(
      ProductSearchTraining(data: data, evidence: .lastPart(of: data.pairs)), on: Execution(threads: 2))
    #expect(model.rankerNames == ["bm25", "bm25_clicks", "centroid", "xr", "fusion"])
  }

  /// The products that were not trained on, with the queries that led to them.
  var late: [CatalogueChange] {
    (Self.trained..<shop.products.count).map { place in
      .upsert(
        shop.products[place],
        queries: shop.pairs.filter { $0.product == place }.map { ClickedQuery($0.query, weight: $0.weight) })
    }
  }

  /// Words, titles and slang.
  var queries: [String] {
    var queries = Array(GeneratedShop.words[..<12])
    queries += shop.products[..<12].map(\.title)
    queries += (0..<4).map { "slang\($0)" }
    queries += shop.products.suffix(12).map(\.title)
    return queries
  }
}

private let changing = Result { try ChangingShop() }

/// What a model answers to a request for everything, typed as it stands.
private func answers(_ model: ProductSearchModel, _ text: String, _ ranker: String) throws -> [SearchResult] {
  var request = SearchRequest(text, limit: 1000, ranker: ranker)
  request.isExact = true
  return try model.search(request).results
}

/// Ids with scores.
private func scores(_ results: [SearchResult]) -> [String: Float] {
  Dictionary(uniqueKeysWithValues: results.map { ($0.id, $0.score) })
}

@Suite struct CatalogueChangeTests {
  private let single = ["bm25", "bm25_clicks", "centroid", "xr"]

  /// Filters with what they mean.
  private static let filters: [(String, @Sendable (SearchableProduct) -> Bool)] = [
    ("price:[100 TO *]", { $0.properties.price! >= 100 }),
    ("price:{3 TO 20]", { $0.properties.price! > 3 && $0.properties.price! <= 20 }),
    ("stock:true", { $0.properties.stock! > 0 }),
    ("stock:false", { $0.properties.stock! == 0 }),
    ("category:part3", { $0.properties.categoryPath[1] == "part3" }),
    ("category:part3 AND NOT price:5", isInThirdPart),
  ]

  @Sendable private static func isInThirdPart(_ product: SearchableProduct) -> Bool {
    product.properties.categoryPath[1] == "part3" && product.properties.price != 5
  }

  @Test func `scores of all other products stay bit for bit when products come and go`() throws {
    let shop = try changing.get()
    let gone = (0..<10).map { "p\(7 * $0)" }
    let grown = try shop.model.applying(shop.late + gone.map { .remove(id: $0) })
    #expect(grown.products == 290)
    let late = Set(shop.late.map(\.id))
    for ranker in single {
      for query in shop.queries {
        let before = scores(try answers(shop.model, query, ranker)).filter { !gone.contains($0.key) }
        let after = scores(try answers(grown, query, ranker))
        #expect(after.keys.allSatisfy { !gone.contains($0) }, "\(ranker) \(query)")
        // The tree's beam may now reach others; what both reach has the same score.
        let common = ranker == "xr" ? before.filter { after[$0.key] != nil } : before
        #expect(
          after.filter { !late.contains($0.key) && common[$0.key] != nil } == common, "\(ranker) \(query)")
      }
    }
  }

  @Test func `a title finds its product among the first ten, and what was deleted is never answered`() throws
  {
    let shop = try changing.get()
    // Titles of their own, as catalogues have them: generated ones repeat.
    let named = shop.late.enumerated().map { place, change -> CatalogueChange in
      guard case .upsert(var product, let queries) = change else { return change }
      product.title += " model\(place)"
      return .upsert(product, queries: queries)
    }
    let grown = try shop.model.applying(named)
    for ranker in ["bm25", "bm25_clicks", "centroid"] {
      var found = 0
      for case .upsert(let product, _) in named {
        if try answers(grown, product.title, ranker).prefix(10).contains(where: { $0.id == product.id }) {
          found += 1
        }
      }
      #expect(Double(found) >= 0.95 * Double(named.count), "\(ranker): \(found) of \(named.count)")
    }
    let emptied = try grown.applying(named.map { .remove(id: $0.id) })
    #expect(emptied.products == ChangingShop.trained)
    for ranker in emptied.rankerNames {
      for query in shop.queries + named.map({ "model \($0.id)" }) {
        let response = try emptied.search(SearchRequest(query, limit: 1000, ranker: ranker))
        for result in response.results + response.suggestions {
          #expect(Int(result.id.dropFirst())! < ChangingShop.trained, "\(ranker) \(query)")
        }
      }
    }
    #expect(throws: InvalidInput.self) { try emptied.explain(SearchRequest("saw"), product: named[0].id) }
  }

  @Test func `one change after the other gives what all at once give`() throws {
    let shop = try changing.get()
    let changes = shop.late + [.remove(id: "p3"), .set(id: "p4", price: 7, stock: 0)]
    let atOnce = try shop.model.applying(changes)
    var steps = shop.model
    for change in changes { steps = try steps.applying([change]) }
    #expect(steps.products == atOnce.products)
    for query in shop.queries {
      // The order in which products come decides which negatives the tree learns them against.
      for ranker in ["bm25", "bm25_clicks", "centroid"] {
        let (left, right) = (try answers(steps, query, ranker), try answers(atOnce, query, ranker))
        #expect(Set(left.map(\.id)) == Set(right.map(\.id)), "\(ranker) \(query)")
        let wanted = scores(right)
        // Segments have steps of their own.
        for result in left { #expect(abs(result.score - wanted[result.id]!) < 1e-3 * max(1, result.score)) }
      }
    }
  }

  @Test func `a merge counts words as training on the catalogue that is left counts them`() throws {
    let shop = try changing.get()
    let grown = try shop.model.applying(
      shop.late + [.remove(id: "p0"), .remove(id: "p250"), .remove(id: "p11")])
    let merged = try grown.merging()
    #expect(!merged.hasChanges && merged.products == 297)
    var places: [Int: Int] = [:]
    for place in 0..<300 where ![0, 250, 11].contains(place) { places[place] = places.count }
    let left = ProductSearchData(
      products: places.keys.sorted().map { shop.shop.products[$0] },
      pairs: shop.shop.pairs.compactMap { pair in
        places[pair.product].map { QueryProductPair(query: pair.query, product: $0, weight: pair.weight) }
      })
    let rebuilt = try grown.recipe.lexical.fit(left, on: Execution(threads: 1))
    for query in shop.queries {
      for scope in [LexicalIndex.Scope.text, .textAndClicks] {
        var ranking = ProductRanking()
        try rebuilt.scoped(to: scope).rank(query, limit: 1000, into: &ranking)
        let wanted = ranking.products.map { left.products[Int($0)].id }
        let found = try answers(merged, query, scope.rawValue)
        #expect(found.map(\.id) == wanted && found.map(\.score) == ranking.scores, "\(scope) \(query)")
      }
      // The tree's classifiers are those of before, bit for bit.
      #expect(scores(try answers(merged, query, "xr")) == scores(try answers(grown, query, "xr")), "\(query)")
      let centroids = scores(try answers(grown, query, "centroid"))
      for result in try answers(merged, query, "centroid") {
        #expect(abs(result.score - centroids[result.id]!) < 1e-3, "\(query)")
      }
    }
    // A merged model takes further changes.
    let again = try merged.applying([shop.late[10], .remove(id: "p5")])
    #expect(again.products == 297)
    #expect(try again.merging().products == 297)
  }

  @Test func `filters, facets and orders see products that came, prices that were set and stocks`() throws {
    let shop = try changing.get()
    var products = shop.shop.products
    var changes = shop.late
    for place in stride(from: 0, to: 300, by: 3) {
      products[place].properties.price = Double(100 + place)
      products[place].properties.stock = 1
      changes.append(.set(id: "p\(place)", price: Double(100 + place), stock: 1))
    }
    let gone = Set(stride(from: 1, to: 300, by: 11).map { "p\($0)" })
    changes += gone.map { .remove(id: $0) }
    let grown = try shop.model.applying(changes)
    let merged = try grown.merging()
    for model in [grown, merged] {
      for (filter, isWanted) in Self.filters {
        let wanted = Set(products.filter { isWanted($0) && !gone.contains($0.id) }.map(\.id))
        #expect(try model.countProducts(where: filter) == wanted.count, "\(filter)")
        for ranker in ["bm25_clicks", "xr", "fusion"] {
          var request = SearchRequest("drill saw", limit: 1000, ranker: ranker)
          request.filter = filter
          let found = try model.search(request).results
          #expect(!found.isEmpty && found.allSatisfy { wanted.contains($0.id) }, "\(filter) \(ranker)")
        }
      }
      var request = SearchRequest("drill saw", limit: 1000, ranker: "bm25")
      (request.facets, request.order) = (["category", "price"], .priceDescending)
      let response = try model.search(request)
      let prices = response.results.map { $0.price! }
      #expect(prices == prices.sorted(by: >) && prices[0] > 100)
      let matching = Set(try answers(model, "drill saw", "bm25").map(\.id))
      for count in response.facets["category"]! where count.value.hasSuffix("3") {
        #expect(
          count.count
            == products.count { matching.contains($0.id) && $0.properties.categoryPath[1] == "part3" })
      }
    }
  }

  @Test func `a word that only a new product has finds it, as it is typed`() throws {
    let shop = try changing.get()
    let product = SearchableProduct(id: "new", title: "Hammar Zyloprint 77")
    let grown = try shop.model.applying([.upsert(product, queries: [ClickedQuery("blorptool")])])
    for model in [grown, try grown.merging()] {
      for text in ["zyloprint", "hammar", "blorptool"] {
        let response = try model.search(SearchRequest(text, ranker: "bm25_clicks"))
        #expect(response.correctedQuery == nil || text == "blorptool", "\(text)")
        #expect(response.results.first?.id == "new", "\(text)")
        let fused = try model.search(SearchRequest(text, limit: 40, ranker: "fusion"))
        #expect(fused.results.contains { $0.id == "new" }, "\(text)")
      }
      #expect(try model.explainWords("zyloprint hammar", product: "new").parts.count == 2)
      let request = SearchRequest("zyloprint", ranker: "fusion")
      let explanation = try #require(try model.explain(request, product: "new").fusion)
      let sum = explanation.parts.reduce(explanation.base) { $0 + $1.score }
      #expect(abs(sum - explanation.score) < 1e-4)
    }
    let words = try grown.explainWords("zyloprint hammar", product: "new")
    let score = try answers(grown, "zyloprint hammar", "bm25_clicks")[0].score
    #expect(abs(words.score - score) < 1e-4 && abs(words.parts.reduce(0) { $0 + $1.score } - score) < 1e-4)
  }

  @Test func `clicked queries stay with a product that is stated anew`() throws {
    let shop = try changing.get()
    let clicked = try #require(shop.shop.pairs.first { $0.query.hasPrefix("slang") && $0.product < 240 })
    let slang = String(clicked.query.prefix { $0 != " " })
    var product = shop.shop.products[clicked.product]
    product.title = "Renamed"
    let grown = try shop.model.applying([.upsert(product, queries: [ClickedQuery("freshquery", weight: 2)])])
    #expect(grown.products == ChangingShop.trained)
    for model in [grown, try grown.merging()] {
      for query in [slang, "freshquery", "renamed"] {
        #expect(try answers(model, query, "bm25_clicks").contains { $0.id == product.id }, "\(query)")
      }
    }
  }

  @Test func `of several changes of a product the last one counts`() throws {
    let shop = try changing.get()
    let first = SearchableProduct(id: "x", title: "first")
    let second = SearchableProduct(id: "x", title: "second")
    let changes: [CatalogueChange] = [
      .set(id: "x", price: 1, stock: nil), .upsert(first, queries: []), .upsert(second, queries: []),
      .set(id: "x", price: 5, stock: 2), .remove(id: "nobody"), .set(id: "nobody", price: 1, stock: nil),
    ]
    let (model, summary) = try shop.model.applying(shop.model.learning(changes, on: Execution(threads: 1)))
    #expect(summary.added == 1 && summary.set == 1 && summary.unknown == ["nobody", "nobody"])
    #expect(try answers(model, "second", "bm25").map(\.price) == [5])
    #expect(try answers(model, "first", "bm25").isEmpty)
    // One by one, as a log may hold them.
    let oneByOne = try shop.model.applying(changes.map { LearnedChange(change: $0, label: nil) }).model
    #expect(try answers(oneByOne, "second", "bm25").map(\.price) == [5])
    #expect(try answers(oneByOne, "first", "bm25").isEmpty)
  }

  @Test func `changes out of range are refused together and nothing happens`() throws {
    let shop = try changing.get()
    #expect {
      try shop.model.applying([
        .upsert(SearchableProduct(id: "a", title: " "), queries: []),
        .upsert(SearchableProduct(id: "", title: "desk"), queries: [ClickedQuery("q", weight: -1)]),
        .set(id: "p1", price: -1, stock: -2),
      ])
    } throws: { error in
      guard let error = error as? InvalidInput else { return false }
      return error.violations.map(\.description) == [
        "product a: given no text, expected a title or other text",
        "id: given nothing, expected the id of a product",
        "product : given 1 queries with a weight that is not above 0, expected finite weights above 0",
        "price of p1: given -1.0, expected 0 or more", "stock of p1: given -2, expected 0 or more",
      ]
    }
  }
}

@Suite struct ProductSearchStoreTests {
  @Test func `what was changed is there for the next reader, before and after a merge`() throws {
    let shop = try changing.get()
    try withTemporaryFolder { folder in
      let path = folder + "/search"
      try shop.model.write(to: path)
      let store = try ProductSearchStore(contentsOf: path)
      let summary = try store.update(shop.late + [.remove(id: "p9"), .set(id: "p8", price: 333, stock: nil)])
      #expect(summary.added == 60 && summary.removed == 1 && summary.set == 1)
      let read = try ProductSearchModel(contentsOf: path)
      #expect(read.changeLog == ChangeLogReport(changes: 62, droppedBytes: 0))
      try store.merge()
      let merged = try ProductSearchModel(contentsOf: path)
      #expect(merged.changeLog == ChangeLogReport() && !merged.hasChanges)
      for query in shop.queries {
        for ranker in read.rankerNames {
          let found = try answers(store.snapshot, query, ranker)
          #expect(try answers(merged, query, ranker) == found, "\(ranker) \(query)")
        }
        #expect(
          try scores(answers(read, query, "xr")) == scores(answers(merged, query, "xr")), "\(query)")
      }
      #expect(try merged.countProducts(where: "price:333") == 1)
    }
  }

  @Test func `a torn tail costs the last changes alone, and damage is told`() throws {
    let shop = try changing.get()
    try withTemporaryFolder { folder in
      let (path, log) = (folder + "/search", folder + "/search/changes.log")
      try shop.model.write(to: path)
      for change in shop.late.prefix(3) { try ProductSearchStore(contentsOf: path).update([change]) }
      let whole = try bytes(ofFile: log)
      for length in stride(from: 0, through: whole.count, by: 97) {
        try write(Array(whole[..<length]), toFile: log)
        let model = try ProductSearchModel(contentsOf: path)
        #expect(model.products == ChangingShop.trained + model.changeLog.changes)
        #expect(model.changeLog.changes < 3 && model.changeLog.droppedBytes <= length)
      }
      let records = try { () -> [[UInt8]] in
        try write(whole, toFile: log)
        return try RecordLog.read(log).records
      }()
      for seed in 0..<150 {
        var generator = SeededGenerator(seed: 5, stream: UInt64(seed))
        var damaged = records
        let record = generator.integer(below: damaged.count)
        damaged[record][generator.integer(below: damaged[record].count)] = UInt8(
          generator.integer(below: 256))
        try FileManager.default.removeItem(atPath: log)
        try RecordLog(path: log).append(damaged)
        do {
          _ = try answers(ProductSearchModel(contentsOf: path), "drill", "fusion")
        } catch {
          #expect(error is FileFormatError, "seed \(seed): \(error)")
        }
      }
    }
  }

  @Test func `readers see whole changes and nothing is lost while others insert and merge`() throws {
    let shop = try changing.get()
    try withTemporaryFolder { folder in
      let path = folder + "/search"
      try shop.model.write(to: path)
      let store = try ProductSearchStore(contentsOf: path)
      let running = Atomic(true)
      let failures = Mutex<[String]>([])
      let readers = (0..<2).map { reader in
        Thread {
          while running.load(ordering: .relaxed) {
            let model = store.snapshot
            do {
              let ids = try answers(model, "drill saw", reader == 0 ? "fusion" : "bm25").map(\.id)
              if Set(ids).count != ids.count { failures.withLock { $0.append("repeated") } }
            } catch {
              failures.withLock { $0.append("\(error)") }
            }
          }
        }
      }
      let merger = Thread {
        while running.load(ordering: .relaxed) {
          do { try store.merge(on: Execution(threads: 1)) } catch {
            failures.withLock { $0.append("\(error)") }
          }
        }
      }
      for thread in readers + [merger] { thread.start() }
      for change in shop.late { try store.update([change], on: Execution(threads: 1)) }
      for place in 0..<20 { try store.update([.remove(id: "p\(place)")], on: Execution(threads: 1)) }
      running.store(false, ordering: .relaxed)
      try store.merge()
      while (readers + [merger]).contains(where: \.isExecuting) { Thread.sleep(forTimeInterval: 0.01) }
      #expect(failures.withLock { $0 } == [])
      let read = try ProductSearchModel(contentsOf: path)
      #expect(read.products == 280 && store.snapshot.products == 280)
      for change in shop.late { #expect(read.names.position(of: change.id) != nil) }
    }
  }
}
