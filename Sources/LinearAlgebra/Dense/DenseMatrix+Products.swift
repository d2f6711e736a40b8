internal import COpenBLAS

extension DenseMatrix {
  /// Creates a matrix with the same value everywhere.
  ///
  /// - Precondition: neither size is negative and there is memory for their product.
  public init(rows: Int, columns: Int, repeating value: Float = 0) {
    precondition(rows >= 0 && columns >= 0, "sizes are not negative")
    self.rows = rows
    self.columns = columns
    values = [Float](repeating: value, count: rows * columns)
  }

  /// The product A B.
  ///
  /// - Precondition: `other` has as many rows as this matrix has columns.
  /// - Complexity: O(`rows` · `columns` · `other.columns`)
  public func multiplied(by other: Self) -> Self {
    precondition(other.rows == columns, "\(other.rows) rows for \(columns) columns")
    return product(other, CblasNoTrans, CblasNoTrans, rows, other.columns, columns)
  }

  /// The product of the transposed matrix with another, Aᵀ B.
  ///
  /// - Precondition: both have the same number of rows.
  /// - Complexity: O(`rows` · `columns` · `other.columns`)
  public func transposedMultiplied(by other: Self) -> Self {
    precondition(other.rows == rows, "\(other.rows) rows for \(rows) rows")
    return product(other, CblasTrans, CblasNoTrans, columns, other.columns, rows)
  }

  /// The product with another transposed matrix, A Bᵀ.
  ///
  /// - Precondition: both have the same number of columns.
  /// - Complexity: O(`rows` · `columns` · `other.rows`)
  public func multiplied(byTransposed other: Self) -> Self {
    precondition(other.columns == columns, "\(other.columns) columns for \(columns) columns")
    return product(other, CblasNoTrans, CblasTrans, rows, other.rows, columns)
  }

  private func product(
    _ other: Self, _ left: CBLAS_TRANSPOSE, _ right: CBLAS_TRANSPOSE, _ height: Int, _ width: Int,
    _ inner: Int
  ) -> Self {
    var result = Self(rows: height, columns: width)
    if result.values.isEmpty || inner == 0 { return result }
    BLAS.useOneThread()
    cblas_sgemm(
      CblasRowMajor, left, right, Int32(height), Int32(width), Int32(inner), 1, values, Int32(columns),
      other.values, Int32(other.columns), 0, &result.values, Int32(width))
    return result
  }
}
