internal import CKernels
internal import LinearAlgebra

/// Reads the entries of one chunk in order, checking every position; for exports, pruning and explanations.
struct ChunkReader {
  let bytes: StoredArray<UInt8>
  let start: Int
  let end: Int

  /// Calls `body` with key, column and stored value of each entry that is not 0 until it returns false; false when it
  /// did or the bytes are no chunk.
  ///
  /// - Parameter width: number of the chunk's columns.
  func forEachEntry(width: Int, _ body: (UInt32, Int, Float) -> Bool) -> Bool {
    let (lineBytes, unit) = (Int(CK_LINE_BYTES), Int(CK_UNIT_BYTES))
    guard start >= 0, end - start >= lineBytes, end <= bytes.count else { return false }
    let (homes, overflow, units) = (number(0, size: 4), number(4, size: 4), Int(number(8, size: 4)))
    let (keyBits, flags) = (UInt32(bytes[start + 12]), Int(bytes[start + 13]))
    let (format, layout) = (Int(bytes[start + 14]), Int(bytes[start + 15]))
    guard layout == CK_CHUNK_LAYOUT, keyBits <= 31, homes >= 1, homes <= 1 << 31 else { return false }
    let wide = flags & CK_CHUNK_WIDE_ROWS != 0
    let columnSize = flags & CK_CHUNK_WIDE_COLUMNS == 0 ? 1 : 2
    guard format <= CK_INT8 else { return false }
    let lines = Int(homes) + Int(overflow)
    let rowsAt = lineBytes * (1 + lines)
    guard rowsAt + unit * units <= end - start else { return false }
    let (size, room) = wide ? (4, Int(CK_WIDE_TAGS)) : (2, Int(CK_NARROW_TAGS))
    var home = [Int](0..<Int(homes)) + [Int](repeating: -1, count: Int(overflow))
    for line in 0..<lines {
      let at = lineBytes * (1 + line)
      let control = Int(number(at + size * room, size: size))
      let (held, next) = (control & 15, control >> 4)
      guard held <= room, next <= Int(overflow), home[line] >= 0 else { return false }
      // Overflow lines come in the order in which lines before them lead to them.
      if next > 0 { home[Int(homes) + next - 1] = home[line] }
      for slot in 0..<held {
        let place = ck_chunk_place(line: UInt32(home[line]), tag: number(at + size * slot, size: size))
        let from = Int(number(at + size * (room + 1 + slot), size: size))
        let to = Int(number(at + size * (room + 2 + slot), size: size))
        guard from < to, to <= units else { return false }
        let row = Row(
          at: rowsAt + unit * from, bytes: unit * (to - from), columnSize: columnSize, format: format)
        guard forEachEntry(of: row, width: width, key: ck_chunk_key_at(place, homes, keyBits), body) else {
          return false
        }
      }
    }
    return true
  }

  private struct Row {
    let at: Int
    let bytes: Int
    let columnSize: Int
    let format: Int
  }

  private func forEachEntry(of row: Row, width: Int, key: UInt32, _ body: (UInt32, Int, Float) -> Bool)
    -> Bool
  {
    let valueSize = ck_value_bytes(Int32(row.format))
    let dense = row.bytes == Int(CK_UNIT_BYTES) * Int(ck_dense_row_units(UInt32(width), Int32(row.format)))
    let count = dense ? width : row.bytes / (row.columnSize + valueSize)
    let valuesAt = dense ? 0 : row.columnSize * count
    for i in 0..<count {
      let column = dense ? i : Int(number(row.at + row.columnSize * i, size: row.columnSize))
      let bits = number(row.at + valuesAt + valueSize * i, size: valueSize)
      let value: Float
      switch valueSize {
      case 4: value = Float(bitPattern: bits)
      case 2: value = ck_float16_value(UInt16(bits))
      default: value = Float(Int8(bitPattern: UInt8(bits)))
      }
      if value != 0, !body(key, column, value) { return false }
    }
    return true
  }

  /// The little-endian number of `size` bytes at `offset` from the chunk's start.
  private func number(_ offset: Int, size: Int) -> UInt32 {
    var number: UInt32 = 0
    for i in 0..<size { number |= UInt32(bytes[start + offset + i]) << UInt32(8 * i) }
    return number
  }
}
