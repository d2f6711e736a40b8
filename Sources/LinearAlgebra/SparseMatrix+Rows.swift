extension SparseMatrix {
  /// The matrix with every row divided by its norm; rows of norm 0 stay as they are.
  ///
  /// - Complexity: O(`rows` + `count`)
  public func normalizingRows(_ norm: VectorNorm = .l2) -> SparseMatrix {
    if norm == .none { return self }
    var scaled = values
    for row in 0..<rows {
      let range = range(ofRow: row)
      let size = norm.of(values[range])
      if size > 0 { for i in range { scaled[i] /= size } }
    }
    return SparseMatrix(
      uncheckedRows: rows, columns: columns, offsets: offsets, indices: indices, values: scaled)
  }

  /// The inner product of a row with a vector.
  ///
  /// - Complexity: O(entries of the row + entries of the vector)
  public func dot(row: Int, _ vector: SparseVector) -> Float {
    var (sum, next) = (Float(0), 0)
    for i in range(ofRow: row) {
      while next < vector.count, vector.indices[next] < indices[i] { next += 1 }
      if next == vector.count { break }
      if vector.indices[next] == indices[i] { sum += values[i] * vector.values[next] }
    }
    return sum
  }

  /// The rows at the given positions, in that order; a position may repeat.
  ///
  /// - Complexity: O(entries of the selected rows)
  public func selectingRows(_ positions: some Collection<Int>) -> SparseMatrix {
    var builder = Builder(columns: columns)
    builder.reserve(rows: positions.count, entries: positions.reduce(0) { $0 + range(ofRow: $1).count })
    for position in positions { builder.append(row(position)) }
    return builder.finish()
  }

  /// The transposed matrix.
  ///
  /// - Complexity: O(`rows` + `columns` + `count`)
  public func transposed() -> SparseMatrix {
    var starts = [Int](repeating: 0, count: columns + 1)
    for column in indices { starts[Int(column) + 1] += 1 }
    for column in 0..<columns { starts[column + 1] += starts[column] }
    var next = starts
    var rowIndices = [Int32](repeating: 0, count: count)
    var transposedValues = [Float](repeating: 0, count: count)
    for row in 0..<rows {
      for i in range(ofRow: row) {
        let column = Int(indices[i])
        rowIndices[next[column]] = Int32(row)
        transposedValues[next[column]] = values[i]
        next[column] += 1
      }
    }
    return SparseMatrix(
      uncheckedRows: columns, columns: rows, offsets: starts, indices: rowIndices, values: transposedValues)
  }
}
