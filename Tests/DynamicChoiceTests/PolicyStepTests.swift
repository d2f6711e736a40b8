import Glibc
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

  @Test func `log-odds that vary normally are nearer shrunk normally than by any count added`() throws {
    var generator = SeededGenerator(seed: 5)
    let states = 60
    let truth = (0..<states).map { _ in (0..<2).map { _ in 1.2 * generator.normal() } }
    var counts = [Double](repeating: 0, count: 3 * states)
    for s in 0..<states {
      let weights = [1] + truth[s].map { exponential($0) }
      for _ in 0..<15 {
        var place = generator.uniform() * weights.reduce(0, +)
        let action = weights.firstIndex { weight in
          place -= weight
          return place < 0
        }
        counts[(action ?? 2) * states + s] += 1
      }
    }
    let table = try ChoiceCounts(stateCount: states, actionCount: 3, values: counts)
    func error(_ policy: [Double]) -> Double {
      (0..<states).reduce(0) { sum, s in
        sum
          + (0..<2).reduce(0) { sum, k in
            let found = log(policy[(k + 1) * states + s] / policy[s])
            return sum + (found - truth[s][k]) * (found - truth[s][k])
          }
      }
    }
    let normal = LogOddsShrinkage(table, base: CountShrinkage.pooled(table)).policy
    var half = CountShrinkage()
    half.halfCounts = true
    #expect(error(normal) < 0.9 * error(CountShrinkage().policy(table).policy))
    #expect(error(normal) < 0.75 * error(half.policy(table).policy))
    for s in 0..<states {
      #expect(isClose((0..<3).reduce(0) { $0 + normal[$1 * states + s] }, to: 1, absolute: 1e-12))
    }
  }

  @Test func `log-odds of many choices are those of the counts, and of none those of the base`() throws {
    let counts = try ChoiceCounts(
      stateCount: 4, actionCount: 2, values: [4e6, 1e6, 2e6, 0, 1e6, 3e6, 2e6, 0])
    let base = [0.3, 0.3, 0.3, 0.3, 0.7, 0.7, 0.7, 0.7]
    let policy = LogOddsShrinkage(counts, base: base).policy
    #expect(difference(of: Array(policy[0..<3]), from: [0.8, 0.25, 0.5], absolute: 1e-4) == nil)
    // A state without choices has the mean of the others.
    let mean = [4.0, 1.0 / 3, 1].reduce(0) { $0 + log($1) } / 3
    #expect(isClose(policy[3], to: 1 / (1 + exponential(-mean)), absolute: 1e-3))
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
      #expect(abs(a.value - b.value) < 2.5 * b.standardError!, "\(a.name)")
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

struct SharedLogitsTests {
  @Test func `groups that are alike share strength, column by column`() throws {
    // The first column's coefficient is the same in all groups, the second's differs.
    var generator = SeededGenerator(seed: 2)
    let slopes = (0..<12).map { _ in 1.5 * generator.normal() }
    let groups = slopes.map { slope -> (design: DoubleMatrix, counts: DoubleMatrix) in
      var (design, counts) = (DoubleMatrix(rows: 80, columns: 2), DoubleMatrix(rows: 80, columns: 2))
      for row in 0..<80 {
        (design[row, 0], design[row, 1]) = (generator.normal(), generator.normal())
        let chance = 1 / (1 + exponential(-(design[row, 0] + slope * design[row, 1])))
        counts[row, generator.uniform() < chance ? 1 : 0] = 1
      }
      return (design, counts)
    }
    let shared = SharedLogits(groups)
    #expect(shared.variances[0] < 0.1 && shared.variances[1] > 0.7)
    func error(_ logits: [MultinomialLogit]) -> Double {
      zip(logits, slopes).reduce(0) { sum, pair in
        let found = pair.0.coefficients
        return sum + (found[0, 0] - 1) * (found[0, 0] - 1) + (found[0, 1] - pair.1) * (found[0, 1] - pair.1)
      }
    }
    let alone = groups.map { MultinomialLogit(design: $0.design, counts: $0.counts, ridge: [1e-6, 1e-6]) }
    #expect(error(shared.logits) < 0.7 * error(alone))
  }
}
