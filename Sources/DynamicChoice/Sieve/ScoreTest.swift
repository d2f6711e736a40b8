internal import LinearAlgebra
internal import Probability

/// Whether candidate columns would help a logit that has been fitted without them (the score test of Rao, 1948).
struct ScoreTest {
  private let base: DoubleMatrix
  /// pi_a of each row, and y_a - pi_a.
  private let shares: [[Double]]
  private let residuals: [[Double]]
  /// The inverse information of the base, actions but the first one after the other.
  private let inverse: DoubleMatrix

  /// Prepares tests given a base design.
  init(base: DoubleMatrix, logit: MultinomialLogit, actions: [Int32], actionCount: Int) {
    self.base = base
    let policy = logit.logPolicy(base)
    let (rows, free) = (base.rows, actionCount - 1)
    shares = (0..<free).map { a in (0..<rows).map { exponential(policy[$0, a + 1]) } }
    let shares = shares
    residuals = (0..<free).map { a in (0..<rows).map { (Int(actions[$0]) == a + 1 ? 1 : 0) - shares[a][$0] } }
    var information = Self.blocks(base, base, shares)
    information.addToDiagonal(1e-9 * max(1, information.diagonal.max() ?? 0))
    inverse =
      CholeskyFactor(information)?.inverse()
      ?? DoubleMatrix(rows: information.rows, columns: information.rows)
  }

  /// The probability of so large a statistic where the columns do not matter.
  func pValue(_ columns: DoubleMatrix) -> Double {
    let score = residuals.flatMap { columns.transposedMultiplied(by: $0) }
    let cross = Self.blocks(base, columns, shares)
    var information = Self.blocks(columns, columns, shares)
    let explained = cross.transposedMultiplied(by: inverse.multiplied(by: cross))
    for i in information.values.indices { information.values[i] -= explained.values[i] }
    guard let factor = CholeskyFactor(information) else { return 1 }
    let statistic = zip(score, factor.solve(score)).reduce(0) { $0 + $1.0 * $1.1 }
    return ChiSquared(degreesOfFreedom: Double(score.count)).upperTail(statistic)
  }

  /// X' W Y for the weights of a multinomial logit, one block for each pair of actions but the first.
  private static func blocks(_ x: DoubleMatrix, _ y: DoubleMatrix, _ shares: [[Double]]) -> DoubleMatrix {
    let free = shares.count
    var result = DoubleMatrix(rows: free * x.columns, columns: free * y.columns)
    for a in 0..<free {
      for b in 0..<free {
        let weighted = DoubleMatrix(rows: y.rows, columns: y.columns) { values in
          for row in 0..<y.rows {
            let weight = a == b ? shares[a][row] * (1 - shares[a][row]) : -shares[a][row] * shares[b][row]
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
