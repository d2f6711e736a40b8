internal import CKernels
internal import LinearAlgebra

/// Reads the entries of one chunk in order, checking every position; for exports, pruning and explanations.
struct ChunkReader {
  let bytes: StoredArray<UInt8>
  let start: Int
  let end: Int

  /// Calls `body` with key, column and stored value of each entry until it returns false; false when it did or
  /// the bytes are no chunk.
  func forEachEntry(_ body: (UInt32, Int, Float) -> Bool) -> Bool {
    guard start >= 0, end - start >= 16, end <= bytes.count else { return false }
    let (rows, entries) = (Int(number(0, size: 4)), Int(number(4, size: 4)))
    let (bucketBits, flags) = (Int(bytes[start + 8]), Int(bytes[start + 9]))
    let (format, keyBits) = (Int(bytes[start + 10]), Int(bytes[start + 11]))
    let size = flags & CK_CHUNK_WIDE_ROWS == 0 ? 2 : 4
    let columnSize = flags & CK_CHUNK_WIDE_COLUMNS == 0 ? 1 : 2
    let valueSize = format == CK_FLOAT32 ? 4 : format == CK_FLOAT16 ? 2 : 1
    guard bucketBits <= keyBits, keyBits <= 31 else { return false }
    let buckets = 16
    let rowsAt = buckets + size * (1 << bucketBits + 1)
    let columnsAt = rowsAt + 2 * size * (rows + 1)
    let valuesAt = (columnsAt + columnSize * entries + 3) & ~3
    guard valuesAt + valueSize * entries <= end - start else { return false }
    let shift = UInt32(keyBits - bucketBits)
    var bucket = 0
    for row in 0..<rows {
      while bucket < 1 << bucketBits, Int(number(buckets + size * (bucket + 1), size: size)) <= row {
        bucket += 1
      }
      let key = UInt32(bucket) << shift | number(rowsAt + 2 * size * row, size: size)
      let first = Int(number(rowsAt + 2 * size * row + size, size: size))
      let last = Int(number(rowsAt + 2 * size * (row + 1) + size, size: size))
      guard first <= last, last <= entries else { return false }
      for entry in first..<last {
        let column = Int(number(columnsAt + columnSize * entry, size: columnSize))
        let bits = number(valuesAt + valueSize * entry, size: valueSize)
        let value: Float
        switch valueSize {
        case 4: value = Float(bitPattern: bits)
        case 2: value = ck_float16_value(UInt16(bits))
        default: value = Float(Int8(bitPattern: UInt8(bits)))
        }
        guard body(key, column, value) else { return false }
      }
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
