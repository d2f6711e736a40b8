import Glibc
import Learning
import Probability
import TestSupport
import Testing

@testable import DynamicChoice

struct AnchoredRewardTests {
  private func solved(_ problem: DecisionProblem, _ theta: [Double]) -> (
    rewards: [Double], logPolicy: [Double], policy: [Double]
  ) {
    let rewards = problem.features.rewards(theta)
    let policy = ValueSolver().solve(problem, rewards: rewards).policy
    return (rewards, policy.map { log($0) }, policy)
  }

  private func problems() throws -> [DecisionProblem] {
    [
      try World.random(states: 50, months: [1, 1, 1], parameters: 3),
      try World.random(states: 30, months: [1, 1, 12], parameters: 3, discount: 0.99),
      try World.factored(), try World.increments(parameters: 3), try World.horizon(),
    ]
  }

  @Test func `an exact policy gives exact rewards under an anchor action`() throws {
    for problem in try problems() {
      let theta = [0.9, -0.7, 0.4].prefix(problem.features.names.count)
      let (rewards, logPolicy, policy) = solved(problem, Array(theta))
      let found = AnchorEquation(problem: problem).solve(
        logPolicy: logPolicy, anchor: .action(0), policy: policy)
      #expect(difference(of: found.rewards, from: rewards, absolute: 1e-10) == nil)
    }
  }

  @Test func `general anchors give the same rewards once renormalised`() throws {
    var generator = SeededGenerator(seed: 6)
    for problem in try problems() {
      let theta = Array([0.9, -0.7, 0.4].prefix(problem.features.names.count))
      let (rewards, logPolicy, policy) = solved(problem, theta)
      let (states, actions) = (problem.stateCount, problem.actions.count)
      let shares = (0..<states).map { _ in World.distribution(actions, &generator) }
      let weights = (0..<actions * states).map { shares[$0 % states][$0 / states] }
      let equation = AnchorEquation(problem: problem)
      for weighting in [Anchor.Weighting.uniform, .policy, .weights(weights)] {
        let general = equation.solve(logPolicy: logPolicy, anchor: Anchor(weighting), policy: policy)
        let moved = equation.renormalise(rewards: general.rewards, anchor: .action(0), policy: policy)
        #expect(difference(of: moved.rewards, from: rewards, absolute: 1e-10) == nil)
      }
    }
  }

  @Test func `a known reward that differs between states is met`() throws {
    let problem = try World.random(states: 12, months: [1, 1], parameters: 2)
    let data = try StructuralEstimatorTests.population(problem, [1, -1])
    var recipe = AnchoredReward()
    recipe.anchor = Anchor(.action(1), reward: (0..<12).map { Double($0) })
    let estimate = try recipe.fit(data)
    for s in 0..<12 { #expect(isClose(estimate.reward(state: s, action: 1), to: Double(s), absolute: 1e-9)) }
    #expect(estimate.diagnostics.anchorResidual < 1e-9 && estimate.diagnostics.bellmanResidual < 1e-9)
    let moved = try estimate.renormalised(to: .action(0), in: problem)
    for s in 0..<12 { #expect(abs(moved.reward(state: s, action: 0)) < 1e-9) }
  }

  @Test func `projecting rewards that are linear gives their parameters`() throws {
    let problem = try World.random(states: 40, months: [1, 1, 12], parameters: 3)
    let data = try StructuralEstimatorTests.population(problem)
    var recipe = AnchoredReward()
    recipe.policy = .halfCounts
    let estimate = try recipe.fit(data)
    let found = estimate.projected(on: data).map(\.value)
    #expect(difference(of: found, from: StructuralEstimatorTests.truth, absolute: 1e-3) == nil)
  }

  @Test func `an anchor never or always chosen leaves rewards unidentified`() throws {
    let problem = try World.random(states: 3, months: [1, 1], parameters: 1)
    let never = try ChoiceData(
      problem: problem, counts: ChoiceCounts(stateCount: 3, actionCount: 2, values: [0, 0, 0, 5, 5, 5]))
    #expect(
      try AnchoredReward().fit(never).status
        == .notIdentified(["the anchor action 0 is never chosen, so the level of rewards is not identified"]))
    let always = try ChoiceData(
      problem: problem, counts: ChoiceCounts(stateCount: 3, actionCount: 2, values: [5, 5, 5, 0, 0, 0]))
    let estimate = try AnchoredReward().fit(always)
    #expect(
      estimate.status
        == .notIdentified(["the anchor action 0 is always chosen, so no other reward is identified"]))
    #expect(estimate.diagnostics.actionsNeverChosen == [1])
  }

  @Test func `shrinkage goes to the base without data and to the shares with much`() throws {
    let counts = try ChoiceCounts(
      stateCount: 3, actionCount: 2, values: [90_000, 0, 10_000, 10_000, 0, 90_000])
    let (policy, strength) = CountShrinkage().policy(counts)
    #expect(isClose(policy[0], to: 0.9, absolute: 1e-3) && isClose(policy[2], to: 0.1, absolute: 1e-3))
    #expect(isClose(policy[1], to: 0.5, absolute: 1e-3) && strength > 0)
    var recipe = CountShrinkage()
    recipe.halfCounts = true
    #expect(recipe.policy(counts).policy[1] == 0.5)
  }

  @Test func `the strength of shrinkage maximises the likelihood of the counts`() throws {
    // States that all choose alike are pooled; states that differ are believed.
    var generator = SeededGenerator(seed: 9)
    func strength(_ spread: Double) throws -> Double {
      let values = (0..<200).map { _ in
        Double(generator.binomial(trials: 20, probability: 0.5 + spread * (generator.uniform() - 0.5)))
      }
      return CountShrinkage().policy(
        try ChoiceCounts(stateCount: 200, actionCount: 2, values: values + values.map { 20 - $0 })
      ).strength
    }
    let (alike, different) = (try strength(0), try strength(0.9))
    #expect(alike > 100 && different < 20)
  }
}
