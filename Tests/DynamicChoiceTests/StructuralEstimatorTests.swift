import Learning
import Probability
import TestSupport
import Testing

@testable import DynamicChoice

/// Estimators given the choices of a whole population find the truth.
struct StructuralEstimatorTests {
  static let truth = [0.8, -0.5, 0.3]

  /// Choices in exact proportion to the probabilities of the truth.
  static func population(_ problem: DecisionProblem, _ theta: [Double] = truth) throws -> ChoiceData {
    let solution = ValueSolver().solve(problem, rewards: problem.features.rewards(theta))
    var generator = SeededGenerator(seed: 21)
    let weights = (0..<problem.stateCount).map { _ in 1e5 * (0.5 + generator.uniform()) }
    return try ChoiceData(
      problem: problem,
      counts: ChoiceCounts(
        stateCount: problem.stateCount, actionCount: problem.actions.count,
        values: solution.policy.indices.map { weights[$0 % problem.stateCount] * solution.policy[$0] }))
  }

  private static func problems() throws -> [DecisionProblem] {
    [
      try World.random(states: 20, months: [1, 1, 12], parameters: 3), try World.factored(),
      try World.increments(parameters: 3),
    ]
  }

  @Test func `maximum likelihood finds the truth from the choices of a population`() throws {
    for problem in try Self.problems() {
      let estimate = try NestedFixedPoint().fit(Self.population(problem))
      #expect(estimate.status == .converged)
      #expect(difference(of: estimate.theta, from: Self.truth, absolute: 1e-8) == nil)
    }
  }

  @Test func `Hotz-Miller and pseudo-likelihood find the truth from the choices of a population`() throws {
    for problem in try Self.problems() {
      let data = try Self.population(problem)
      var recipe = PseudoLikelihood()
      recipe.start = ValueSolver().solve(problem, rewards: problem.features.rewards(Self.truth)).policy
      for steps in [1, 100] {
        recipe.steps = steps
        let estimate = try recipe.fit(data)
        #expect(estimate.status == .converged)
        #expect(difference(of: estimate.theta, from: Self.truth, absolute: 1e-8) == nil)
      }
      recipe.start = []
      recipe.steps = 200
      #expect(difference(of: try recipe.fit(data).theta, from: Self.truth, absolute: 1e-5) == nil)
    }
  }

  @Test func `maximum causal entropy with features of actions is maximum likelihood`() throws {
    let problem = try World.random(states: 20, months: [1, 1], parameters: 3)
    let data = try ChoiceData(problem: problem, counts: LikelihoodTests.counts(problem, seed: 4))
    var entropy = EntropyRewards()
    entropy.ridge = 0
    let (first, second) = (try entropy.fit(data), try NestedFixedPoint().fit(data))
    #expect(isClose(first.logLikelihood, to: second.logLikelihood, absolute: 1e-8))
    #expect(first.method == "mce" && second.method == "nfxp")
  }

  @Test func `rewards of states alone fit worse than features of actions`() throws {
    let data = try Self.population(World.random(states: 10, months: [1, 1, 1], parameters: 3))
    var entropy = EntropyRewards()
    entropy.scope = .state
    let states = try entropy.fit(data)
    #expect(states.parameters.count == 10)
    #expect(states.logLikelihood < (try NestedFixedPoint().fit(data)).logLikelihood - 100)
  }

  @Test func `several starts end at the same maximum`() throws {
    let data = try Self.population(World.increments(parameters: 3))
    var recipe = NestedFixedPoint()
    recipe.starts = 5
    #expect(difference(of: try recipe.fit(data).theta, from: Self.truth, absolute: 1e-7) == nil)
  }

  @Test func `features that always move together are not separately identified, and their sum is`() throws {
    let problem = try World.random(states: 15, months: [1, 1], parameters: 2)
    let features = problem.features
    var values: [Double] = []
    for action in 0..<2 {
      for k in [0, 1, 1] {
        let start = features.start(action: action, feature: k)
        values += features.values[start..<start + 15]
      }
    }
    let doubled = try problem.with(
      features: RewardFeatures(
        names: ["ship", "video", "music"], stateCount: 15, actionCount: 2, values: values))
    let data = try ChoiceData(
      problem: doubled, counts: Self.population(problem, [0.8, -0.6]).counts)
    let estimate = try NestedFixedPoint().fit(data)
    #expect(estimate.status == .notIdentified(["video, music always move together"]))
    // The shortest of all parameters that fit.
    #expect(difference(of: estimate.theta, from: [0.8, -0.3, -0.3], absolute: 1e-6) == nil)
    #expect(estimate.parameters.map(\.verdict) == [.separate, .notSeparate, .notSeparate])
    #expect(estimate.parameters[0].standardError != nil && estimate.parameters[1].standardError == nil)
    #expect(estimate.diagnosis.conditionIndex == nil && estimate.diagnosis.inseparable == [[1, 2]])
  }

  @Test func `a feature that no choice depends on is not identified`() throws {
    let problem = try World.random(states: 6, months: [1, 1], parameters: 1)
    let features = try RewardFeatures(
      names: ["real", "nothing"], stateCount: 6, actionCount: 2,
      values: Array(features(problem, 0)) + [Double](repeating: 0, count: 6) + Array(features(problem, 1))
        + [Double](repeating: 0, count: 6))
    let data = try ChoiceData(
      problem: problem.with(features: features), counts: Self.population(problem, [0.5]).counts)
    let estimate = try NestedFixedPoint().fit(data)
    #expect(estimate.status == .notIdentified(["no choice depends on nothing"]))
    #expect(estimate.parameters[1].verdict == .notIdentified && estimate.theta[1] == 0)
  }

  private func features(_ problem: DecisionProblem, _ action: Int) -> ArraySlice<Double> {
    problem.features.values[action * 6..<(action + 1) * 6]
  }

  @Test func `choices that a feature predicts perfectly are not identified, and a ridge bounds them`() throws
  {
    let problem = try DecisionProblem(
      actions: [ChoiceAction("no"), ChoiceAction("yes")], discount: 0.5,
      transitions: SparseTransitions(stateCount: 2, actionCount: 2, dense: [1, 0, 0, 1, 1, 0, 0, 1]),
      features: RewardFeatures(names: ["side"], stateCount: 2, actionCount: 2, values: [0, 0, -1, 1]))
    let data = try ChoiceData(
      problem: problem, counts: ChoiceCounts(stateCount: 2, actionCount: 2, values: [50, 0, 0, 50]))
    let estimate = try NestedFixedPoint().fit(data)
    #expect(
      estimate.status
        == .notIdentified([
          "the choices are predicted perfectly by the features, so the parameters have no bound; use a ridge"
        ]))
    #expect(estimate.parameters[0].standardError == nil && estimate.parameters[0].verdict == .notIdentified)
    var recipe = NestedFixedPoint()
    recipe.ridge = 1
    let bounded = try recipe.fit(data)
    #expect(bounded.status == .converged && bounded.theta[0] > 1 && bounded.theta[0] < 20)
  }

  @Test func `a static logit of forward-looking choices is wrong`() throws {
    let problem = try World.random(states: 20, months: [1, 1, 12], parameters: 3)
    let data = try Self.population(problem)
    let estimate = try StaticLogit().fit(data)
    #expect(estimate.method == "static")
    #expect(zip(estimate.theta, Self.truth).map { abs($0 - $1) }.max()! > 0.05)
    let today = try Self.population(problem.with(discount: 0))
    #expect(difference(of: try StaticLogit().fit(today).theta, from: Self.truth, absolute: 1e-8) == nil)
  }
}
