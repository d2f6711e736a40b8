import Glibc
import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing
import TextFeatures

@testable import ProductSearch

/// BM25F from its definition, by counting words in lists of strings.
private struct TextbookBM25 {
  let recipe: LexicalRecipe
  let texts: [[TextField: [String]]]
  let clicked: [[(word: String, weight: Double)]]

  init(_ recipe: LexicalRecipe, _ data: ProductSearchData) {
    let words = recipe.analyzer.words(in:)
    self.recipe = recipe
    texts = data.products.map { product in
      Dictionary(uniqueKeysWithValues: TextField.allCases.map { ($0, words(product[$0])) })
    }
    clicked = data.products.indices.map { position in
      data.pairs.filter { $0.product == position }.flatMap { pair in
        words(pair.query).map { ($0, Double(pair.weight)) }
      }
    }
  }

  func score(_ query: String, _ product: Int, scope: LexicalIndex.Scope) -> Double {
    recipe.analyzer.words(in: query).reduce(0) { sum, word in
      sum + textScore(word, product) + (scope == .textAndClicks ? clickScore(word, product) : 0)
    }
  }

  private func average(_ values: [Double]) -> Double {
    let present = values.filter { $0 > 0 }
    return present.isEmpty ? 0 : present.reduce(0, +) / Double(present.count)
  }

  private func inverse(_ holders: Int) -> Double {
    log(1 + (Double(texts.count - holders) + 0.5) / (Double(holders) + 0.5))
  }

  private func textScore(_ word: String, _ product: Int) -> Double {
    let fields = TextField.allCases.filter { recipe.fieldWeights[$0] > 0 }
    let holders = texts.count { text in fields.contains { text[$0]!.contains(word) } }
    var frequency = 0.0
    for field in fields {
      let own = texts[product][field]!
      if own.isEmpty { continue }
      let mean = average(texts.map { Double($0[field]!.count) })
      let b = recipe.text.b
      frequency +=
        recipe.fieldWeights[field] * Double(own.count { $0 == word }) / (1 - b + b * Double(own.count) / mean)
    }
    return frequency > 0
      ? recipe.text.weight * inverse(holders) * frequency / (frequency + recipe.text.k1) : 0
  }

  private func clickScore(_ word: String, _ product: Int) -> Double {
    let own = clicked[product]
    let weight = own.filter { $0.word == word }.reduce(0) { $0 + $1.weight }
    if weight == 0 { return 0 }
    let holders = clicked.count { $0.contains { $0.word == word } }
    let mean = average(clicked.map { $0.reduce(0) { $0 + $1.weight } })
    let b = recipe.clicks.b
    let frequency = weight / (1 - b + b * own.reduce(0) { $0 + $1.weight } / mean)
    return recipe.clicks.weight * inverse(holders) * frequency / (frequency + recipe.clicks.k1)
  }
}

@Suite struct LexicalIndexTests {
  @Test(arguments: LexicalIndex.Scope.allCases)
  func `scores equal the textbook formula by brute force`(_ scope: LexicalIndex.Scope) throws {
    var shop = GeneratedShop(products: 40, pairs: 60, seed: 3)
    var recipe = LexicalRecipe()
    recipe.text = .init(k1: 1.2, b: 0.6, weight: 0.8)
    recipe.clicks = .init(k1: 0.7, b: 0.3, weight: 1.5)
    let textbook = TextbookBM25(recipe, shop.data)
    let index = try recipe.fit(shop.data).scoped(to: scope)
    for _ in 0..<12 {
      let query = shop.text(3)
      let ranking = try index.rank(query, limit: 1000)
      let found = Dictionary(uniqueKeysWithValues: zip(ranking.products, ranking.scores))
      for product in shop.products.indices {
        let expected = textbook.score(query, product, scope: scope)
        // Half a step for each term in each group.
        #expect(abs(Double(found[Int32(product)] ?? 0) - expected) <= 3.1 * Double(index.impacts.step))
        #expect((found[Int32(product)] != nil) == (expected > 0))
      }
      #expect(zip(ranking.scores, ranking.scores.dropFirst()).allSatisfy(>=))
    }
  }

  @Test func `with titles alone the formula is plain BM25`() throws {
    let titles = ["drill drill kit", "drill", "saw kit set of wood saws", "lamp"]
    var recipe = LexicalRecipe()
    recipe.analyzer = Analyzer()
    recipe.text = .init(k1: 1.2, b: 0.75)
    let index = try recipe.fit(
      ProductSearchData(products: titles.enumerated().map { SearchableProduct(id: "\($0)", title: $1) }))
    let ranking = try index.rank("drill", limit: 10)
    // ln(1 + 2.5 / 2.5), lengths 3 and 1 of 11 / 4 on average
    let inverse = 0.6931471805599453
    let expected = [
      inverse * 2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2.75)), inverse * 1 / (1 + 1.2 * (0.25 + 0.75 * 1 / 2.75)),
    ]
    #expect(ranking.products == (expected[0] > expected[1] ? [0, 1] : [1, 0]))
    #expect(
      difference(of: ranking.scores.map(Double.init), from: expected.sorted(by: >), absolute: 1e-4) == nil)
  }

  @Test func `explanations add up to the score, by term and field`() throws {
    var shop = GeneratedShop(products: 300, pairs: 400, seed: 5)
    let index = try LexicalRecipe().fit(shop.data)
    var fields: Set<String> = []
    for _ in 0..<50 {
      let query = shop.text(4)
      let ranking = try index.rank(query, limit: 20)
      for (product, score) in zip(ranking.products, ranking.scores) {
        let explanation = index.explain(query, product: Int(product))
        #expect(explanation.score == score)
        #expect(abs(explanation.parts.reduce(0) { $0 + $1.score } - score) < 1e-4)
        fields.formUnion(explanation.parts.map(\.field))
      }
    }
    #expect(fields == ["title", "brand", "category", "description", "attributes", "clicks"])
    #expect(index.explain("zebra", product: 0) == LexicalExplanation(parts: [], score: 0))
  }

  @Test func `pruned answers equal exhaustive ones over random texts`() throws {
    var shop = GeneratedShop(products: 20_000, seed: 7)
    let index = try LexicalRecipe().fit(shop.data)
    var (pruned, exhaustive) = (ProductRanking(), ProductRanking())
    for _ in 0..<300 {
      let query = shop.text(1 + shop.generator.integer(below: 5))
      index.rank(RankingQuery(query), pruning: true, into: &pruned)
      index.rank(RankingQuery(query), pruning: false, into: &exhaustive)
      #expect(pruned == exhaustive)
    }
  }

  @Test func `a repeated word counts twice and order does not count`() throws {
    let index = try LexicalRecipe().fit(GeneratedShop(products: 200).data)
    let once = try index.rank("drill", limit: 5)
    let twice = try index.rank("drill drill", limit: 5)
    #expect(once.products == twice.products)
    #expect(difference(of: twice.scores, from: once.scores.map { 2 * $0 }, relative: 1e-6) == nil)
    #expect(try index.rank("drill saw", limit: 50) == index.rank("saw drill", limit: 50))
  }

  @Test func `numbers are found however they are joined to letters`() throws {
    let titles = ["Fence 4 in. x 6 ft.", "DW-735X planer", "12 ft. ladder"]
    let index = try LexicalRecipe().fit(
      ProductSearchData(products: titles.enumerated().map { SearchableProduct(id: "\($0)", title: $1) }))
    #expect(try index.rank("4inx6ft", limit: 3).products.first == 0)
    #expect(try index.rank("dw735x", limit: 3).products.first == 1)
    #expect(try index.rank("12foot", limit: 3).products.first == 2)
  }

  @Test func `64 words are read and the rest is said to be cut`() throws {
    let index = try LexicalRecipe().fit(
      ProductSearchData(products: [SearchableProduct(id: "1", title: "drill"), .init(id: "2", title: "saw")]))
    let filler = Array(repeating: "zebra", count: 63).joined(separator: " ")
    let whole = try index.rank(filler + " drill", limit: 5)
    #expect(whole.products == [0] && !whole.isTruncated && whole.words == 64 && whole.knownWords == 1)
    let cut = try index.rank(filler + " drill saw", limit: 5)
    #expect(cut.products == [0] && cut.isTruncated && cut.words == 64)
    let million = try index.rank(String(repeating: "saw ", count: 100_000), limit: 5)
    #expect(million.products == [1] && million.isTruncated)
  }

  @Test func `any Unicode text is answered`() throws {
    let index = try LexicalRecipe().fit(GeneratedShop(products: 100, pairs: 150).data)
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<2000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<generator.integer(below: 30) {
        let value = UInt32(generator.integer(below: [128, 0x3000, 0x110000][generator.integer(below: 3)]))
        text.append(Unicode.Scalar(value) ?? "\u{0}")
      }
      let ranking = try index.rank(String(text), limit: 10)
      #expect(ranking.knownWords <= ranking.words)
    }
  }

  @Test func `an empty catalogue, one product, and products that are all the same`() throws {
    let none = try LexicalRecipe().fit(ProductSearchData(products: []))
    #expect(try none.rank("drill", limit: 10).products.isEmpty)
    let one = try LexicalRecipe().fit(
      ProductSearchData(products: [SearchableProduct(id: "1", title: "a drill")]))
    #expect(try one.rank("drill", limit: 10).products == [0])
    let same = try LexicalRecipe().fit(
      ProductSearchData(products: (0..<500).map { SearchableProduct(id: "\($0)", title: "white drill") }))
    #expect(try same.rank("drill", limit: 7).products == Array(0..<7))
    let blank = try LexicalRecipe().fit(ProductSearchData(products: [SearchableProduct(id: "1", title: " ")]))
    #expect(try blank.rank("drill", limit: 10).products.isEmpty)
  }

  @Test func `limits out of range are refused`() throws {
    let index = try LexicalRecipe().fit(ProductSearchData(products: []))
    for limit in [0, -1, 1001] {
      #expect(throws: InvalidInput("limit", given: limit, expected: "1...1000")) {
        try index.predict(RankingQuery("drill", limit: limit))
      }
    }
  }

  @Test func `data that cannot be used is refused with everything that is wrong`() {
    var recipe = LexicalRecipe()
    recipe.text.b = 1.5
    recipe.clicks.k1 = -1
    recipe.fieldWeights.brand = .nan
    let data = ProductSearchData(
      products: [SearchableProduct(id: "1", title: "drill")],
      pairs: [QueryProductPair(query: "a", product: 1), QueryProductPair(query: "a", product: 0, weight: 0)])
    #expect {
      try recipe.fit(data)
    } throws: { error in
      "\(error)" == """
        text.b: given 1.5, expected 0...1
        clicks.k1: given -1.0, expected 0...100
        fieldWeights.brand: given nan, expected 0...1000
        pairs: given 1 pairs with a product outside the catalogue, expected positions in 0..<1
        pairs: given 1 pairs with a weight that is not above 0, expected finite weights above 0
        """
    }
  }
}
