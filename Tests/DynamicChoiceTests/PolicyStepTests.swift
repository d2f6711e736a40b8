import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import DynamicChoice

/// States of two variables, of 4 and 3 levels, that act on choices each alone, or also together.
struct PolicyStepTests {
  private static let design: StateDesign = {
    var columns = DoubleMatrix(rows: 12, columns: 6)
    for s in 0..<12 {
      columns[s, 0] = 1
      if s / 3 > 0 { columns[s, s / 3] = 1 }
      if s % 3 > 0 { columns[s, 3 + s % 3] = 1 }
    }
    return StateDesign(
      columns, variables: [.init(name: "first", columns: 1..<4), .init(name: "second", columns: 4..<6)])
  }()

  /// Choices whose log-odds are linear in the levels, and in their product times `together`.
  private func data(together: Double, choices: Double = 400, seed: UInt64 = 1) throws -> ChoiceData {
    let problem = try World.random(states: 12, months: [1, 1], parameters: 1)
    var generator = SeededGenerator(seed: seed)
    var counts = [Double](repeating: 0, count: 24)
    for s in 0..<12 {
      let chance = 1 / (1 + exponential(0.5 - 0.4 * Double(s / 3) + together * Double(s / 3 * (s % 3))))
      for _ in 0..<Int(choices) { counts[generator.uniform() < chance ? 12 + s : s] += 1 }
    }
    return try ChoiceData(
      problem: problem, counts: ChoiceCounts(stateCount: 12, actionCount: 2, values: counts),
      design: Self.design)
  }

  private func fit(_ policy: PolicyStep, _ data: ChoiceData) throws -> RewardEstimate {
    var recipe = AnchoredReward()
    (recipe.policy, recipe.seed) = (policy, 3)
    return try recipe.fit(data)
  }

  @Test func `a pair of variables that act together is found, and one that does not is left out`() throws {
    let together = try fit(.sieve, data(together: 0.5))
    #expect(together.diagnostics.pairs?.map(\.isKept) == [true])
    #expect(together.diagnostics.pairs?.first?.first == "first")
    let alone = try data(together: 0)
    let found = try fit(.sieve, alone)
    #expect(found.diagnostics.pairs?.map(\.isKept) == [false])
    // Without a pair it is the logit that never saw one.
    #expect(found.policy == (try fit(.countsOnLogit, alone)).policy)
  }

  @Test func `p-values of pairs that do not act together are uniform`() throws {
    let values = try (0..<40).map { seed in
      try fit(.sieve, data(together: 0, choices: 60, seed: UInt64(seed))).diagnostics.pairs![0].pValue
    }
    #expect((12...28).contains(values.count { $0 < 0.5 }) && values.count { $0 < 0.05 } <= 6)
  }

  @Test func `the sieve and the network are nearer to choices that variables make together than the logit`()
    throws
  {
    let data = try data(together: 0.5, choices: 1000)
    func distance(_ policy: PolicyStep) throws -> Double {
      let found = try fit(policy, data).policy
      let shares = try fit(.exactShares, data).policy
      return zip(found, shares).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
    let logit = try distance(.logit)
    #expect(try distance(.sieve) < logit / 2)
    #expect(try distance(.network) < logit / 2)
  }

  @Test func `a network is the same for a seed`() throws {
    let data = try data(together: 0.5, choices: 30)
    #expect(try fit(.network, data).policy == fit(.network, data).policy)
  }
}

struct AggregatedTablesTests {
  @Test func `as many cells as states are maximum likelihood`() throws {
    let problem = try World.random(states: 20, months: [1, 1, 12], parameters: 3)
    let data = try StructuralEstimatorTests.population(problem)
    var recipe = AggregatedTables()
    recipe.cells = 200
    let estimate = try recipe.fit(data)
    #expect(estimate.method == "samq" && estimate.stateCount == 20)
    #expect(difference(of: estimate.theta, from: StructuralEstimatorTests.truth, absolute: 1e-6) == nil)
    recipe.cells = 4
    let coarse = try recipe.fit(data)
    #expect(coarse.logLikelihood < estimate.logLikelihood)
    // Only what follows comes from the cells: states of one cell keep their own features, so choices differ within it.
    #expect(Set(coarse.values).count == 20)
  }

  @Test func `a membership keeps its parameters nearly on a third of its states`() throws {
    let data = try SampleMembership.simulator().model.data(
      ChoicePanel(SampleMembership.simulator().rows(customers: 400, months: 30, seed: 3))
    ).data
    let whole = try NestedFixedPoint.withGivenErrors.fit(data)
    let cells = try AggregatedTables().fit(data)
    for (a, b) in zip(cells.parameters, whole.parameters) {
      #expect(abs(a.value - b.value) < 2 * b.standardError!, "\(a.name)")
    }
  }

  @Test func `a horizon is refused`() throws {
    let problem = try World.horizon()
    let data = try ChoiceData(problem: problem, counts: LikelihoodTests.counts(problem, seed: 1))
    #expect(
      throws: InvalidInput("horizon", given: "a last period", expected: "a problem without an end")
    ) { try AggregatedTables().fit(data) }
  }
}
