internal import LinearAlgebra

/// Each column cut into bins that hold about as many rows each.
struct BinnedColumns: Sendable {
  let rows: Int

  /// For each column the values between neighbouring bins, ascending: bin b holds values above bound b - 1 and up to
  /// bound b.
  let bounds: [[Float]]

  /// The bin of each row, column after column.
  let codes: [UInt8]

  /// So many rows, evenly spaced, say where bins end.
  private static let sample = 100_000

  init(_ features: DenseMatrix, bins: Int, threads: Int) throws {
    let (rows, columns) = (features.rows, features.columns)
    self.rows = rows
    let step = max(1, rows / Self.sample)
    let bounds = try concurrentMap(count: columns, threads: threads, scratch: {}) { _, column in
      Self.bounds(
        of: stride(from: 0, to: rows, by: step).map { features[$0, column] }.sorted(), bins: bins)
    }
    var codes = [UInt8](repeating: 0, count: rows * columns)
    try codes.withUnsafeMutableBufferPointer { codes in
      // Every column writes its own codes.
      nonisolated(unsafe) let codes = codes
      try concurrentForEach(count: columns, threads: threads) { column in
        bounds[column].withUnsafeBufferPointer { bounds in
          features.values.withUnsafeBufferPointer { values in
            for row in 0..<rows {
              let value = values[row * columns + column]
              var (low, high) = (0, bounds.count)
              while low < high {
                let middle = (low + high) / 2
                if bounds[middle] < value { low = middle + 1 } else { high = middle }
              }
              codes[column * rows + row] = UInt8(low)
            }
          }
        }
      }
    }
    (self.bounds, self.codes) = (bounds, codes)
  }

  /// Bounds half way between neighbouring values, at most `bins` - 1, spread over the sorted values.
  private static func bounds(of sorted: [Float], bins: Int) -> [Float] {
    var bounds: [Float] = []
    var left = sorted.count
    var filled = 0
    for i in sorted.indices.dropLast() {
      filled += 1
      guard sorted[i] < sorted[i + 1], bounds.count < bins - 1 else { continue }
      // The rows that are left share the bins that are left.
      if filled * (bins - bounds.count) >= left {
        let middle = sorted[i] + (sorted[i + 1] - sorted[i]) / 2
        bounds.append(middle < sorted[i + 1] ? middle : sorted[i])
        left -= filled
        filled = 0
      }
    }
    return bounds
  }
}
