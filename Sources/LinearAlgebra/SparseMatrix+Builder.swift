extension SparseMatrix {
  /// Collects rows in order.
  public struct Builder {
    /// Number of columns of the matrix.
    public let columns: Int
    private var offsets: [Int] = [0]
    private var indices: [Int32] = []
    private var values: [Float] = []

    /// Starts a matrix without rows.
    public init(columns: Int) {
      self.columns = columns
    }

    /// Reserves room for `entries` in all.
    public mutating func reserve(rows: Int, entries: Int) {
      offsets.reserveCapacity(rows + 1)
      indices.reserveCapacity(entries)
      values.reserveCapacity(entries)
    }

    /// Appends a row.
    ///
    /// - Precondition: the vector's indices are below `columns`.
    public mutating func append(_ row: borrowing SparseVector) {
      precondition(Int(row.indices.last ?? -1) < columns, "index below \(columns)")
      indices.append(contentsOf: row.indices)
      values.append(contentsOf: row.values)
      offsets.append(indices.count)
    }

    /// Appends a row of (column, value) pairs in any order; values of equal columns are added.
    ///
    /// - Precondition: columns are in 0..<`columns`.
    public mutating func append(row entries: [(column: Int, value: Float)]) {
      for entry in entries.sorted(by: { $0.column < $1.column }) {
        precondition((0..<columns).contains(entry.column), "column in 0..<\(columns)")
        if indices.count > offsets[offsets.count - 1], indices[indices.count - 1] == Int32(entry.column) {
          values[values.count - 1] += entry.value
        } else {
          indices.append(Int32(entry.column))
          values.append(entry.value)
        }
      }
      offsets.append(indices.count)
    }

    /// The matrix of all rows appended so far.
    public consuming func finish() -> SparseMatrix {
      SparseMatrix(
        uncheckedRows: offsets.count - 1, columns: columns, offsets: offsets, indices: indices, values: values
      )
    }
  }
}
