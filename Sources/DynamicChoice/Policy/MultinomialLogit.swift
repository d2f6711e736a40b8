internal import Glibc
public import LinearAlgebra

/// A ridge multinomial logit of choices on columns of a design, by Newton with step halving.
///
/// Utilities of all actions but the first are X b_a; a row stands for a state with counts of choices, or for one choice.
public struct MultinomialLogit: Sendable, Equatable {
  /// The coefficients, one row for each action but the first.
  public let coefficients: DoubleMatrix

  /// Whether Newton's steps became small.
  public let converged: Bool

  /// The sum of count times log-probability, without the penalty.
  public let logLikelihood: Double

  /// A logit whose coefficients are known.
  init(coefficients: DoubleMatrix, logLikelihood: Double) {
    (self.coefficients, converged, self.logLikelihood) = (coefficients, true, logLikelihood)
  }

  /// Fits coefficients.
  ///
  /// - Parameters:
  ///   - design: X, n x D.
  ///   - counts: n x A counts, row by row.
  ///   - ridge: the penalty of each column, D numbers of 0 or more.
  ///   - center: what coefficients are shrunk to, one row for each action but the first; zeros when not given.
  ///   - start: where the search begins; the center when not given.
  /// - Precondition: shapes fit and there are two actions or more.
  /// - Complexity: O(n (A D)^2) a step
  public init(
    design: DoubleMatrix, counts: DoubleMatrix, ridge: [Double], center: DoubleMatrix? = nil,
    start: DoubleMatrix? = nil
  ) {
    precondition(
      design.rows == counts.rows && ridge.count == design.columns && counts.columns >= 2, "shapes fit")
    let (columns, free) = (design.columns, counts.columns - 1)
    let sums = (0..<counts.rows).map { counts.row($0).reduce(0, +) }
    let penalty = (0..<free).flatMap { _ in ridge }
    let middle = center?.values ?? [Double](repeating: 0, count: free * columns)
    precondition(middle.count == free * columns, "one center for each coefficient")
    var weights = start?.values ?? middle
    precondition(weights.count == free * columns, "one start for each coefficient")
    var state = Self.probabilities(design, counts, weights, penalty, middle)
    var done = false
    for _ in 0..<60 {
      var gradient: [Double] = []
      for a in 0..<free {
        let residual = (0..<counts.rows).map { counts[$0, a + 1] - sums[$0] * state.policy[$0, a + 1] }
        gradient += design.transposedMultiplied(by: residual)
      }
      var hessian = Self.information(design, sums, state.policy)
      for i in penalty.indices {
        gradient[i] -= penalty[i] * (weights[i] - middle[i])
        hessian[i, i] += penalty[i]
      }
      hessian.addToDiagonal(1e-12 * max(1e-300, hessian.diagonal.max() ?? 0))
      guard let factor = CholeskyFactor(hessian) else { break }
      let step = factor.solve(gradient)
      if (step.map(abs).max() ?? 0) < 1e-9 {
        done = true
        break
      }
      let gain = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      var share = 1.0
      var next = state
      var trial = weights
      while share > 1e-8 {
        trial = weights.indices.map { weights[$0] + share * step[$0] }
        next = Self.probabilities(design, counts, trial, penalty, middle)
        if next.objective >= state.objective || gain < 1e-8 * max(1, abs(state.objective)) { break }
        share /= 2
      }
      if share <= 1e-8 { break }
      (weights, state) = (trial, next)
      if gain < 1e-14 * max(1, abs(state.objective)) {
        done = true
        break
      }
    }
    var table = DoubleMatrix(rows: free, columns: columns)
    table.values = weights
    (coefficients, converged, logLikelihood) = (table, done, state.logLikelihood)
  }

  /// The variance of each coefficient around its estimate, shaped as they are: the inverse of the information and the ridge.
  ///
  /// - Precondition: design, counts and ridge are those of the fit.
  func variances(design: DoubleMatrix, counts: DoubleMatrix, ridge: [Double]) -> DoubleMatrix {
    var policy = logPolicy(design)
    for i in policy.values.indices { policy.values[i] = exp(policy.values[i]) }
    var information = Self.information(
      design, (0..<counts.rows).map { counts.row($0).reduce(0, +) }, policy)
    for i in 0..<information.rows { information[i, i] += ridge[i % ridge.count] }
    var variances = coefficients
    variances.values =
      CholeskyFactor(information)?.inverse().diagonal
      ?? information.diagonal.map { $0 > 0 ? 1 / $0 : 0 }
    return variances
  }

  /// X' W X for the weights of a multinomial logit, one block for each pair of actions but the first.
  private static func information(
    _ design: DoubleMatrix, _ sums: [Double], _ policy: DoubleMatrix
  ) -> DoubleMatrix {
    let (columns, free) = (design.columns, policy.columns - 1)
    var information = DoubleMatrix(rows: free * columns, columns: free * columns)
    for a in 0..<free {
      for b in 0...a {
        let sign = a == b ? 1.0 : -1.0
        let part = design.gram(
          weights: sums.indices.map {
            sums[$0] * policy[$0, a + 1] * (a == b ? 1 - policy[$0, a + 1] : policy[$0, b + 1])
          })
        for i in 0..<columns {
          for j in 0..<columns {
            information[a * columns + i, b * columns + j] = sign * part[i, j]
            information[b * columns + j, a * columns + i] = sign * part[i, j]
          }
        }
      }
    }
    return information
  }

  /// The log-probabilities of all actions on rows of a design, n x A.
  ///
  /// - Precondition: the design has as many columns as the one that was fitted.
  public func logPolicy(_ design: DoubleMatrix) -> DoubleMatrix {
    Self.logPolicy(design, coefficients)
  }

  private static func logPolicy(_ design: DoubleMatrix, _ coefficients: DoubleMatrix) -> DoubleMatrix {
    let utilities = design.multiplied(by: coefficients.transposed())
    let actions = coefficients.rows + 1
    var result = DoubleMatrix(rows: design.rows, columns: actions)
    let free = coefficients.rows
    result.values.withUnsafeMutableBufferPointer { result in
      utilities.values.withUnsafeBufferPointer { utilities in
        for row in 0..<design.rows {
          var largest = 0.0
          for a in 0..<free { largest = max(largest, utilities[row * free + a]) }
          var sum = exp(-largest)
          for a in 0..<free { sum += exp(utilities[row * free + a] - largest) }
          let total = largest + log(sum)
          result[row * actions] = -total
          for a in 0..<free { result[row * actions + a + 1] = utilities[row * free + a] - total }
        }
      }
    }
    return result
  }

  private static func probabilities(
    _ design: DoubleMatrix, _ counts: DoubleMatrix, _ weights: [Double], _ penalty: [Double],
    _ center: [Double]
  ) -> (policy: DoubleMatrix, objective: Double, logLikelihood: Double) {
    var table = DoubleMatrix(rows: counts.columns - 1, columns: design.columns)
    table.values = weights
    var policy = logPolicy(design, table)
    var sum = 0.0
    policy.values.withUnsafeMutableBufferPointer { policy in
      counts.values.withUnsafeBufferPointer { counts in
        for i in 0..<counts.count {
          if counts[i] > 0 { sum += counts[i] * policy[i] }
          policy[i] = exp(policy[i])
        }
      }
    }
    var shrunk = 0.0
    for i in penalty.indices {
      shrunk += penalty[i] * (weights[i] - center[i]) * (weights[i] - center[i]) / 2
    }
    return (policy, sum - shrunk, sum)
  }
}

extension ChoiceCounts {
  /// The counts as a matrix, one row for each state.
  var byState: DoubleMatrix {
    var matrix = DoubleMatrix(rows: stateCount, columns: actionCount)
    for s in 0..<stateCount { for a in 0..<actionCount { matrix[s, a] = values[a * stateCount + s] } }
    return matrix
  }
}

/// Numbers of n rows and A columns with all rows of a column together.
func actionMajor(_ matrix: DoubleMatrix) -> [Double] { matrix.transposed().values }
