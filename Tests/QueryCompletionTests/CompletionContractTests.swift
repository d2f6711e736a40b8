import Learning
import TestSupport
import Testing

@testable import QueryCompletion

private func contract() -> EstimatorContract<QueryCompletion> {
  let data = CompletionWorld.data()
  var contract = EstimatorContract(
    CompletionWorld.recipe(), input: data, otherInput: CompletionWorld.data(seed: 40),
    queries: CompletionWorld.log(30, seed: 8).map { CompletionRequest($0.prefix ?? "", after: $0.history) })
  contract.save = { try $0.write(to: $1) }
  contract.load = { try CompletionModel(contentsOf: $0) }
  contract.batch = { model, queries in try queries.map { try model.predict($0) } }
  var reversed = data
  reversed.training.reverse()
  contract.inputWithRowsReversed = reversed
  contract.smallData = [
    ("empty", CompletionData(training: []), .fits),
    ("one search", CompletionData(training: [CompletionExample("rug", user: "u")]), .fits),
    ("one user", CompletionData(training: [CompletionExample("rug"), CompletionExample("lamp")]), .fits),
  ]
  contract.inputsNotFinite = [
    CompletionData(training: [CompletionExample("rug", time: .nan)]),
    CompletionData(training: [], validation: [CompletionExample("rug", time: .infinity)]),
  ]
  contract.outOfRange = [
    .init("history", 0, allowed: "1...10") { $0.history = 0 },
    .init("historyDecay", 2.0, allowed: "above 0, at most 1") { $0.historyDecay = 2 },
    .init("anonymity", 0, allowed: "1...1000") { $0.anonymity = 0 },
    .init("followers", 0, allowed: "1...100000") { $0.followers = 0 },
    .init("holders", 0, allowed: "1...1000000") { $0.holders = 0 },
    .init("misspeltOdds", -1.0, allowed: "0...1000000000") { $0.misspeltOdds = -1 },
    .init("capPerCategory", 101, allowed: "0...100") { $0.capPerCategory = 101 },
    .init("l2", 0.0, allowed: "above 0, at most 1000000") { $0.l2 = 0 },
    .init("slowDays", 0.0, allowed: "a positive number") { $0.halfLives.slowDays = 0 },
    .init("fastDays", 0.0, allowed: "a positive number") { $0.halfLives.fastDays = 0 },
    .init("fastWeight", -1.0, allowed: "0 or more") { $0.halfLives.fastWeight = -1 },
  ]
  contract.withoutRange = ["seed", "mergesForms", "stemming", "leftOut"]
  contract.exemptions[.rowOrder] =
    "sums of decayed counts round by the order of searches, so equally good suggestions may change places"
  contract.exemptions[.mismatch] = "texts have no sizes"
  return contract
}

@Test(arguments: ContractItem.allCases)
func `completion keeps the estimator contract`(item: ContractItem) throws {
  #expect(try contract().failures(of: item) == [])
}

private func prefixContract() -> EstimatorContract<PrefixRanker> {
  func data(_ seed: UInt64) -> CompletionData {
    CompletionData(training: CompletionWorld.log(250, seed: seed))
  }
  var recipe = PrefixRanker()
  recipe.leafSize = 8
  var contract = EstimatorContract(
    recipe, input: data(1), otherInput: data(2),
    queries: CompletionWorld.log(12, seed: 8).map { CompletionRequest($0.prefix ?? "", after: $0.history) })
  contract.batch = { model, queries in try queries.map { try model.predict($0) } }
  contract.smallData = [
    ("empty", CompletionData(training: []), .isRefused("given no search after another one")),
    ("one", CompletionData(training: [CompletionExample("rug", history: ["lamp"])]), .fits),
  ]
  contract.outOfRange = [
    .init("trieDepth", 17, allowed: "0...16") { $0.trieDepth = 17 },
    .init("leafSize", 0, allowed: "1...10000") { $0.leafSize = 0 },
    .init("prefixesPerPair", 0, allowed: "1...100") { $0.prefixesPerPair = 0 },
    .init("threshold", -1.0, allowed: "0 or more") { $0.threshold = -1 },
    .init("beam", 0, allowed: "1...100000") { $0.beam = 0 },
    .init("exactBelow", -1, allowed: "0 or more") { $0.exactBelow = -1 },
  ]
  contract.withoutRange = ["seed", "stemming", "isPositionWeighted"]
  contract.exemptions[.rowOrder] = "prefixes are drawn by the number of the row"
  contract.exemptions[.saveAndLoad] = "the published method stands for comparison; it is not served"
  contract.exemptions[.cancellation] = "the same: it writes no file"
  contract.exemptions[.notFinite] = "it reads no number"
  contract.exemptions[.mismatch] = "texts have no sizes"
  return contract
}

@Test(arguments: ContractItem.allCases)
func `the published ranker keeps the estimator contract`(item: ContractItem) throws {
  #expect(try prefixContract().failures(of: item) == [])
}
