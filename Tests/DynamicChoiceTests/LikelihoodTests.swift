import Probability
import TestSupport
import Testing

@testable import DynamicChoice

struct LikelihoodTests {
  static func counts(_ problem: DecisionProblem, seed: UInt64) throws -> ChoiceCounts {
    var generator = SeededGenerator(seed: seed)
    return try ChoiceCounts(
      stateCount: problem.stateCount, actionCount: problem.actions.count,
      values: (0..<problem.stateCount * problem.actions.count).map { _ in Double(generator.integer(below: 5))
      })
  }

  @Test func `the gradient agrees with central differences for every structure of transitions`() throws {
    for problem in [
      try World.random(states: 20, months: [1, 1, 12], parameters: 3), try World.factored(),
      try World.increments(discount: 0.9999), try World.horizon(),
    ] {
      var likelihood = ChoiceLikelihood(
        problem: problem, counts: try Self.counts(problem, seed: 2), ridge: 0.5)
      let theta = problem.features.names.indices.map { 0.3 - 0.2 * Double($0) }
      let point = likelihood.evaluate(theta)
      for k in theta.indices {
        let width = 1e-5
        let sides = [width, -width].map { step in
          var moved = theta
          moved[k] += step
          return likelihood.evaluate(moved).value
        }
        #expect(
          isClose(point.gradient[k], to: (sides[0] - sides[1]) / (2 * width), relative: 1e-6, absolute: 1e-5))
      }
    }
  }

  @Test func `parameters without bound have no likelihood instead of a trap`() throws {
    let problem = try World.random(states: 5, months: [1, 1], parameters: 2)
    var likelihood = ChoiceLikelihood(problem: problem, counts: try Self.counts(problem, seed: 1))
    #expect(likelihood.evaluate([.nan, 0]).value == -.infinity)
    #expect(likelihood.evaluate([1, 1]).value.isFinite)
  }
}
