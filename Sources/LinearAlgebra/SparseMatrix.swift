/// A sparse matrix in compressed rows (CSR) with single-precision values.
///
/// Column indices ascend strictly within a row. Every public way to make a matrix keeps that, so algorithms
/// rely on it.
///
///     var builder = SparseMatrix.Builder(columns: 4)
///     builder.append(row: [(0, 1), (2, 0.5)])
///     builder.append(row: [(3, 2)])
///     let matrix = builder.finish()          // 2 x 4, three stored entries
public struct SparseMatrix: Sendable, Equatable {
  /// Number of rows.
  public let rows: Int

  /// Number of columns, at most 2^31 - 1.
  public let columns: Int

  /// `rows + 1` offsets into `indices` and `values`, from 0 to `count`.
  public let offsets: [Int]

  /// Column of each stored entry, strictly ascending within a row.
  public let indices: [Int32]

  /// Value of each stored entry.
  public let values: [Float]

  /// Number of stored entries.
  public var count: Int { indices.count }

  /// Creates a matrix from its compressed rows.
  ///
  /// - Throws: ``MatrixError`` when the parts do not form a matrix; it names the first row that is wrong.
  /// - Complexity: O(`rows` + `count`)
  public init(rows: Int, columns: Int, offsets: [Int], indices: [Int32], values: [Float]) throws {
    try Self.check(rows: rows, columns: columns, offsets: offsets, indices: indices, values: values)
    self.init(uncheckedRows: rows, columns: columns, offsets: offsets, indices: indices, values: values)
  }

  /// Creates a matrix from parts known to be right.
  ///
  /// For code that builds rows in order itself; everything from outside goes through the checking initializer.
  public init(uncheckedRows rows: Int, columns: Int, offsets: [Int], indices: [Int32], values: [Float]) {
    assert(
      (try? Self.check(rows: rows, columns: columns, offsets: offsets, indices: indices, values: values))
        != nil)
    self.rows = rows
    self.columns = columns
    self.offsets = offsets
    self.indices = indices
    self.values = values
  }

  private static func check(rows: Int, columns: Int, offsets: [Int], indices: [Int32], values: [Float]) throws
  {
    guard rows >= 0, columns >= 0, columns <= Int(Int32.max) else {
      throw MatrixError(.shape, "shape \(rows) x \(columns) is not between 0 and 2^31 - 1")
    }
    guard offsets.count == rows + 1, offsets.first == 0, offsets.last == indices.count else {
      throw MatrixError(
        .offsets,
        "expected \(rows + 1) row offsets from 0 to \(indices.count), given \(offsets.count)"
          + " from \(offsets.first ?? 0) to \(offsets.last ?? 0)")
    }
    guard indices.count == values.count else {
      throw MatrixError(.offsets, "\(indices.count) column indices but \(values.count) values")
    }
    for row in 0..<rows {
      let (start, end) = (offsets[row], offsets[row + 1])
      guard start <= end, end <= indices.count else {
        throw MatrixError(.offsets, "row \(row) ends at \(end) but starts at \(start)")
      }
      var previous: Int32 = -1
      for i in start..<end {
        guard indices[i] > previous, Int(indices[i]) < columns else {
          throw MatrixError(
            .indices,
            "row \(row) has column \(indices[i]) after \(previous);"
              + " columns must ascend strictly and stay below \(columns)")
        }
        previous = indices[i]
      }
    }
  }

  /// The range of `indices` and `values` that belongs to a row.
  @inlinable
  public func range(ofRow row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }

  /// A copy of one row.
  ///
  /// - Complexity: O(entries of the row)
  public func row(_ row: Int) -> SparseVector {
    let range = range(ofRow: row)
    return SparseVector(indices: Array(indices[range]), values: Array(values[range]))
  }
}

/// A matrix that cannot be, and why.
public struct MatrixError: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Kind: Sendable {
    /// The number of rows or columns.
    case shape
    /// The row offsets.
    case offsets
    /// A column index.
    case indices
  }

  /// What is wrong.
  public let kind: Kind

  /// What was given and what was expected.
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
