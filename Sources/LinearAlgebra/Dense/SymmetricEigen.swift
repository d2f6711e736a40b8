internal import CLapacke

/// Eigenvalues and eigenvectors of a symmetric matrix, A = Vᵀ diag(values) V with the rows of V as vectors.
///
///     let eigen = SymmetricEigen(information)!
///     if eigen.values[0] < 1e-8 * eigen.values.last! { /* the direction eigen.vectors.row(0) is not identified */ }
///
/// LAPACK's `dsyevd`. Only the lower triangle of the matrix is read.
public struct SymmetricEigen: Sendable, Equatable {
  /// The eigenvalues, ascending.
  public let values: [Double]

  /// Row i is the eigenvector of length 1 of value i; its sign is arbitrary.
  public let vectors: DoubleMatrix

  /// Decomposes a matrix; nil when it is not finite.
  ///
  /// - Precondition: the matrix is square.
  /// - Complexity: O(`rows`³)
  public init?(_ matrix: DoubleMatrix) {
    precondition(matrix.rows == matrix.columns, "a square matrix")
    BLAS.useOneThread()
    var values = [Double](repeating: 0, count: matrix.rows)
    var vectors = matrix
    let n = Int32(matrix.rows)
    if n > 0 {
      // LAPACK leaves each vector in a column, which is our row; its upper triangle is our lower one.
      guard
        LAPACKE_dsyevd(
          LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), n, &vectors.values, n, &values
        )
          == 0
      else { return nil }
    }
    self.values = values
    self.vectors = vectors
  }
}
