import Learning
import Probability
import TestSupport
import Testing
import TextFeatures

@testable import ProductSearch

private let shop = PropertyShop(products: 900, pairs: 400, seed: 31)

private let trained = Result<ProductSearchModel, any Error> {
  var recipe = ProductSearchRecipe()
  (recipe.centroid, recipe.extremeRanking) = (nil, nil)
  return try recipe.fit(ProductSearchTraining(data: shop.data))
}

/// Facets, orders, groups and highlights of one answer.
@Suite struct QuerySideTests {
  private let model: ProductSearchModel

  init() throws {
    model = try trained.get()
  }

  /// The products of the catalogue whose text or clicked queries hold a word of a query, by brute force.
  private func matching(_ query: String) -> Set<Int> {
    let analyzer = LexicalRecipe().analyzer
    let wanted = Set(analyzer.words(in: query))
    var found: Set<Int> = []
    for (place, product) in shop.data.products.enumerated() {
      let text = TextField.allCases.map { product[$0] }.joined(separator: " ")
      if !wanted.isDisjoint(with: analyzer.words(in: text)) { found.insert(place) }
    }
    for pair in shop.data.pairs where !wanted.isDisjoint(with: analyzer.words(in: pair.query)) {
      found.insert(pair.product)
    }
    return found
  }

  @Test func `facets count everything that matches, each without its own part of the filter`() throws {
    let filters: [(text: String, own: [String: (SearchableProduct) -> Bool])] = [
      (
        "price:[10 TO 80]",
        ["price": { ($0.properties.price ?? -1) >= 10 && ($0.properties.price ?? -1) <= 80 }]
      ),
      (
        "brand:Ryobi AND stock:true",
        ["brand": { $0.brand == "Ryobi" }, "stock": { ($0.properties.stock ?? 0) > 0 }]
      ),
      (
        "category:Tools AND colour:red",
        [
          "category": { $0.properties.categoryPath.first == "Tools" },
          "colour": {
            $0.properties.attributes.contains { $0.name == "colour" && $0.value == .texts(["red", "any"]) }
          },
        ]
      ),
    ]
    for query in ["faucet", "valve pipe", "slang3 grout"] {
      let words = matching(query)
      for (text, own) in filters {
        var request = SearchRequest(query)
        request.filter = text
        request.facets = ["brand", "category", "price", "colour", "wireless"]
        let response = try model.search(request)
        #expect(response.status == .ok && response.results.allSatisfy { words.contains($0.product) })
        func products(but field: String) -> [SearchableProduct] {
          words.map { shop.data.products[$0] }.filter { product in
            own.allSatisfy { $0.key == field || $0.value(product) }
          }
        }
        #expect(response.total == products(but: "none").count)
        let brands = Dictionary(grouping: products(but: "brand").filter { !$0.brand.isEmpty }, by: \.brand)
        #expect(response.facets["brand"] == counted(brands.mapValues(\.count)))
        var categories: [String: Int] = [:]
        for product in products(but: "category") {
          let path = product.properties.categoryPath
          for end in path.indices { categories[path[...end].joined(separator: " > "), default: 0] += 1 }
        }
        #expect(response.facets["category"] == counted(categories))
        var colours: [String: Int] = [:]
        for product in products(but: "colour") {
          if case .texts(let texts)? = product.properties.attributes.last?.value {
            for text in texts { colours[text, default: 0] += 1 }
          }
        }
        #expect(response.facets["colour"] == counted(colours))
        // Ranges as filters count what they say.
        for range in response.facets["price"] ?? [] {
          let filter = try FilterExpression("price:\(range.value)")
          let inRange = model.filter(for: filter)
          let count = words.count { place in
            inRange.allows(place)
              && own.allSatisfy { $0.key == "price" || $0.value(shop.data.products[place]) }
          }
          #expect(count == range.count)
        }
        let priced = products(but: "price").count { $0.properties.price != nil }
        #expect((response.facets["price"] ?? []).reduce(0) { $0 + $1.count } == priced)
        #expect(Set((response.facets["wireless"] ?? []).map(\.value)).isSubset(of: ["false", "true"]))
      }
    }
  }

  private func counted(_ counts: [String: Int]) -> [FacetCount] {
    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      FacetCount(value: $0.key, count: $0.value)
    }
  }

  @Test func `orders are those of the best matches, products without the value last`() throws {
    func found(_ order: SearchRequest.Order, _ limit: Int) throws -> [SearchResult] {
      var request = SearchRequest("faucet", limit: limit)
      request.order = order
      return try model.search(request).results
    }
    let all = try found(.relevance, 1000)
    #expect(all.count > 60)
    for (order, key) in [
      (.price, { $0.price ?? .infinity }), (.priceDescending, { -($0.price ?? -.infinity) }),
      (.newest, { -Double(shop.data.products[$0.product].properties.released ?? 0) }),
    ] as [(SearchRequest.Order, (SearchResult) -> Double)] {
      let wanted = all.enumerated().sorted { (key($0.element), $0.offset) < (key($1.element), $1.offset) }
      #expect(try found(order, 25) == wanted.prefix(25).map(\.element), "\(order)")
      #expect(try found(order, 1000).last.map { key($0) } == wanted.last.map { key($0.element) })
    }
  }

  @Test func `of variants the best one stands for all`() throws {
    var request = SearchRequest("faucet", limit: 1000)
    let all = try model.search(request).results
    request.groupsVariants = true
    let grouped = try model.search(request).results
    func group(_ result: SearchResult) -> String? { shop.data.products[result.product].properties.group }
    var seen: Set<String> = []
    let wanted = all.filter { result in group(result).map { seen.insert($0).inserted } ?? true }
    #expect(grouped == wanted && grouped.count < all.count)
    // Few results reach behind as many variants as it takes.
    request.limit = 30
    #expect(try model.search(request).results == Array(wanted.prefix(30)))
  }

  @Test func `highlights are the bytes of the query's words in the title`() throws {
    let products = [
      SearchableProduct(id: "a", title: "Cordless Drills, 20-volt Dríll kit (cordless)"),
      SearchableProduct(id: "b", title: "Ständer für Bohrer drill"),
    ]
    var recipe = ProductSearchRecipe()
    recipe.minimumPairs = 1
    let model = try recipe.fit(ProductSearchTraining(data: ProductSearchData(products: products)))
    let results = try model.search(SearchRequest("drill 20v cordless")).results
    for result in results {
      let bytes = Array(result.title.utf8)
      let parts = result.highlights.map { String(decoding: bytes[$0[0]..<$0[1]], as: UTF8.self) }
      #expect(
        parts == (result.id == "a" ? ["Cordless", "Drills", "20", "volt", "Dríll", "cordless"] : ["drill"]))
    }
    #expect(results.count == 2)
  }

  @Test func `wrong requests are refused with everything that is wrong`() {
    var request = SearchRequest("drill", limit: 0, ranker: "magic")
    request.filter = "size:3 OR price:x"
    request.facets = ["brand", "shape"]
    let fields = "brand, category, colour, group, market, price, released, stock, voltage, wireless"
    #expect {
      try model.search(request)
    } throws: { error in
      "\(error)" == """
        limit: given 0, expected 1...1000
        ranker: given magic, expected one of bm25, bm25_clicks
        filter: given the field size, expected one of \(fields)
        price: given a text, expected a number, true or false
        facets: given the field shape, expected one of \(fields)
        """
    }
  }

  @Test func `filters that were asked for are kept, and the least recent ones forgotten`() {
    let values = RecentValues<Int, Int>(capacity: 3)
    var made: [Int] = []
    func ask(_ key: Int) -> Int {
      values.value(of: key) {
        made.append(key)
        return key * 10
      }
    }
    #expect([1, 2, 3, 1, 4, 1, 2].map(ask) == [10, 20, 30, 10, 40, 10, 20])
    #expect(made == [1, 2, 3, 4, 2])
  }
}

/// What is answered when nothing is found at first.
@Suite struct RelaxationTests {
  private let model: ProductSearchModel

  init() throws {
    var products: [SearchableProduct] = []
    func add(_ count: Int, _ title: String, _ path: [String], _ price: Double) {
      for _ in 0..<count {
        var product = SearchableProduct(
          id: "p\(products.count)", title: title, category: path.joined(separator: " > "))
        product.properties.categoryPath = path
        product.properties.price = price
        product.properties.stock = products.count % 2
        products.append(product)
      }
    }
    add(4, "cordless drill", ["Tools", "Drills"], 99)
    add(4, "garden hose", ["Garden", "Hoses"], 19)
    add(4, "drill bit", ["Tools", "Bits"], 5)
    let pairs = [("drill", 2, 1), ("hose", 6, 5), ("bit", 9, 3)].map {
      QueryProductPair(query: $0.0, product: $0.1, weight: Float($0.2))
    }
    model = try ProductSearchRecipe().fit(
      ProductSearchTraining(data: ProductSearchData(products: products, pairs: pairs)))
  }

  private func search(_ text: String, _ change: (inout SearchRequest) -> Void = { _ in }) throws
    -> SearchResponse
  {
    var request = SearchRequest(text, limit: 5)
    change(&request)
    return try model.search(request)
  }

  @Test func `a misspelt query is corrected and says so, and exact ones are not`() throws {
    let corrected = try search("cordles dril")
    #expect(corrected.status == .ok && corrected.correctedQuery == "cordless drill")
    #expect(corrected.relaxation == Relaxation(step: .correctedSpelling, dropped: nil, total: nil))
    // One word as typed finds something already.
    let partly = try search("cordles drill")
    #expect(partly.correctedQuery == "cordless drill" && partly.relaxation == nil)
    #expect(partly.corrections.map(\.typed) == ["cordles"])
    let exact = try search("cordles dril") { $0.isExact = true }
    #expect(exact.status == .nothingFound && exact.results.isEmpty && exact.correctedQuery == nil)
    #expect(try search("cordless drill").relaxation == nil)
  }

  @Test func `where all words are wanted the least informative ones are given up`() throws {
    let all = try search("cordless drill") { $0.requiresAllWords = true }
    #expect(all.relaxation == nil && all.results.map(\.product) == [0, 1, 2, 3])
    let unknown = try search("purple cordless drill") { $0.requiresAllWords = true }
    #expect(unknown.relaxation == Relaxation(step: .droppedWord, dropped: "purple", total: nil))
    #expect(unknown.results.map(\.product) == [0, 1, 2, 3])
    // "drill" is in more products than "hose".
    let apart = try search("hose drill") { $0.requiresAllWords = true }
    #expect(apart.relaxation?.dropped == "drill" && apart.results.allSatisfy { $0.title == "garden hose" })
    #expect(try search("qqq www") { $0.requiresAllWords = true }.status == .nothingFound)
  }

  @Test
  func `a filter that leaves nothing is never broken, and what is found without a part of it is offered`()
    throws
  {
    let out = try search("hose") { $0.filter = "stock:true AND price:[50 TO *]" }
    #expect(out.status == .filteredOut && out.results.isEmpty)
    #expect(out.relaxation == Relaxation(step: .droppedFilter, dropped: "price:[50 TO *]", total: 2))
    #expect(out.suggestions.map(\.product) == [5, 7] || Set(out.suggestions.map(\.product)) == [5, 7])
    let last = try search("hose") { $0.filter = "price:[50 TO *] AND stock:true" }
    #expect(last.relaxation?.dropped == "price:[50 TO *]")
    // No single part is enough.
    let both = try search("hose") { $0.filter = "price:[50 TO *] AND category:Bits AND stock:true" }
    #expect(both.relaxation?.dropped == "price:[50 TO *] AND category:Bits AND stock:true")
    #expect(both.relaxation?.total == 4)
    let whole = try search("hose") { $0.filter = "price:[50 TO *]" }
    #expect(whole.relaxation?.total == 4 && whole.suggestions.count == 4)
    #expect(try search("hose") { $0.filter = "price:[5000 TO *]" }.status == .filteredOut)
  }

  @Test func `when nothing is found popular products of the nearest category are suggested, never answered`()
    throws
  {
    let near = try search("drillz0 hosess9") { $0.isExact = true }
    #expect(near.status == .nothingFound && near.results.isEmpty && near.relaxation == nil)
    #expect(Set(near.suggestions.map(\.title)).count == 1)
    let hoses = try search("xhosesx") { $0.isExact = true }
    #expect(
      hoses.suggestions.map(\.product) == [6, 4, 5, 7] && hoses.suggestions.allSatisfy { $0.score == 0 })
    let far = try search("qqqqq")
    #expect(far.status == .nothingFound && far.suggestions.map(\.product) == [6, 9, 2])
    let filtered = try search("qqqqq") { $0.filter = "category:Bits" }
    #expect(filtered.status == .nothingFound && filtered.suggestions.map(\.product) == [9])
    #expect(try search(" ").suggestions.isEmpty)
  }

  @Test func `facets of an answer without results are empty`() throws {
    let nothing = try search("qqqqq") { $0.facets = ["category"] }
    #expect(nothing.total == 0 && nothing.facets == ["category": []])
    #expect(try search("drill").total == nil)
  }

  @Test func `a saved model answers filters and facets as the model itself`() throws {
    try withTemporaryFolder { folder in
      try model.write(to: folder + "/m")
      let opened = try ProductSearchModel(contentsOf: folder + "/m")
      for text in ["cordles dril", "hose", "qqqq"] {
        var request = SearchRequest(text)
        (request.filter, request.facets) = ("price:[* TO 50] OR stock:true", ["category", "price"])
        #expect(try opened.search(request) == model.search(request))
      }
    }
  }
}
