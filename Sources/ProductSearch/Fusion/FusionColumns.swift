/// Values of candidates, column after column, in memory that is used again.
final class FusionColumns: @unchecked Sendable {
  // @unchecked: a pool lends it to one search at a time.

  /// Number of columns.
  let columns: Int

  /// Values that lie between a column's first and the next column's.
  private(set) var stride = 512

  /// The values; candidate c of column k is at `k * stride + c`.
  private(set) var values: UnsafeMutablePointer<Float>

  init(columns: Int) {
    self.columns = columns
    values = .allocate(capacity: columns * stride)
  }

  deinit { values.deallocate() }

  /// Makes room for so many candidates; what was there is lost.
  func reserve(_ candidates: Int) {
    guard candidates > stride else { return }
    values.deallocate()
    stride = 2 * candidates
    values = .allocate(capacity: columns * stride)
  }

  /// A column.
  func column(_ number: Int) -> UnsafeMutablePointer<Float> { values + number * stride }

  /// The values of one candidate in all columns.
  func row(_ candidate: Int) -> [Float] { (0..<columns).map { values[$0 * stride + candidate] } }
}
