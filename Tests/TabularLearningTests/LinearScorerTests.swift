import Learning
import LinearAlgebra
import Probability
import Testing

@testable import TabularLearning

@Suite struct LinearScorerTests {
  @Test(arguments: RankingLoss.allCases)
  func `columns that tell the gain get weights, noise gets hardly any`(loss: RankingLoss) throws {
    var recipe = LinearScorer()
    recipe.loss = loss
    let model = try recipe.fit(try rankedExamples(groups: 300, seed: 3))
    let weights = model.standardizedWeights
    #expect(weights[0] > 0.2 && weights[1] > 0.2 && abs(weights[2]) < 0.3 * weights[0])
    #expect(model.isConverged || loss == .discountedGain)
  }

  @Test func `at the solution the penalised loss has no slope`() throws {
    let examples = try rankedExamples(groups: 100, seed: 4)
    var recipe = LinearScorer()
    (recipe.l2, recipe.iterations) = (50, 200)
    let model = try recipe.fit(examples)
    let scores = try (0..<examples.features.rows).map { try model.predict(Array(examples.features.row($0))) }
    var (first, curvatures) = (scores, scores)
    try LossDerivatives(.pairwise, examples).write(
      at: scores, first: &first, curvatures: &curvatures, threads: 1)
    let scaling = ColumnScaling(examples.features)
    for column in 0..<3 {
      var slope = recipe.l2 / 1000 * 100 * Double(model.standardizedWeights[column])
      for row in first.indices {
        slope += Double(
          first[row] * (examples.features[row, column] - scaling.means[column]) * scaling.scales[column])
      }
      #expect(abs(slope) < 0.05)
    }
  }

  @Test func `a weight that would be negative is held at zero`() throws {
    var examples = try rankedExamples(groups: 200, seed: 5)
    for row in 0..<examples.features.rows { examples.features.values[3 * row + 1] *= -1 }
    let free = try LinearScorer().fit(examples)
    #expect(free.weights[1] < 0)
    var recipe = LinearScorer()
    recipe.nonNegative = [0, 1]
    let held = try recipe.fit(examples)
    #expect(held.weights[1] == 0 && held.weights[0] > free.weights[0])
  }

  @Test func `a column of one value has no weight`() throws {
    var examples = try rankedExamples(groups: 50, seed: 6)
    for row in 0..<examples.features.rows { examples.features.values[3 * row + 2] = 7 }
    let model = try LinearScorer().fit(examples)
    #expect(model.weights[2] == 0)
  }

  @Test func `contributions add up to the score`() throws {
    let model = try LinearScorer().fit(try rankedExamples(groups: 80, seed: 7))
    for row: [Float] in [[0, 0, 0], [3, 1, -4], [100, -20, 5]] {
      let (base, parts) = try model.contributions(of: row)
      #expect(abs(base + parts.reduce(0, +) - (try model.predict(row))) < 1e-4)
    }
  }

  @Test func `a scorer goes on from starting scores`() throws {
    // Where the start already orders the rows, nothing is left for the columns.
    var examples = try rankedExamples(groups: 100, seed: 8)
    let alone = try LinearScorer().fit(examples)
    examples.startingScores = examples.gains.map { 20 * $0 }
    let after = try LinearScorer().fit(examples)
    #expect(abs(after.weights[0]) < 0.1 * alone.weights[0])
  }

  @Test func `a column that is not there is refused with both numbers`() throws {
    var recipe = LinearScorer()
    recipe.nonNegative = [3]
    #expect {
      try recipe.fit(try rankedExamples(groups: 2, seed: 9))
    } throws: { "\($0)" == "nonNegative: given column 3, expected columns in 0..<3" }
  }
}
