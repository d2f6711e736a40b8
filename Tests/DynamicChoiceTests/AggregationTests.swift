import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import DynamicChoice

struct AggregationTests {
  private func input(_ paths: Int, seed: UInt64 = 1) throws -> AggregatedStates.Input {
    let rows = try SieveWorld.rows(paths, variables: 0, seed: seed)
    let count = rows.actions.count
    let costs = (0..<count).map { row in -Double((0..<8).first { rows.declared[row, $0] == 1 }! + 1) }
    let keep = try DoubleMatrix(rows: count, columns: 1, values: costs)
    let replace = DoubleMatrix(rows: count, columns: 1)
    return try AggregatedStates.Input(rows: rows, names: ["cost"], features: [replace, keep])
  }

  private var recipe: AggregatedStates {
    var recipe = AggregatedStates()
    recipe.sieve = SieveWorld.recipe
    recipe.cells = 8
    return recipe
  }

  @Test func `cells of like values give the parameters back`() throws {
    let model = try recipe.fit(input(400))
    // The level of replacing is no feature here, so the slope is judged against the fit on the states themselves.
    #expect(model.cellCount <= 8 && model.cellCount >= 6)
    #expect(model.estimate.status == .converged && model.estimate.theta[0] > 0)
    var chosen = recipe
    chosen.cells = 0
    #expect(try chosen.fit(input(100)).cellCount <= 10)
  }

  @Test func `few cells give the truth back, as each choice keeps its own features`() throws {
    let rows = try SieveWorld.rows(400, variables: 0)
    let count = rows.actions.count
    var (replace, keep) = (DoubleMatrix(rows: count, columns: 2), DoubleMatrix(rows: count, columns: 2))
    for row in 0..<count {
      keep[row, 0] = -Double((0..<8).first { rows.declared[row, $0] == 1 }! + 1)
      replace[row, 1] = -1
    }
    var coarse = recipe
    coarse.cells = 4
    let estimate = try coarse.fit(
      AggregatedStates.Input(rows: rows, names: ["cost", "replace"], features: [replace, keep])
    ).estimate
    #expect(difference(of: estimate.theta, from: [1, 5], relative: 0.1, absolute: 0) == nil)
  }

  @Test func `centres are the means of their points`() throws {
    var generator = SeededGenerator(seed: 1)
    var points = DoubleMatrix(rows: 300, columns: 2)
    for row in 0..<300 {
      for k in 0..<2 { points[row, k] = Double(row % 3) * 10 + generator.normal() }
    }
    let groups = KMeans(points, cells: 3, rounds: 50, seed: 2)
    let labels = groups.labels(points)
    #expect(Set(labels).count == 3)
    for row in 3..<300 { #expect(labels[row] == labels[row - 3]) }
    for cell in 0..<3 {
      let own = (0..<300).filter { Int(labels[$0]) == cell }
      let mean = own.reduce(0) { $0 + points[$1, 0] } / Double(own.count)
      #expect(isClose(groups.centres[cell, 0], to: mean, absolute: 1e-9))
    }
    // Fewer different points than cells.
    #expect(KMeans(DoubleMatrix(rows: 5, columns: 2), cells: 4, rounds: 3, seed: 1).centres.rows == 1)
  }

  @Test(arguments: ContractItem.allCases)
  func `state aggregation keeps the estimator contract`(item: ContractItem) throws {
    func state(_ cell: Int) -> SieveRewardModel.State {
      .init(declared: (0..<8).map { $0 == cell ? 1 : 0 }, variables: [])
    }
    var contract = EstimatorContract(
      recipe, input: try input(30), otherInput: try input(25, seed: 9), queries: (0..<8).map(state))
    contract.save = { try $0.write(to: $1) }
    contract.load = { try AggregatedModel(contentsOf: $0) }
    contract.batch = { model, queries in try queries.map { try model.predict($0) } }
    contract.smallData = [("one path", try input(1), .fits)]
    contract.mismatchedQueries = [(.init(declared: [1, 0], variables: []), (2, 8))]
    contract.queriesNotFinite = [
      .init(declared: [.nan] + [Double](repeating: 0, count: 7), variables: [])
    ]
    contract.outOfRange = [
      .init("level", 1.0, allowed: "above 0, below 1") { $0.sieve.level = 1 },
      .init("discount", 1.0, allowed: "0 to 0.99999") { $0.sieve.discount = 1 },
      .init("anchor", -1, allowed: "0 or more") { $0.sieve.anchor = -1 },
      .init("declaredRidge", 0.0, allowed: "a positive number") { $0.sieve.declaredRidge = 0 },
      .init("variableRidge", -1.0, allowed: "a positive number") { $0.sieve.variableRidge = -1 },
      .init("cells", -1, allowed: "0 to 2000") { $0.cells = -1 },
      .init("rounds", 0, allowed: "1 to 10000") { $0.rounds = 0 },
    ]
    contract.withoutRange = ["screening", "anchorReward", "seed"]
    contract.exemptions[.rowOrder] = "centres start at points drawn by their places"
    #expect(try contract.failures(of: item) == [])
  }
}
