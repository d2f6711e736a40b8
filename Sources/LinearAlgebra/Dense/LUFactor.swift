internal import CLapacke
internal import COpenBLAS
internal import Glibc

/// A square matrix factored by elimination with row exchanges, P A = L U.
///
///     let values = LUFactor(identityMinusDiscountedTransitions)?.solve(rewards)
///
/// LAPACK's `dgetrf`.
public struct LUFactor: Sendable {
  /// Number of rows and columns.
  public let order: Int

  /// An estimate of 1 / (|A| |A⁻¹|) in the norm of row sums, 0...1: below about 1e-15 digits of a solution mean nothing.
  public let reciprocalCondition: Double

  /// L and U of the transposed matrix in one, as LAPACK left them.
  private let factors: DoubleMatrix
  private let pivots: [Int32]

  /// Factors a matrix; nil when it is singular or not finite.
  ///
  /// - Precondition: the matrix is square.
  /// - Complexity: O(`rows`³)
  public init?(_ matrix: DoubleMatrix) {
    precondition(matrix.rows == matrix.columns, "a square matrix")
    BLAS.useOneThread()
    order = matrix.rows
    var factors = matrix
    var pivots = [Int32](repeating: 0, count: order)
    var condition = 1.0
    if order > 0 {
      let n = Int32(order)
      // Our rows are LAPACK's columns: it factors the transposed matrix, whose column sums are our row sums.
      let norm = (0..<order).map { matrix.row($0).reduce(0) { $0 + abs($1) } }.max() ?? 0
      guard norm.isFinite, LAPACKE_dgetrf(LAPACK_COL_MAJOR, n, n, &factors.values, n, &pivots) == 0 else {
        return nil
      }
      LAPACKE_dgecon(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "1")), n, factors.values, n, norm, &condition)
    }
    reciprocalCondition = condition
    self.factors = factors
    self.pivots = pivots
  }

  /// The solution of A x = b.
  ///
  /// - Precondition: `order` values.
  /// - Complexity: O(`order`²)
  public func solve(_ right: [Double]) -> [Double] { solve(right, UInt8(ascii: "T")) }

  /// The solution of Aᵀ x = b.
  ///
  /// - Precondition: `order` values.
  /// - Complexity: O(`order`²)
  public func solveTransposed(_ right: [Double]) -> [Double] { solve(right, UInt8(ascii: "N")) }

  private func solve(_ right: [Double], _ operation: UInt8) -> [Double] {
    precondition(right.count == order, "\(right.count) values for order \(order)")
    var result = right
    let n = Int32(order)
    if n > 0 {
      LAPACKE_dgetrs(LAPACK_COL_MAJOR, CChar(operation), n, 1, factors.values, n, pivots, &result, n)
    }
    return result
  }

  /// The solution of A X = B, for every column of B.
  ///
  /// - Precondition: `order` rows.
  /// - Complexity: O(`order`² · columns)
  public func solve(_ right: DoubleMatrix) -> DoubleMatrix {
    precondition(right.rows == order, "\(right.rows) rows for order \(order)")
    // LAPACK wants one column after the other.
    var columns = right.transposed()
    let n = Int32(order)
    if !columns.values.isEmpty {
      LAPACKE_dgetrs(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "T")), n, Int32(right.columns), factors.values, n, pivots,
        &columns.values, n)
    }
    return columns.transposed()
  }

  /// The inverse of A.
  ///
  /// - Complexity: O(`order`³)
  public func inverse() -> DoubleMatrix { solve(.identity(order)) }

  /// The logarithm of the absolute value of the determinant.
  public var logAbsoluteDeterminant: Double { factors.diagonal.reduce(0) { $0 + log(abs($1)) } }
}
