import Learning
import LinearAlgebra
import Testing

@testable import ProductSearch

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

  @Test func `each segment is at least twice as large as the next, whatever the batches`() throws {
    for sizes in [Array(repeating: 1, count: 40), Array((1...20).reversed()), [7, 3, 3, 1, 12, 1, 1, 5]] {
      var (added, products) = (AddedImpacts(), 0)
      for size in sizes {
        var rows = SparseMatrix.Builder(columns: 3)
        for product in 0..<size { rows.append(row: [(column: product % 3, value: 1)]) }
        try added.append(rows.finish(), first: 100 + products, windowShift: 13)
        products += size
        #expect(added.count == products)
        let counts = added.segments.map(\.rows.rows)
        #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 >= 2 * $1 }, "\(counts)")
        #expect(added.segments.first?.index.first == 100)
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
