import Glibc
import LinearAlgebra
import Testing

@testable import TabularLearning

@Suite struct RankingLossTests {
  /// The loss that the derivatives are of, by its definition.
  private func value(_ loss: RankingLoss, _ scores: [Float], _ gains: [Float]) -> Double {
    var sum = 0.0
    let positive = gains.count { $0 > 0 }
    for i in gains.indices {
      if loss == .logistic {
        let target = Double(gains[i] / gains.max()!)
        let probability = 1 / (1 + exp(-Double(scores[i])))
        sum -= target * log(probability) + (1 - target) * log(1 - probability)
      } else {
        for j in gains.indices where gains[j] < gains[i] {
          sum += log1p(exp(Double(scores[j] - scores[i]))) / Double(positive * (gains.count - positive))
        }
      }
    }
    return sum
  }

  @Test(arguments: [RankingLoss.logistic, .pairwise])
  func `derivatives are the slopes of the loss`(loss: RankingLoss) throws {
    let gains: [Float] = [0, 2, 0, 1, 0]
    let scores: [Float] = [0.4, 0.1, -0.7, 1.3, 0.2]
    let examples = GroupedExamples(
      features: try DenseMatrix(rows: 5, columns: 1, values: scores), gains: gains, groupSizes: [5])
    var (first, curvatures) = ([Float](repeating: 9, count: 5), [Float](repeating: 9, count: 5))
    try LossDerivatives(loss, examples).write(at: scores, first: &first, curvatures: &curvatures, threads: 1)
    for row in scores.indices {
      var (above, below) = (scores, scores)
      above[row] += 1e-2
      below[row] -= 1e-2
      let slope = (value(loss, above, gains) - value(loss, below, gains)) / 2e-2
      #expect(abs(slope - Double(first[row])) < 1e-3)
      let bend =
        (value(loss, above, gains) + value(loss, below, gains) - 2 * value(loss, scores, gains)) / 1e-4
      #expect(abs(bend - Double(curvatures[row])) < 2e-2)
    }
  }

  @Test func `pairs that change nDCG more pull harder`() throws {
    // The best row stands last of three, the good one first.
    let examples = GroupedExamples(
      features: try DenseMatrix(rows: 3, columns: 1, values: [0, 0, 0]), gains: [3, 1, 0], groupSizes: [3])
    var (first, curvatures) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: 3))
    try LossDerivatives(.discountedGain, examples).write(
      at: [-1, 1, 0], first: &first, curvatures: &curvatures, threads: 1)
    #expect(first[0] < 0 && first[1] > 0 && abs(first.reduce(0, +)) < 1e-6)
    #expect(curvatures.allSatisfy { $0 > 0 })
  }
}
