import Glibc
import Probability
import TestSupport
import Testing

@testable import DynamicChoice

struct ValueSolverTests {
  @Test func `values are a fixed point of the Bellman operator`() throws {
    for problem in [
      try World.random(states: 20, months: [1, 1, 12], parameters: 2), try World.factored(),
      try World.increments(), try World.horizon(),
    ] {
      let rewards = problem.features.rewards([Double](repeating: 0.7, count: problem.features.names.count))
      let solution = ValueSolver().solve(problem, rewards: rewards)
      #expect(solution.converged)
      let states = problem.stateCount
      let next = problem.transitions.discounted(solution.values, problem.actionDiscounts)
      for s in 0..<states {
        let quality = problem.actions.indices.map { rewards[$0 * states + s] + next[$0 * states + s] }
        let value = log(quality.reduce(0) { $0 + exp($1) })
        #expect(isClose(solution.values[s], to: value, relative: 1e-11, absolute: 1e-10))
        for (action, q) in quality.enumerated() {
          #expect(isClose(solution.policy[action * states + s], to: exp(q - value), relative: 1e-9))
        }
      }
    }
  }

  @Test func `a discount of .9999 takes at most 25 contractions and 8 Newton steps`() throws {
    let buses = EngineReplacement(
      bins: 175, discount: 0.9999, incrementCounts: [0.0937, 0.4475, 0.4459, 0.0127, 0.0002])
    let problem = try buses.problem()
    let solution = ValueSolver().solve(problem, rewards: problem.features.rewards([11.7, 2.46]))
    #expect(solution.converged)
    #expect(solution.contractions <= 25 && solution.newtonSteps <= 8)
    var bellman = SoftBellman(problem)
    let gap = bellman.apply(problem.features.rewards([11.7, 2.46]), solution.values)
    #expect(gap <= 1e-12 * bellman.largest)
  }

  @Test func `a horizon is solved as by backward induction`() throws {
    let period = try World.random(states: 6, months: [1, 1], parameters: 2)
    let problem = try World.horizon()
    let rewards = problem.features.rewards([0.5, -1])
    var values = [Double](repeating: 0, count: 6)
    let solution = ValueSolver().solve(problem, rewards: rewards)
    for t in (0..<4).reversed() {
      let next = (0..<2).map { period.transitions.expectation(of: values, action: $0) }
      values = (0..<6).map { s in
        log((0..<2).reduce(0) { $0 + exp(rewards[$1 * 24 + t * 6 + s] + (t == 3 ? 0 : next[$1][s])) })
      }
      #expect(difference(of: solution.values[t * 6..<(t + 1) * 6], from: values, absolute: 1e-11) == nil)
    }
  }

  @Test func `rewards beyond all bounds are no convergence and no trap`() throws {
    let problem = try World.random(states: 4, months: [1, 1], parameters: 1)
    #expect(!ValueSolver().solve(problem, rewards: [Double](repeating: .infinity, count: 8)).converged)
    #expect(ValueSolver().solve(problem, rewards: [1e300, 0, 0, 0, 0, 0, 0, 0]).values.count == 4)
  }

  @Test func `log-probabilities are exact near 1 and near 0`() {
    let quality = [800.0, 0.0, -40.0, 0.0]
    // Two actions in two states.
    let sure = logProbability(quality, states: 2, actions: 2, state: 0, action: 0)
    let rare = logProbability(quality, states: 2, actions: 2, state: 0, action: 1)
    #expect(sure <= 0 && sure > -1e-300 && isClose(rare, to: -840, relative: 1e-15))
    #expect(logProbability([0, 40], states: 1, actions: 2, state: 0, action: 1) == -log1p(exp(-40.0)))
  }
}
