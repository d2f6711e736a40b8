import ChoiceModels
import Learning
import TestSupport
import Testing

private typealias Row = SalesWithOffers.Row

private func rows(_ shift: Int) -> [Row] {
  (0..<60).map { t in
    let offered = [[0, 1, 2], [0, 2], [1, 2, 3], [0, 1, 2, 3]][t % 4]
    let choice = (t * t + shift * t) % (offered.count + 1)
    return Row(
      offered: offered, product: choice < offered.count ? offered[choice] : nil, count: Double(1 + t % 3))
  }
}

private func sales(_ rows: [Row]) throws -> SalesWithOffers {
  try SalesWithOffers(productCount: 4, rows: rows)
}

/// The contract of an estimator that learns from sales and answers choice probabilities.
private func contract<Recipe: Estimator>(
  _ recipe: Recipe
) throws -> EstimatorContract<Recipe>
where Recipe.Input == SalesWithOffers, Recipe.Model.Query == ProductSet, Recipe.Model.Answer == [Double] {
  var contract = EstimatorContract(
    recipe, input: try sales(rows(1)), otherInput: try sales(rows(2)),
    queries: [[0, 1], [2, 3], [0, 1, 2, 3]].map { ProductSet(productCount: 4, $0) })
  contract.inputWithRowsReversed = try sales(rows(1).reversed())
  contract.smallData = [
    (
      "empty", try SalesWithOffers(productCount: 4, rows: []),
      .isRefused("sales: given no row, expected one or more")
    ),
    (
      "no product", try SalesWithOffers(productCount: 0, rows: []),
      .isRefused("products: given 0, expected 1 or more")
    ),
    ("one row", try sales([Row(offered: [0, 1], product: 0)]), .fits),
    ("nothing bought", try sales([Row(offered: [0, 1], product: nil)]), .fits),
    ("one set", try sales([Row(offered: [0, 1], product: 0), Row(offered: [0, 1], product: nil)]), .fits),
  ]
  contract.mismatchedQueries = [(ProductSet.all(3), (3, 4))]
  contract.exemptions = [
    .batch: "choice models answer one offer set at a time",
    .notFinite: "SalesWithOffers refuses such counts, and sets of products hold no numbers",
  ]
  return contract
}

@Test(arguments: ContractItem.allCases)
func `the estimator of chains keeps the contract`(item: ContractItem) throws {
  var recipe = ChainEstimator()
  recipe.priorStrength = 1
  var contract = try contract(recipe)
  contract.save = { try $0.write(to: $1) }
  contract.load = { try ChainEstimate(contentsOf: $0) }
  contract.outOfRange = [
    .init("priorStrength", -1.0, allowed: "0 or more") { $0.priorStrength = -1 },
    .init("tolerance", 0.0, allowed: "above 0 and below 1") { $0.tolerance = 0 },
    .init("maximumPasses", 0, allowed: "1 or more") { $0.maximumPasses = 0 },
  ]
  contract.withoutRange = ["start", "isAccelerated"]
  #expect(try contract.failures(of: item) == [])
}

@Test(arguments: ContractItem.allCases)
func `the estimator of logits keeps the contract`(item: ContractItem) throws {
  var contract = try contract(MultinomialLogit())
  contract.save = { try write(Array(JSONValue(encoding: $0).text().utf8), toFile: $1) }
  contract.load = { try JSONValue(parsing: bytes(ofFile: $0)).decoded(as: LogitModel.self) }
  contract.outOfRange = [
    .init("tolerance", 1.0, allowed: "above 0 and below 1") { $0.tolerance = 1 },
    .init("maximumSteps", 0, allowed: "1 or more") { $0.maximumSteps = 0 },
  ]
  #expect(try contract.failures(of: item) == [])
}

@Test(arguments: ContractItem.allCases)
func `the estimator of latent classes keeps the contract`(item: ContractItem) throws {
  var recipe = LatentClassLogit()
  (recipe.maximumClasses, recipe.starts, recipe.maximumPasses) = (2, 2, 50)
  var contract = try contract(recipe)
  contract.save = { try write(Array(JSONValue(encoding: $0).text().utf8), toFile: $1) }
  contract.load = { try JSONValue(parsing: bytes(ofFile: $0)).decoded(as: MixtureModel.self) }
  contract.outOfRange = [
    .init("maximumClasses", 0, allowed: "1 to 50") { $0.maximumClasses = 0 },
    .init("starts", 0, allowed: "1 or more") { $0.starts = 0 },
    .init("tolerance", 1.0, allowed: "above 0 and below 1") { $0.tolerance = 1 },
    .init("maximumPasses", 0, allowed: "1 or more") { $0.maximumPasses = 0 },
  ]
  contract.withoutRange = ["seed"]
  #expect(try contract.failures(of: item) == [])
}

@Test(arguments: ContractItem.allCases)
func `the estimator of nested logits keeps the contract`(item: ContractItem) throws {
  var recipe = NestedLogit(nests: [0, 0, 1, 1])
  recipe.maximumSteps = 100
  var contract = try contract(recipe)
  // Nests are named for four products.
  contract.smallData = contract.smallData.filter { $0.name != "no product" }
  contract.save = { try write(Array(JSONValue(encoding: $0).text().utf8), toFile: $1) }
  contract.load = { try JSONValue(parsing: bytes(ofFile: $0)).decoded(as: NestedLogitModel.self) }
  contract.outOfRange = [
    .init("nests", "a number outside 0...4", allowed: "0 to the number of products") {
      $0.nests = [0, 0, 9, 1]
    },
    .init("tolerance", 1.0, allowed: "above 0 and below 1") { $0.tolerance = 1 },
    .init("maximumSteps", 0, allowed: "1 or more") { $0.maximumSteps = 0 },
    .init("leastDissimilarity", 0.0, allowed: "above 0 and below 1") { $0.leastDissimilarity = 0 },
  ]
  #expect(try contract.failures(of: item) == [])
}

@Test func `sales that contradict themselves are refused by row number`() {
  func refusal(_ row: SalesWithOffers.Row) -> String? {
    do {
      _ = try SalesWithOffers(productCount: 3, rows: [Row(offered: [0], product: 0), row])
      return nil
    } catch { return "\(error)" }
  }
  #expect(
    refusal(Row(offered: [0, 1], product: 2))
      == "row 2: given product 2 bought while not on offer, expected a product of the offer set")
  #expect(
    refusal(Row(offered: [0], product: 0, count: 0))
      == "row 2: given a count of 0.0, expected a number above 0")
  #expect(
    refusal(Row(offered: [0, 3], product: 0))
      == "row 2: given an offer set with a product twice or outside 0..<3, expected different products")
}

@Test func `a chain written as an instance file is read back`() throws {
  try withTemporaryFolder { folder in
    let market = try RandomMarket(6, seed: 4)
    let rows = market.chain.transitions.sparseRows
    let chain = try SubstitutionChain(
      firstChoice: market.chain.firstChoice, transitions: .sparse(rows), leaving: market.chain.leaving)
    let instance = try ChainInstance(chain: chain, prices: market.prices, costs: market.costs)
    try instance.write(to: folder + "/x.bin")
    #expect(try ChainInstance(contentsOf: folder + "/x.bin") == instance)
    let whole = try bytes(ofFile: folder + "/x.bin")
    for length in [0, 7, 8, 100, whole.count - 1] {
      try write(Array(whole.prefix(length)), toFile: folder + "/part.bin")
      #expect(throws: (any Error).self) { try ChainInstance(contentsOf: folder + "/part.bin") }
    }
    for chain in [market.chain, try LogitModel(attractions: [1, 2], outsideAttraction: 1).chain(), chain] {
      try chain.write(to: folder + "/chain")
      #expect(try SubstitutionChain(contentsOf: folder + "/chain") == chain)
    }
  }
}
