import Learning
import Probability
import Testing

@testable import TabularLearning

@Suite struct IsotonicCalibrationTests {
  @Test func `scores become the probabilities that made the outcomes`() throws {
    var generator = SeededGenerator(seed: 21)
    let scores = (0..<40_000).map { _ in Float(4 * generator.uniform() - 2) }
    let truth = { (score: Float) in Double(score + 2) / 5 }
    let outcomes = scores.map { generator.uniform() < truth($0) }
    let curve = try IsotonicCalibration().fit(ScoredOutcomes(scores: scores, outcomes: outcomes))
    for score: Float in [-1.5, -0.5, 0, 0.7, 1.6] { #expect(abs(curve(score) - truth(score)) < 0.04) }
  }

  @Test func `the curve rises strictly, also beyond the scores that were seen`() throws {
    var generator = SeededGenerator(seed: 22)
    let scores = (0..<500).map { _ in Float(generator.normal()) }
    let curve = try IsotonicCalibration().fit(
      ScoredOutcomes(scores: scores, outcomes: scores.map { _ in generator.uniform() < 0.3 }))
    let answers = stride(from: Float(-8), through: 8, by: 0.01).map { curve($0) }
    #expect(zip(answers, answers.dropFirst()).allSatisfy(<))
    #expect(answers.allSatisfy { $0 > 0 && $0 < 1 })
  }

  @Test func `pools are the least-squares rising fit`() throws {
    // By hand: 1 and 0 at the second and third score pool to one half.
    var recipe = IsotonicCalibration()
    recipe.leastOutcomes = 1
    let curve = try recipe.fit(
      ScoredOutcomes(scores: [0, 1, 2, 3], outcomes: [false, true, false, true]))
    #expect(curve.scores == [0, 1.5, 3])
    #expect(curve.probabilities == [1e-6, 0.5, 1 - 1e-6])
    #expect(abs(curve(0.75) - 0.25) < 1e-5)
  }
}
