/// A dense matrix of single-precision values, stored row by row.
///
///     let matrix = try DenseMatrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
///     matrix[1, 0]          // 4
public struct DenseMatrix: Sendable, Equatable {
  /// Number of rows.
  public let rows: Int

  /// Number of columns.
  public let columns: Int

  /// `rows` · `columns` values, row by row.
  public var values: [Float] {
    didSet { precondition(values.count == rows * columns, "\(rows) x \(columns) values") }
  }

  /// Creates a matrix of the given values, row by row.
  ///
  /// - Throws: ``MatrixError`` when their number is not `rows` · `columns`.
  public init(rows: Int, columns: Int, values: [Float]) throws {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, values.count == count else {
      throw MatrixError(.shape, "\(values.count) values do not fill \(rows) x \(columns)")
    }
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The value at a position.
  @inlinable
  public subscript(row: Int, column: Int) -> Float {
    precondition(column >= 0 && column < columns, "column in 0..<\(columns)")
    return values[row * columns + column]
  }

  /// The values of a row.
  public func row(_ row: Int) -> ArraySlice<Float> { values[row * columns..<(row + 1) * columns] }
}
