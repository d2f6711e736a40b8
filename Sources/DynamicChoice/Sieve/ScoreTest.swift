internal import LinearAlgebra
internal import Probability

/// Whether candidate columns would help a logit that has been fitted without them (the score test of Rao, 1948).
struct ScoreTest {
  private let base: DoubleMatrix
  /// pi_a of each row, n_a - n pi_a, and n.
  private let shares: [[Double]]
  private let residuals: [[Double]]
  private let sums: [Double]
  /// The inverse information of the base, actions but the first one after the other.
  private let inverse: DoubleMatrix

  /// Prepares tests given a base design and the logit that was fitted to its counts, n x A.
  init(base: DoubleMatrix, logit: MultinomialLogit, counts: DoubleMatrix) {
    self.base = base
    let policy = logit.logPolicy(base)
    let (rows, free) = (base.rows, counts.columns - 1)
    let sums = (0..<rows).map { counts.row($0).reduce(0, +) }
    let shares = (0..<free).map { a in (0..<rows).map { exponential(policy[$0, a + 1]) } }
    residuals = (0..<free).map { a in (0..<rows).map { counts[$0, a + 1] - sums[$0] * shares[a][$0] } }
    (self.shares, self.sums) = (shares, sums)
    var information = Self.blocks(base, base, shares, sums)
    information.addToDiagonal(1e-9 * max(1, information.diagonal.max() ?? 0))
    inverse =
      CholeskyFactor(information)?.inverse()
      ?? DoubleMatrix(rows: information.rows, columns: information.rows)
  }

  /// The probability of so large a statistic where the columns do not matter.
  func pValue(_ columns: DoubleMatrix) -> Double {
    let score = residuals.flatMap { columns.transposedMultiplied(by: $0) }
    let cross = Self.blocks(base, columns, shares, sums)
    var information = Self.blocks(columns, columns, shares, sums)
    let size = information.diagonal.max() ?? 0
    let explained = cross.transposedMultiplied(by: inverse.multiplied(by: cross))
    for i in information.values.indices { information.values[i] -= explained.values[i] }
    guard let eigen = SymmetricEigen(information) else { return 1 }
    // What the base explains already, or what never varies, is no degree of freedom.
    let parts = eigen.vectors.multiplied(by: score)
    let known = parts.indices.filter { eigen.values[$0] > 1e-7 * size }
    guard !known.isEmpty else { return 1 }
    let statistic = known.reduce(0) { $0 + parts[$1] * parts[$1] / eigen.values[$1] }
    return ChiSquared(degreesOfFreedom: Double(known.count)).upperTail(statistic)
  }

  /// X' W Y for the weights of a multinomial logit, one block for each pair of actions but the first.
  private static func blocks(
    _ x: DoubleMatrix, _ y: DoubleMatrix, _ shares: [[Double]], _ sums: [Double]
  ) -> DoubleMatrix {
    let free = shares.count
    var result = DoubleMatrix(rows: free * x.columns, columns: free * y.columns)
    for a in 0..<free {
      for b in 0..<free {
        let weighted = DoubleMatrix(rows: y.rows, columns: y.columns) { values in
          for row in 0..<y.rows {
            let weight = sums[row] * shares[a][row] * (a == b ? 1 - shares[a][row] : -shares[b][row])
            for place in row * y.columns..<(row + 1) * y.columns { values[place] = weight * y.values[place] }
          }
        }
        let part = x.transposedMultiplied(by: weighted)
        for i in 0..<x.columns {
          for j in 0..<y.columns { result[a * x.columns + i, b * y.columns + j] = part[i, j] }
        }
      }
    }
    return result
  }
}
