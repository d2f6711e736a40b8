/// A dense matrix of double-precision values, stored row by row: what equations are solved with.
///
///     var matrix = DoubleMatrix(rows: 2, columns: 2)
///     matrix[0, 0] = 4
///     matrix[1, 1] = 9
///     CholeskyFactor(matrix)?.solve([8, 27])          // [2, 3]
///
/// Shapes that do not fit in an operation are programmers' errors; what comes from outside goes through
/// ``init(rows:columns:values:)``.
public struct DoubleMatrix: Sendable, Equatable {
  /// Number of rows.
  public let rows: Int

  /// Number of columns.
  public let columns: Int

  /// `rows` · `columns` values, row by row.
  public var values: [Double] {
    didSet { precondition(values.count == rows * columns, "\(rows) x \(columns) values") }
  }

  /// Creates a matrix of the given values, row by row.
  ///
  /// - Throws: ``MatrixError`` when their number is not `rows` · `columns`.
  public init(rows: Int, columns: Int, values: [Double]) throws {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, values.count == count else {
      throw MatrixError(.shape, "\(values.count) values do not fill \(rows) x \(columns)")
    }
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// Creates a matrix with the same value everywhere.
  ///
  /// - Precondition: neither size is negative and there is memory for their product.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    precondition(rows >= 0 && columns >= 0, "sizes are not negative")
    self.rows = rows
    self.columns = columns
    values = [Double](repeating: value, count: rows * columns)
  }

  /// Creates a square matrix that is zero beside its diagonal.
  public init(diagonal: [Double]) {
    self.init(rows: diagonal.count, columns: diagonal.count)
    for (i, value) in diagonal.enumerated() { self[i, i] = value }
  }

  /// The identity of an order.
  public static func identity(_ order: Int) -> Self {
    Self(diagonal: [Double](repeating: 1, count: order))
  }

  /// The value at a position.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(column >= 0 && column < columns, "column in 0..<\(columns)")
      return values[row * columns + column]
    }
    set {
      precondition(column >= 0 && column < columns, "column in 0..<\(columns)")
      values[row * columns + column] = newValue
    }
  }

  /// The values of a row.
  public func row(_ row: Int) -> ArraySlice<Double> { values[row * columns..<(row + 1) * columns] }

  /// The values on the diagonal.
  public var diagonal: [Double] { (0..<min(rows, columns)).map { self[$0, $0] } }

  /// Adds a value to every element of the diagonal, for example a ridge.
  public mutating func addToDiagonal(_ value: Double) {
    for i in 0..<min(rows, columns) { self[i, i] += value }
  }

  /// The matrix with rows and columns exchanged.
  ///
  /// - Complexity: O(`rows` · `columns`)
  public func transposed() -> Self {
    var result = Self(rows: columns, columns: rows)
    values.withUnsafeBufferPointer { source in
      result.values.withUnsafeMutableBufferPointer { target in
        for i in 0..<rows { for j in 0..<columns { target[j * rows + i] = source[i * columns + j] } }
      }
    }
    return result
  }
}
