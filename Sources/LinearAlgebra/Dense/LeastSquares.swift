internal import CLapacke

/// The coefficients b of least |A b - y|, of least length where several serve.
///
///     let fit = LeastSquares(design, response)!
///     if fit.rank < design.columns { /* some combination of columns is not identified */ }
///
/// LAPACK's `dgelsd`, by singular values.
public struct LeastSquares: Sendable, Equatable {
  /// One coefficient a column.
  public let coefficients: [Double]

  /// How many singular values count, at most the smaller side of A.
  public let rank: Int

  /// The singular values of A, descending.
  public let singularValues: [Double]

  /// Solves; nil when A or y is not finite.
  ///
  /// - Parameters:
  ///   - matrix: A.
  ///   - target: y, one value a row.
  ///   - tolerance: singular values below `tolerance` times the largest count as 0.
  /// - Precondition: as many values as rows.
  /// - Complexity: O(`rows` · `columns` · min(`rows`, `columns`))
  public init?(_ matrix: DoubleMatrix, _ target: [Double], tolerance: Double = 1e-12) {
    precondition(target.count == matrix.rows, "\(target.count) values for \(matrix.rows) rows")
    BLAS.useOneThread()
    let (rows, columns) = (matrix.rows, matrix.columns)
    var rank: Int32 = 0
    var singular = [Double](repeating: 0, count: min(rows, columns))
    var solution = target + [Double](repeating: 0, count: max(0, columns - rows))
    if rows > 0, columns > 0 {
      var copy = matrix.transposed()
      guard
        LAPACKE_dgelsd(
          LAPACK_COL_MAJOR, Int32(rows), Int32(columns), 1, &copy.values, Int32(rows), &solution,
          Int32(max(rows, columns)), &singular, tolerance, &rank) == 0
      else { return nil }
    }
    coefficients =
      Array(solution.prefix(columns)) + [Double](repeating: 0, count: max(0, columns - solution.count))
    self.rank = Int(rank)
    singularValues = singular
  }
}
