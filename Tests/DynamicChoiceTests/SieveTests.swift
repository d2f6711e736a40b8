import DynamicChoice
import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

/// A mileage of eight cells and irrelevant variables: replace gives -5, keeping costs the mileage.
enum SieveWorld {
  static func rows(_ paths: Int, variables: Int, seed: UInt64 = 1, actionCount: Int = 2) throws -> ChoiceRows
  {
    let cells = 8
    var transitions: [[(Int32, Double)]] = []
    for _ in 0..<cells { transitions.append([(0, 1)]) }
    for s in 0..<cells {
      transitions.append(
        s + 2 < cells ? [(Int32(s + 1), 0.5), (Int32(s + 2), 0.5)] : [(Int32(cells - 1), 1)])
    }
    let rewards = [Double](repeating: -5, count: cells) + (0..<cells).map { -Double($0 + 1) }
    let problem = try DecisionProblem(
      actions: [ChoiceAction("replace"), ChoiceAction("keep")], discount: 0.9,
      transitions: SparseTransitions(stateCount: cells, actionCount: 2, rows: transitions),
      features: RewardFeatures(names: [], stateCount: cells, actionCount: 2, values: [], offset: rewards))
    let policy = ValueSolver().solve(problem, rewards: rewards).policy
    var generator = SeededGenerator(seed: seed)
    var (states, next, actions): ([Int], [Int], [Int32]) = ([], [], [])
    var (z, zNext): ([Double], [Double]) = ([], [])
    for _ in 0..<paths {
      var s = 0
      var draws = (0..<variables).map { _ in generator.normal() }
      for _ in 0..<20 {
        let replaces = generator.uniform() < policy[s]
        let row = transitions[(replaces ? 0 : cells) + s]
        let to = Int(row[generator.integer(below: row.count)].0)
        let other = (0..<variables).map { _ in generator.normal() }
        states.append(s)
        next.append(to)
        actions.append(replaces ? 0 : 1)
        z += draws
        zNext += other
        (s, draws) = (to, other)
      }
    }
    func indicators(_ states: [Int]) throws -> DoubleMatrix {
      try DoubleMatrix(
        rows: states.count, columns: cells,
        values: states.flatMap { s in (0..<cells).map { $0 == s ? 1 : 0 } })
    }
    return try ChoiceRows(
      declared: indicators(states), declaredNext: indicators(next),
      variables: DoubleMatrix(rows: states.count, columns: variables, values: z),
      variablesNext: DoubleMatrix(rows: states.count, columns: variables, values: zNext), actions: actions,
      actionCount: actionCount)
  }

  static var recipe: SieveReward {
    var recipe = SieveReward()
    (recipe.discount, recipe.anchorReward) = (0.9, -5)
    return recipe
  }
}

struct SieveTests {
  private func state(_ cell: Int, _ variables: [Double] = []) -> SieveRewardModel.State {
    .init(declared: (0..<8).map { $0 == cell ? 1 : 0 }, variables: variables)
  }

  @Test func `rewards of a simulated world are found`() throws {
    let model = try SieveWorld.recipe.fit(SieveWorld.rows(700, variables: 0))
    for cell in 0..<4 {
      let rewards = try model.predict(state(cell))
      #expect(abs(rewards[0] + 5) < 0.2 && abs(rewards[1] + Double(cell + 1)) < 0.4, "\(cell): \(rewards)")
    }
  }

  @Test func `a fit that keeps no variable is the fit that never saw them`() throws {
    let with = try SieveWorld.recipe.fit(SieveWorld.rows(300, variables: 12))
    let rows = try SieveWorld.rows(300, variables: 12)
    let none = DoubleMatrix(rows: rows.actions.count, columns: 0)
    let without = try SieveWorld.recipe.fit(
      ChoiceRows(
        declared: rows.declared, declaredNext: rows.declaredNext, variables: none, variablesNext: none,
        actions: rows.actions, actionCount: 2))
    #expect(with.kept.isEmpty && with.pValues.count == 12)
    for cell in 0..<8 {
      #expect(
        difference(
          of: try with.predict(state(cell, [Double](repeating: 1, count: 12))),
          from: try without.predict(state(cell)),
          absolute: 1e-9) == nil)
    }
  }

  @Test func `a variable that choices depend on is kept`() throws {
    let rows = try SieveWorld.rows(600, variables: 3)
    var variables = rows.variables
    // The second variable becomes a noisy copy of what was chosen.
    var generator = SeededGenerator(seed: 2)
    for row in 0..<variables.rows { variables[row, 1] = Double(rows.actions[row]) + generator.normal() }
    let model = try SieveWorld.recipe.fit(
      ChoiceRows(
        declared: rows.declared, declaredNext: rows.declaredNext, variables: variables,
        variablesNext: rows.variablesNext, actions: rows.actions, actionCount: 2))
    #expect(model.kept == [1])
  }

  @Test func `p-values of irrelevant variables are uniform`() throws {
    let model = try SieveWorld.recipe.fit(SieveWorld.rows(100, variables: 200, seed: 3))
    let low = model.pValues.count { $0 < 0.5 }
    #expect((70...130).contains(low) && model.pValues.count { $0 < 0.05 } < 25)
  }

  @Test(arguments: ContractItem.allCases)
  func `the sieve keeps the estimator contract`(item: ContractItem) throws {
    var contract = EstimatorContract(
      SieveWorld.recipe, input: try SieveWorld.rows(40, variables: 2),
      otherInput: try SieveWorld.rows(30, variables: 2, seed: 9),
      queries: (0..<8).map { state($0, [0.5, -1]) })
    contract.save = { try $0.write(to: $1) }
    contract.load = { try SieveRewardModel(contentsOf: $0) }
    contract.batch = { model, queries in try queries.map { try model.predict($0) } }
    let one = try SieveWorld.rows(1, variables: 2)
    contract.smallData = [("one path", one, .fits)]
    contract.mismatchedQueries = [
      (.init(declared: [1, 0], variables: [0, 0]), (2, 8)),
      (.init(declared: [Double](repeating: 0, count: 8), variables: [0]), (1, 2)),
    ]
    contract.queriesNotFinite = [state(0, [.nan, 0]), state(0, [0, .infinity])]
    contract.outOfRange = [
      .init("level", 1.0, allowed: "above 0, below 1") { $0.level = 1 },
      .init("discount", 1.0, allowed: "0 to 0.99999") { $0.discount = 1 },
      .init("anchor", -1, allowed: "0 or more") { $0.anchor = -1 },
      .init("declaredRidge", 0.0, allowed: "a positive number") { $0.declaredRidge = 0 },
      .init("variableRidge", -1.0, allowed: "a positive number") { $0.variableRidge = -1 },
    ]
    contract.withoutRange = ["screening", "anchorReward"]
    contract.exemptions[.rowOrder] = "sums over rows in another order round differently"
    #expect(try contract.failures(of: item) == [])
  }
}

struct DeepTests {
  private var recipe: DeepReward {
    var recipe = DeepReward()
    recipe.base = SieveWorld.recipe
    recipe.base.declaredRidge = 1
    (recipe.hidden, recipe.epochs, recipe.batch, recipe.seed) = (4, 2, 64, 4)
    return recipe
  }

  private func state(_ cell: Int, _ variables: [Double]) -> SieveRewardModel.State {
    .init(declared: (0..<8).map { $0 == cell ? 1 : 0 }, variables: variables)
  }

  @Test func `a network's features give the rewards of a simulated world`() throws {
    var recipe = recipe
    (recipe.hidden, recipe.epochs) = (16, 5)
    let model = try recipe.fit(SieveWorld.rows(400, variables: 2))
    #expect(model.kept.isEmpty && model.status == .converged)
    for cell in 0..<4 {
      let rewards = try model.predict(state(cell, [0, 0]))
      #expect(abs(rewards[0] + 5) < 0.5 && abs(rewards[1] + Double(cell + 1)) < 0.8, "\(cell): \(rewards)")
    }
  }

  @Test(arguments: ContractItem.allCases)
  func `the network keeps the estimator contract`(item: ContractItem) throws {
    var contract = EstimatorContract(
      recipe, input: try SieveWorld.rows(40, variables: 2),
      otherInput: try SieveWorld.rows(30, variables: 2, seed: 9),
      queries: (0..<8).map { state($0, [0.5, -1]) })
    contract.save = { try $0.write(to: $1) }
    contract.load = { try DeepRewardModel(contentsOf: $0) }
    contract.batch = { model, queries in try queries.map { try model.predict($0) } }
    contract.smallData = [("one path", try SieveWorld.rows(1, variables: 2), .fits)]
    contract.mismatchedQueries = [
      (.init(declared: [1, 0], variables: [0, 0]), (2, 8)),
      (.init(declared: [Double](repeating: 0, count: 8), variables: [0]), (1, 2)),
    ]
    contract.queriesNotFinite = [state(0, [.nan, 0]), state(0, [0, .infinity])]
    contract.outOfRange = [
      .init("level", 1.0, allowed: "above 0, below 1") { $0.base.level = 1 },
      .init("discount", 1.0, allowed: "0 to 0.99999") { $0.base.discount = 1 },
      .init("anchor", -1, allowed: "0 or more") { $0.base.anchor = -1 },
      .init("declaredRidge", 0.0, allowed: "a positive number") { $0.base.declaredRidge = 0 },
      .init("variableRidge", -1.0, allowed: "a positive number") { $0.base.variableRidge = -1 },
      .init("networks", 0, allowed: "1 to 100") { $0.networks = 0 },
      .init("hidden", 0, allowed: "1 to 4096") { $0.hidden = 0 },
      .init("epochs", 0, allowed: "1 to 10000") { $0.epochs = 0 },
      .init("batch", 0, allowed: "1 to 1000000") { $0.batch = 0 },
      .init("rate", 0.0, allowed: "above 0, at most 1") { $0.rate = 0 },
      .init("decay", 2.0, allowed: "0 to 1") { $0.decay = 2 },
    ]
    contract.withoutRange = ["screening", "anchorReward", "seed"]
    contract.exemptions[.rowOrder] = "choices are visited in an order that is drawn by their places"
    #expect(try contract.failures(of: item) == [])
  }
}
