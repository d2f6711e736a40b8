/// A dense row of sums that gives back the touched columns in ascending order without sorting.
///
/// Three bitmaps, each one bit for every 64-bit word of the one below, lead to the touched columns, so both adding
/// and draining cost a constant time an entry whatever the number of columns.
struct SortedColumns {
  private var sums: [Float]
  private var touched: [UInt64]
  private var words: [UInt64]
  private var groups: [UInt64]

  /// Creates a row of zeros.
  init(columns: Int) {
    sums = [Float](repeating: 0, count: columns)
    touched = [UInt64](repeating: 0, count: (columns + 63) / 64)
    words = [UInt64](repeating: 0, count: (touched.count + 63) / 64)
    groups = [UInt64](repeating: 0, count: (words.count + 63) / 64)
  }

  /// Adds to a column.
  mutating func add(_ value: Float, to column: Int) {
    sums[column] += value
    let word = column >> 6
    let before = touched[word]
    touched[word] = before | 1 &<< UInt64(truncatingIfNeeded: column & 63)
    if before == 0 {
      words[word >> 6] |= 1 &<< UInt64(truncatingIfNeeded: word & 63)
      groups[word >> 12] |= 1 &<< UInt64(truncatingIfNeeded: (word >> 6) & 63)
    }
  }

  /// Hands out every touched column with its sum, in ascending order, and resets the row.
  mutating func drain(_ body: (Int, Float) -> Void) {
    for group in groups.indices where groups[group] != 0 {
      while let high = Self.takeLowestBit(&groups[group]) {
        let wordOfWords = group << 6 | high
        while let middle = Self.takeLowestBit(&words[wordOfWords]) {
          let word = wordOfWords << 6 | middle
          while let low = Self.takeLowestBit(&touched[word]) {
            let column = word << 6 | low
            body(column, sums[column])
            sums[column] = 0
          }
        }
      }
    }
  }

  @inline(__always)
  private static func takeLowestBit(_ word: inout UInt64) -> Int? {
    if word == 0 { return nil }
    defer { word &= word &- 1 }
    return word.trailingZeroBitCount
  }
}
