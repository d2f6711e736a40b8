internal import CLapacke
internal import COpenBLAS
internal import Glibc

/// The Cholesky factor L of a symmetric positive definite matrix A = L Lᵀ.
///
///     guard let factor = CholeskyFactor(hessian) else { return .singularInformation }
///     let step = factor.solve(gradient)
///
/// LAPACK's `dpotrf`. Only the lower triangle of the matrix is read.
public struct CholeskyFactor: Sendable, Equatable {
  /// L: lower triangular, zero above the diagonal.
  public let lower: DoubleMatrix

  /// Factors a matrix; nil when it is not positive definite in double precision, or not finite.
  ///
  /// - Precondition: the matrix is square.
  /// - Complexity: O(`rows`³)
  public init?(_ matrix: DoubleMatrix) {
    precondition(matrix.rows == matrix.columns, "a square matrix")
    BLAS.useOneThread()
    var lower = matrix
    let order = Int32(matrix.rows)
    if order > 0 {
      // Rows are the columns that LAPACK reads, so its upper triangle is our lower one.
      guard LAPACKE_dpotrf(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), order, &lower.values, order) == 0
      else {
        return nil
      }
    }
    for i in 0..<lower.rows { for j in (i + 1)..<max(i + 1, lower.rows) { lower[i, j] = 0 } }
    guard lower.diagonal.allSatisfy(\.isFinite) else { return nil }
    self.lower = lower
  }

  /// A factor as it was before; nil when it is not square, lower triangular and finite with a positive diagonal.
  ///
  /// - Complexity: O(`rows`²)
  public init?(lower: DoubleMatrix) {
    guard lower.rows == lower.columns, lower.values.allSatisfy(\.isFinite),
      lower.diagonal.allSatisfy({ $0 > 0 }),
      (0..<lower.rows).allSatisfy({ row in lower.row(row).dropFirst(row + 1).allSatisfy { $0 == 0 } })
    else { return nil }
    self.lower = lower
  }

  /// Number of rows and columns.
  public var order: Int { lower.rows }

  /// The solution of A x = b.
  ///
  /// - Precondition: `order` values.
  /// - Complexity: O(`order`²)
  public func solve(_ right: [Double]) -> [Double] {
    solveUpper(solveLower(right))
  }

  /// The solution of A X = B, for every column of B.
  ///
  /// - Precondition: `order` rows.
  /// - Complexity: O(`order`² · columns)
  public func solve(_ right: DoubleMatrix) -> DoubleMatrix {
    precondition(right.rows == order, "\(right.rows) rows for order \(order)")
    var result = right
    if right.values.isEmpty { return result }
    let (n, m) = (Int32(order), Int32(right.columns))
    for operation in [CblasNoTrans, CblasTrans] {
      cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasLower, operation, CblasNonUnit, n, m, 1, lower.values, n,
        &result.values, m)
    }
    return result
  }

  /// The solution of L x = b: the vector in coordinates where A is the identity.
  ///
  /// - Precondition: `order` values.
  /// - Complexity: O(`order`²)
  public func solveLower(_ right: [Double]) -> [Double] { triangular(right, CblasNoTrans, cblas_dtrsv) }

  /// The solution of Lᵀ x = b: a standard normal b gives a draw with covariance A⁻¹.
  ///
  /// - Precondition: `order` values.
  /// - Complexity: O(`order`²)
  public func solveUpper(_ right: [Double]) -> [Double] { triangular(right, CblasTrans, cblas_dtrsv) }

  /// The solutions of Lᵀ X = B, for every column of B: many draws at once.
  ///
  /// - Precondition: `order` rows.
  /// - Complexity: O(`order`² · columns)
  public func solveUpper(_ right: DoubleMatrix) -> DoubleMatrix {
    precondition(right.rows == order, "\(right.rows) rows for order \(order)")
    var result = right
    if right.values.isEmpty { return result }
    let (n, m) = (Int32(order), Int32(right.columns))
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, n, m, 1, lower.values, n,
      &result.values, m)
    return result
  }

  /// The product L x: a standard normal x gives a draw with covariance A.
  ///
  /// - Precondition: `order` values.
  /// - Complexity: O(`order`²)
  public func multiplyLower(_ vector: [Double]) -> [Double] { triangular(vector, CblasNoTrans, cblas_dtrmv) }

  private typealias TriangularRoutine = (
    CBLAS_ORDER, CBLAS_UPLO, CBLAS_TRANSPOSE, CBLAS_DIAG, Int32, UnsafePointer<Double>?, Int32,
    UnsafeMutablePointer<Double>?, Int32
  ) -> Void

  private func triangular(
    _ vector: [Double], _ operation: CBLAS_TRANSPOSE, _ routine: TriangularRoutine
  ) -> [Double] {
    precondition(vector.count == order, "\(vector.count) values for order \(order)")
    var result = vector
    if order > 0 {
      routine(
        CblasRowMajor, CblasLower, operation, CblasNonUnit, Int32(order), lower.values, Int32(order), &result,
        1)
    }
    return result
  }

  /// The inverse of A, exactly symmetric.
  ///
  /// - Complexity: O(`order`³)
  public func inverse() -> DoubleMatrix {
    var result = lower
    let n = Int32(order)
    if n > 0 { LAPACKE_dpotri(LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), n, &result.values, n) }
    for i in 0..<order { for j in 0..<i { result[j, i] = result[i, j] } }
    return result
  }

  /// The logarithm of the determinant of A.
  public var logDeterminant: Double { lower.diagonal.reduce(0) { $0 + 2 * log($1) } }
}
