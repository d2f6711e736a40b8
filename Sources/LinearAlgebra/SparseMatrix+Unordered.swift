extension SparseMatrix {
  /// Makes a matrix of compressed rows whose columns may come in any order and repeat: they are sorted and the
  /// values of equal columns added, in the order of the file.
  ///
  /// - Parameter place: where the parts were read, for errors.
  /// - Throws: ``FileFormatError`` when the parts do not form a matrix.
  /// - Complexity: O(entries) when the columns ascend, O(entries · log(entries of a row)) otherwise.
  init(
    unorderedRows rows: Int, columns: Int, offsets: [Int], indices: consuming [Int32],
    values: consuming [Float],
    at place: FilePlace
  ) throws {
    guard offsets.count == rows + 1, offsets.first == 0, zip(offsets, offsets.dropFirst()).allSatisfy(<=),
      offsets.last == indices.count, indices.count == values.count
    else {
      throw place.error(
        "indptr", given: "offsets that do not divide \(indices.count) indices and \(values.count) values",
        expected: "\(rows + 1) ascending offsets from 0", advice: "The matrix is damaged; save it again.")
    }
    var ascends = true
    try indices.withUnsafeBufferPointer { indices in
      var largest: UInt32 = 0
      for index in indices { largest = max(largest, UInt32(bitPattern: index)) }
      guard indices.isEmpty || Int(largest) < columns else {
        throw place.error(
          "indices", given: "an index of \(Int32(bitPattern: largest))", expected: "0 to \(columns - 1)",
          advice: "The matrix is damaged; save it again.")
      }
      for row in 0..<rows where ascends {
        for i in offsets[row] + 1..<max(offsets[row] + 1, offsets[row + 1]) where indices[i - 1] >= indices[i]
        {
          ascends = false
        }
      }
    }
    if ascends {
      self.init(uncheckedRows: rows, columns: columns, offsets: offsets, indices: indices, values: values)
      return
    }
    let end = offsets[rows]
    var (ordered, kept) = ([0], 0)
    ordered.reserveCapacity(rows + 1)
    for row in 0..<rows {
      let range = offsets[row]..<offsets[row + 1]
      let entries = zip(indices[range], values[range]).enumerated().sorted {
        ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
      }
      let start = kept
      for (_, entry) in entries {
        if kept > start, indices[kept - 1] == entry.0 {
          values[kept - 1] += entry.1
        } else {
          (indices[kept], values[kept]) = entry
          kept += 1
        }
      }
      ordered.append(kept)
    }
    indices.removeLast(end - kept)
    values.removeLast(end - kept)
    self.init(uncheckedRows: rows, columns: columns, offsets: ordered, indices: indices, values: values)
  }
}
