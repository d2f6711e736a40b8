internal import COpenBLAS

extension DoubleMatrix {
  /// The product A x.
  ///
  /// - Precondition: `vector` has `columns` values.
  /// - Complexity: O(`rows` · `columns`)
  public func multiplied(by vector: [Double]) -> [Double] {
    precondition(vector.count == columns, "\(vector.count) values for \(columns) columns")
    return product(with: vector, CblasNoTrans, count: rows)
  }

  /// The product of the transposed matrix, Aᵀ x.
  ///
  /// - Precondition: `vector` has `rows` values.
  /// - Complexity: O(`rows` · `columns`)
  public func transposedMultiplied(by vector: [Double]) -> [Double] {
    precondition(vector.count == rows, "\(vector.count) values for \(rows) rows")
    return product(with: vector, CblasTrans, count: columns)
  }

  private func product(with vector: [Double], _ operation: CBLAS_TRANSPOSE, count: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    if values.isEmpty { return result }
    BLAS.useOneThread()
    cblas_dgemv(
      CblasRowMajor, operation, Int32(rows), Int32(columns), 1, values, Int32(columns), vector, 1, 0, &result,
      1)
    return result
  }

  /// The product A B.
  ///
  /// - Precondition: `other` has as many rows as this matrix has columns.
  /// - Complexity: O(`rows` · `columns` · `other.columns`)
  public func multiplied(by other: Self) -> Self {
    precondition(other.rows == columns, "\(other.rows) rows for \(columns) columns")
    return product(with: other, CblasNoTrans, rows: rows, inner: columns)
  }

  /// The product of the transposed matrix with another, Aᵀ B.
  ///
  /// - Precondition: both have the same number of rows.
  /// - Complexity: O(`rows` · `columns` · `other.columns`)
  public func transposedMultiplied(by other: Self) -> Self {
    precondition(other.rows == rows, "\(other.rows) rows for \(rows) rows")
    return product(with: other, CblasTrans, rows: columns, inner: rows)
  }

  private func product(with other: Self, _ operation: CBLAS_TRANSPOSE, rows: Int, inner: Int) -> Self {
    var result = Self(rows: rows, columns: other.columns)
    if result.values.isEmpty || inner == 0 { return result }
    BLAS.useOneThread()
    cblas_dgemm(
      CblasRowMajor, operation, CblasNoTrans, Int32(rows), Int32(other.columns), Int32(inner), 1, values,
      Int32(columns), other.values, Int32(other.columns), 0, &result.values, Int32(other.columns))
    return result
  }

  /// The cross product Aᵀ A, or Aᵀ diag(w) A with weights for the rows; exactly symmetric.
  ///
  /// - Precondition: one weight a row, none negative.
  /// - Complexity: O(`rows` · `columns`²)
  public func gram(weights: [Double]? = nil) -> Self {
    var scaled = values
    if let weights {
      precondition(
        weights.count == rows && weights.allSatisfy { $0 >= 0 }, "a weight of 0 or more for each row")
      for i in 0..<rows {
        let root = weights[i].squareRoot()
        for j in i * columns..<(i + 1) * columns { scaled[j] *= root }
      }
    }
    var result = Self(rows: columns, columns: columns)
    if values.isEmpty { return result }
    BLAS.useOneThread()
    cblas_dsyrk(
      CblasRowMajor, CblasLower, CblasTrans, Int32(columns), Int32(rows), 1, scaled, Int32(columns), 0,
      &result.values, Int32(columns))
    for i in 0..<columns { for j in 0..<i { result[j, i] = result[i, j] } }
    return result
  }
}

/// The library of dense products.
enum BLAS {
  /// Work is spread over threads by us, and sums must not depend on how many there are.
  static func useOneThread() { _ = once }

  private static let once: Void = openblas_set_num_threads(1)
}
