extension SparseMatrix {
  /// The product of two sparse matrices, optionally with every row of the result divided by its norm.
  ///
  ///     let embedding = try labels.transposed().multiplied(by: features, normalizingRows: .l2, on: 2)
  ///
  /// Row by row with a dense accumulator (F. Gustavson, ACM TOMS 4(3), 1978). The columns that a row touches are
  /// kept in a ``SortedColumns`` instead of being sorted. Every row is summed in the order of its entries by one
  /// thread, so the result is the same bit for bit at any number of threads. Sums that cancel to 0 stay stored.
  ///
  /// - Parameters:
  ///   - other: as many rows as this matrix has columns.
  ///   - norm: the norm that rows of the result are divided by; rows of norm 0 stay as they are.
  ///   - threads: how many threads at the most.
  ///   - checkpoint: called now and then; stops the work by throwing.
  /// - Returns: `rows` x `other.columns`.
  /// - Throws: what `checkpoint` throws.
  /// - Complexity: O(number of products of two entries); each thread holds `other.columns` floats.
  /// - Precondition: `columns` = `other.rows`.
  public func multiplied(
    by other: SparseMatrix, normalizingRows norm: VectorNorm = .none, on threads: Int,
    checkpoint: @Sendable () throws -> Void = {}
  ) throws -> SparseMatrix {
    precondition(columns == other.rows, "\(columns) columns times \(other.rows) rows")
    let blocks = blocksOfEqualWork(with: other)
    var products = [ProductBlock](repeating: ProductBlock(), count: blocks.count)
    try products.withUnsafeMutableBufferPointer { results in
      // Each index writes its own element.
      nonisolated(unsafe) let results = results
      try concurrentForEach(
        count: blocks.count, threads: threads, scratch: { SortedColumns(columns: other.columns) },
        { accumulator, block in
          try checkpoint()
          results[block] = product(ofRows: blocks[block], with: other, norm: norm, &accumulator)
        })
    }
    return joined(&products, columns: other.columns)
  }

  /// Ranges of rows that need about as many multiplications each; they do not depend on the threads.
  private func blocksOfEqualWork(with other: SparseMatrix) -> [Range<Int>] {
    let workOfBlock = 1 << 20
    var blocks: [Range<Int>] = []
    var (start, work) = (0, 0)
    for row in 0..<rows {
      work += 1
      for i in range(ofRow: row) { work += other.range(ofRow: Int(indices[i])).count }
      if work >= workOfBlock {
        blocks.append(start..<row + 1)
        (start, work) = (row + 1, 0)
      }
    }
    if start < rows { blocks.append(start..<rows) }
    return blocks
  }

  private func product(
    ofRows rows: Range<Int>, with other: SparseMatrix, norm: VectorNorm, _ accumulator: inout SortedColumns
  ) -> ProductBlock {
    var block = ProductBlock()
    block.ends.reserveCapacity(rows.count)
    other.indices.withUnsafeBufferPointer { otherIndices in
      other.values.withUnsafeBufferPointer { otherValues in
        for row in rows {
          for i in range(ofRow: row) {
            let factor = values[i]
            for j in other.range(ofRow: Int(indices[i])) {
              accumulator.add(factor * otherValues[j], to: Int(otherIndices[j]))
            }
          }
          let start = block.indices.count
          accumulator.drain { column, value in
            block.indices.append(Int32(column))
            block.values.append(value)
          }
          let size = norm.of(block.values[start...])
          if norm != .none, size > 0 { for i in start..<block.values.count { block.values[i] /= size } }
          block.ends.append(block.indices.count)
        }
      }
    }
    return block
  }

  /// Copies blocks behind each other and frees each as soon as it is copied.
  private func joined(_ blocks: inout [ProductBlock], columns: Int) -> SparseMatrix {
    let count = blocks.reduce(0) { $0 + $1.indices.count }
    var offsets = [0]
    var (joinedIndices, joinedValues) = ([Int32](), [Float]())
    offsets.reserveCapacity(rows + 1)
    joinedIndices.reserveCapacity(count)
    joinedValues.reserveCapacity(count)
    for block in blocks.indices {
      let start = joinedIndices.count
      joinedIndices += blocks[block].indices
      joinedValues += blocks[block].values
      offsets += blocks[block].ends.lazy.map { $0 + start }
      blocks[block] = ProductBlock()
    }
    return SparseMatrix(
      uncheckedRows: rows, columns: columns, offsets: offsets, indices: joinedIndices, values: joinedValues)
  }
}

/// Some rows of a product.
private struct ProductBlock: Sendable {
  var ends: [Int] = []
  var indices: [Int32] = []
  var values: [Float] = []
}
