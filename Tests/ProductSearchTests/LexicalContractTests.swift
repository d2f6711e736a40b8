import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import ProductSearch

private func contract() -> EstimatorContract<LexicalRecipe> {
  let shop = GeneratedShop(products: 150, pairs: 200, seed: 21)
  var contract = EstimatorContract(
    LexicalRecipe(), input: shop.data, otherInput: GeneratedShop(products: 90, pairs: 50, seed: 22).data,
    queries: ["drill", "white lamp led", "slang3", "zebra"].map { RankingQuery($0, limit: 20) })
  contract.save = { model, path in
    try ModelArchive.write(to: path, kind: "lexical") { try model.write(to: &$0) }
  }
  contract.load = { try LexicalIndex(from: ModelArchive(contentsOf: $0, kind: "lexical")) }
  contract.batch = { model, queries in try queries.map { try model.predict($0) } }
  contract.inputWithRowsReversed = ProductSearchData(products: shop.products, pairs: shop.pairs.reversed())
  contract.smallData = [
    ("empty", ProductSearchData(products: []), .fits),
    ("one product", ProductSearchData(products: [SearchableProduct(id: "1", title: "drill")]), .fits),
  ]
  var infinite = shop.data
  infinite.pairs[3].weight = .infinity
  contract.inputsNotFinite = [infinite]
  var outside = shop.data
  outside.pairs[0].product = 150
  contract.mismatchedInputs = [(outside, (1, 150))]
  contract.outOfRange = [
    .init("text.k1", -1.0, allowed: "0...100") { $0.text.k1 = -1 },
    .init("text.b", 1.5, allowed: "0...1") { $0.text.b = 1.5 },
    .init("text.weight", -1.0, allowed: "0...1000") { $0.text.weight = -1 },
    .init("clicks.k1", 101.0, allowed: "0...100") { $0.clicks.k1 = 101 },
    .init("clicks.b", -0.1, allowed: "0...1") { $0.clicks.b = -0.1 },
    .init("clicks.weight", 2000.0, allowed: "0...1000") { $0.clicks.weight = 2000 },
    .init("fieldWeights.title", -1.0, allowed: "0...1000") { $0.fieldWeights.title = -1 },
    .init("fieldWeights.brand", -1.0, allowed: "0...1000") { $0.fieldWeights.brand = -1 },
    .init("fieldWeights.category", -1.0, allowed: "0...1000") { $0.fieldWeights.category = -1 },
    .init("fieldWeights.description", -1.0, allowed: "0...1000") { $0.fieldWeights.description = -1 },
    .init("fieldWeights.attributes", -1.0, allowed: "0...1000") { $0.fieldWeights.attributes = -1 },
  ]
  // The contract knows the parts of a part by their last names alone.
  let tried = ["k1", "b", "weight", "title", "brand", "category", "description", "attributes"]
  contract.withoutRange =
    tried + [
      "foldsCompatibilityForms", "foldsMarks", "joinsUnits", "lowercases", "pairsUnspacedScripts",
      "separatesLettersFromDigits", "splitsCodes", "stemming", "words",
    ]
  return contract
}

@Suite struct LexicalContractTests {
  @Test(arguments: ContractItem.allCases)
  func `lexical indexes keep the estimator contract`(_ item: ContractItem) throws {
    #expect(try contract().failures(of: item) == [])
  }

  @Test func `altered files are refused or searched, and never stop the process`() throws {
    var shop = GeneratedShop(products: 400, pairs: 300, seed: 23)
    let index = try LexicalRecipe().fit(shop.data)
    var generator = SeededGenerator(seed: 24)
    try withTemporaryFolder { folder in
      let path = folder + "/model"
      try ModelArchive.write(to: path, kind: "lexical") { try index.write(to: &$0) }
      let names = try files(inFolder: path)
      var refused = 0
      for round in 0..<400 {
        let name = path + "/" + names[round % names.count]
        let original = try bytes(ofFile: name)
        try write(Mutation.damaged(original, using: &generator), toFile: name)
        do {
          let damaged = try LexicalIndex(from: ModelArchive(contentsOf: path, kind: "lexical"))
          for _ in 0..<5 {
            let query = shop.text(3)
            let ranking = try damaged.rank(query, limit: 20)
            for product in ranking.products where Int(product) < damaged.products {
              _ = damaged.explain(query, product: Int(product))
            }
          }
        } catch {
          refused += 1
        }
        try write(original, toFile: name)
      }
      #expect(refused > 50)
    }
  }
}
