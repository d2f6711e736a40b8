internal import Glibc
internal import LinearAlgebra

/// What a model of ``GroupedExamples`` makes small.
public enum RankingLoss: String, Codable, Sendable, CaseIterable {
  /// Each row by itself: cross-entropy of the score's logistic function with the gain as a share of the largest.
  case logistic

  /// Each pair of rows of a group whose gains differ: ln(1 + exp(worse - better)); each group counts the same.
  case pairwise

  /// The same with each pair weighed by how much nDCG changes when the two swap places.
  ///
  /// C. Burges: "From RankNet to LambdaRank to LambdaMART: an overview", MSR-TR-2010-82, section 4.
  case discountedGain

  /// Each group: minus the logarithm of the share of its gains' rows in the sum of exp(score); a group's gains count as
  /// shares of their sum.
  ///
  /// The multinomial logit of D. McFadden, 1974; listwise top-one ranking of Z. Cao et al., ICML 2007.
  case softmax
}

/// First derivatives and curvatures of a loss by the scores, group by group.
struct LossDerivatives {
  let loss: RankingLoss
  let gains: [Float]
  let groups: [Range<Int>]

  /// Pairs of which both are ranked behind this many change nDCG too little to count.
  private static let depth = 30

  private let largestGain: Float

  init(_ loss: RankingLoss, _ examples: GroupedExamples) {
    self.loss = loss
    gains = examples.gains
    groups = examples.groups
    largestGain = max(gains.max() ?? 0, .leastNormalMagnitude)
  }

  /// Writes the derivatives at `scores`; `curvatures` bound the second derivatives from above when halved scores
  /// of a pair move against each other.
  func write(
    at scores: [Float], first: inout [Float], curvatures: inout [Float], threads: Int
  ) throws {
    try scores.withUnsafeBufferPointer { scores in
      try first.withUnsafeMutableBufferPointer { first in
        try curvatures.withUnsafeMutableBufferPointer { curvatures in
          // Every group writes its own rows.
          nonisolated(unsafe) let (scores, first, curvatures) = (scores, first, curvatures)
          try concurrentForEach(count: groups.count, threads: threads, scratch: { GroupScratch() }) {
            scratch, group in
            let rows = groups[group]
            switch loss {
            case .logistic: writeLogistic(rows, scores, first, curvatures)
            case .softmax: writeShares(rows, scores, first, curvatures)
            case .pairwise, .discountedGain: writePairs(rows, scores, first, curvatures, &scratch)
            }
          }
        }
      }
    }
  }

  private typealias Values = UnsafeBufferPointer<Float>
  private typealias Targets = UnsafeMutableBufferPointer<Float>

  private func writeLogistic(_ rows: Range<Int>, _ scores: Values, _ first: Targets, _ curvatures: Targets) {
    for row in rows {
      let probability = 1 / (1 + exp(-scores[row]))
      first[row] = probability - gains[row] / largestGain
      curvatures[row] = max(probability * (1 - probability), 1e-6)
    }
  }

  private func writeShares(_ rows: Range<Int>, _ scores: Values, _ first: Targets, _ curvatures: Targets) {
    var (largest, gained) = (-Float.infinity, Float(0))
    for row in rows {
      largest = max(largest, scores[row])
      gained += gains[row]
    }
    var total: Float = 0
    for row in rows { total += exp(scores[row] - largest) }
    for row in rows {
      let share = exp(scores[row] - largest) / total
      first[row] = gained > 0 ? share - gains[row] / gained : 0
      // The second derivatives diag(p) - p p' stay below diag(p), of which a pair's half is written.
      curvatures[row] = gained > 0 ? max(share / 2, 1e-7) : 0
    }
  }

  private struct GroupScratch {
    var order: [Int] = []
    var discounts: [Float] = []
  }

  private func writePairs(
    _ rows: Range<Int>, _ scores: Values, _ first: Targets, _ curvatures: Targets,
    _ scratch: inout GroupScratch
  ) {
    for row in rows { (first[row], curvatures[row]) = (0, 0) }
    let better = rows.filter { gains[$0] > 0 }
    if better.isEmpty { return }
    let scale: Float
    if loss == .discountedGain {
      scale = 1 / rank(rows, scores, &scratch)
    } else {
      scale = 1 / Float(better.count * max(1, rows.count - better.count))
    }
    for i in better {
      for j in rows where gains[j] < gains[i] {
        var weight = scale
        if loss == .discountedGain {
          let (a, b) = (scratch.discounts[i - rows.lowerBound], scratch.discounts[j - rows.lowerBound])
          if a == 0, b == 0 { continue }
          weight *= (gains[i] - gains[j]) * abs(a - b)
        }
        let wrong = 1 / (1 + exp(scores[i] - scores[j]))
        first[i] -= weight * wrong
        first[j] += weight * wrong
        let curvature = weight * wrong * (1 - wrong)
        curvatures[i] += curvature
        curvatures[j] += curvature
      }
    }
  }

  /// Finds each row's discount at its rank, 0 behind the depth; returns the group's largest discounted gain.
  private func rank(_ rows: Range<Int>, _ scores: Values, _ scratch: inout GroupScratch) -> Float {
    scratch.order = rows.sorted { (scores[$0], $1) > (scores[$1], $0) }
    scratch.discounts = Array(repeating: 0, count: rows.count)
    for (rank, row) in scratch.order.prefix(Self.depth).enumerated() {
      scratch.discounts[row - rows.lowerBound] = 1 / log2(Float(rank + 2))
    }
    var ideal: Float = 0
    for (rank, gain) in rows.map({ gains[$0] }).sorted(by: >).prefix(10).enumerated() {
      ideal += gain / log2(Float(rank + 2))
    }
    return max(ideal, .leastNormalMagnitude)
  }
}
