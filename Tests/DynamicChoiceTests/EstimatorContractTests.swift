import DynamicChoice
import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

private func data(seed: UInt64) throws -> ChoiceData {
  let problem = try World.random(states: 12, months: [1, 1, 12], parameters: 3)
  var generator = SeededGenerator(seed: seed)
  return try ChoiceData(
    problem: problem,
    counts: ChoiceCounts(
      stateCount: 12, actionCount: 3, values: (0..<36).map { _ in Double(1 + generator.integer(below: 9)) }))
}

/// What all estimators of dynamic choice have in common.
private func contract<Recipe: Estimator>(_ recipe: Recipe) throws -> EstimatorContract<Recipe>
where Recipe.Input == ChoiceData, Recipe.Model.Query == Int, Recipe.Model.Answer == [Double] {
  let problem = try World.random(states: 12, months: [1, 1, 12], parameters: 3)
  let one = [1.0] + [Double](repeating: 0, count: 35)
  var contract = EstimatorContract(
    recipe, input: try data(seed: 1), otherInput: try data(seed: 2), queries: Array(0..<12))
  contract.batch = { model, queries in try queries.map { try model.predict($0) } }
  contract.smallData = [
    (
      "one choice",
      try ChoiceData(problem: problem, counts: ChoiceCounts(stateCount: 12, actionCount: 3, values: one)),
      .fits
    )
  ]
  contract.mismatchedQueries = [(12, (12, 11)), (-1, (1, 11))]
  contract.exemptions = [
    .rowOrder: "counts have no order",
    .queryOrder: "a query is a state, answered from a table",
    .notFinite: "counts and features refuse what is not finite when they are made",
  ]
  return contract
}

struct EstimatorContractTests {
  @Test(arguments: ContractItem.allCases)
  func `maximum likelihood keeps the estimator contract`(item: ContractItem) throws {
    var contract = try contract(NestedFixedPoint())
    contract.save = { try $0.write(to: $1) }
    contract.load = { try StructuralEstimate(contentsOf: $0) }
    contract.outOfRange = [
      .init("start", "NaN or infinity", allowed: "finite numbers, or none") {
        $0.start = [.greatestFiniteMagnitude * 2]
      },
      .init("starts", 0, allowed: "1 to 1000") { $0.starts = 0 },
      .init("ridge", -1.0, allowed: "0 or more") { $0.ridge = -1 },
      .init("maximumIterations", 0, allowed: "1 to 100000") { $0.maximumIterations = 0 },
    ]
    contract.withoutRange = ["errors", "seed"]
    contract.exemptions[.codable] = "an infinite start cannot be said in JSON; finite ones are tested below"
    #expect(try contract.failures(of: item) == [])
  }

  @Test(arguments: ContractItem.allCases)
  func `pseudo-likelihood keeps the estimator contract`(item: ContractItem) throws {
    var contract = try contract(PseudoLikelihood())
    contract.save = { try $0.write(to: $1) }
    contract.load = { try StructuralEstimate(contentsOf: $0) }
    contract.outOfRange = [
      .init("steps", 0, allowed: "1 to 10000") { $0.steps = 0 },
      .init(
        "start", "a probability that is not between 0 and 1",
        allowed: "probabilities above 0 and below 1, or none"
      ) { $0.start = [2] },
    ]
    contract.withoutRange = ["errors"]
    #expect(try contract.failures(of: item) == [])
  }

  @Test(arguments: ContractItem.allCases)
  func `entropy rewards keep the estimator contract`(item: ContractItem) throws {
    var contract = try contract(EntropyRewards())
    contract.save = { try $0.write(to: $1) }
    contract.load = { try StructuralEstimate(contentsOf: $0) }
    contract.outOfRange = [.init("ridge", -1.0, allowed: "0 or more") { $0.ridge = -1 }]
    contract.withoutRange = ["scope"]
    #expect(try contract.failures(of: item) == [])
  }

  @Test(arguments: ContractItem.allCases)
  func `the static logit keeps the estimator contract`(item: ContractItem) throws {
    var contract = try contract(StaticLogit())
    contract.save = { try $0.write(to: $1) }
    contract.load = { try StructuralEstimate(contentsOf: $0) }
    contract.outOfRange = [.init("ridge", -1.0, allowed: "0 or more") { $0.ridge = -1 }]
    #expect(try contract.failures(of: item) == [])
  }

  @Test(arguments: ContractItem.allCases)
  func `anchored rewards keep the estimator contract`(item: ContractItem) throws {
    var contract = try contract(AnchoredReward())
    contract.save = { try $0.write(to: $1) }
    contract.load = { try RewardEstimate(contentsOf: $0) }
    contract.outOfRange = [
      .init("ridge", 0.0, allowed: "a positive number") { $0.ridge = 0 },
      .init("floor", 0.5, allowed: "above 0, at most 0.01") { $0.floor = 0.5 },
    ]
    contract.withoutRange = ["policy", "anchor", "weighting", "reward", "action", "_0", "seed"]
    #expect(try contract.failures(of: item) == [])
  }

  @Test(arguments: ContractItem.allCases)
  func `maximum likelihood on cells keeps the estimator contract`(item: ContractItem) throws {
    var recipe = AggregatedTables()
    recipe.cells = 12
    var contract = try contract(recipe)
    contract.save = { try $0.write(to: $1) }
    contract.load = { try StructuralEstimate(contentsOf: $0) }
    contract.outOfRange = [.init("cells", 0, allowed: "1 to 2000") { $0.cells = 0 }]
    contract.withoutRange = ["policy", "anchor", "weighting", "reward", "action", "_0", "seed"]
    #expect(try contract.failures(of: item) == [])
  }

  @Test func `a recipe with starts survives JSON`() throws {
    var recipe = NestedFixedPoint()
    (recipe.start, recipe.starts, recipe.errors) = ([1, -2.5], 3, .given)
    #expect(try JSONValue(encoding: recipe).decoded(as: NestedFixedPoint.self) == recipe)
  }

  @Test func `an estimate that was altered is refused`() throws {
    try withTemporaryFolder { folder in
      let estimate = try NestedFixedPoint().fit(try data(seed: 1))
      try estimate.write(to: folder + "/estimate")
      let read = try StructuralEstimate(contentsOf: folder + "/estimate")
      #expect(read.parameters == estimate.parameters && read.covariance == estimate.covariance)
      try write([1, 2, 3], toFile: folder + "/estimate/policy.bin")
      #expect(throws: FileFormatError.self) { try StructuralEstimate(contentsOf: folder + "/estimate") }
    }
  }
}
