internal import CKernels
internal import Learning
internal import LinearAlgebra

/// One parent's chunk with the parts of its children that are stored beside it.
struct Chunk: Sendable {
  var bytes: [UInt8]
  var biases: [Float]
  var scales: [Float]

  /// Stores the weights of the children of one parent.
  ///
  /// - Complexity: O(n log n) for n weights
  init(children: [LabelWeights], hash: FeatureHash, format: WeightFormat) {
    precondition(children.count <= 65_536, "a chunk has at most 65536 columns")
    biases = children.map(\.bias)
    scales = format == .int8 ? children.map { ($0.weights.reduce(0) { max($0, abs($1.value)) }) / 127 } : []
    var entries: [(key: UInt32, column: UInt16, value: Float)] = []
    entries.reserveCapacity(children.reduce(0) { $0 + $1.weights.count })
    for (column, child) in children.enumerated() {
      for weight in child.weights { entries.append((hash.key(weight.feature), UInt16(column), weight.value)) }
    }
    entries.sort { ($0.key, $0.column) < ($1.key, $1.column) }
    var rowStarts: [Int] = []
    for i in entries.indices where i == 0 || entries[i].key != entries[i - 1].key { rowStarts.append(i) }
    let rows = rowStarts.count

    var bucketBits = 0
    while bucketBits < hash.bits, 2 << bucketBits <= rows { bucketBits += 1 }
    let narrowBits = max(bucketBits, hash.bits - 16)
    // Narrow numbers are worth more buckets than rows, but not many more.
    let wideRows = entries.count > 65_535 || 1 << narrowBits > max(4 * rows, 64)
    if !wideRows { bucketBits = narrowBits }
    let wideColumns = children.count > 256

    bytes = []
    bytes.reserveCapacity(32 + 9 * entries.count + 8 * rows)
    append(UInt32(rows))
    append(UInt32(entries.count))
    let flags = (wideRows ? CK_CHUNK_WIDE_ROWS : 0) | (wideColumns ? CK_CHUNK_WIDE_COLUMNS : 0)
    bytes += [UInt8(bucketBits), UInt8(flags), format.code, UInt8(hash.bits), 0, 0, 0, 0]
    let shift = UInt32(hash.bits - bucketBits)
    var row = 0
    for bucket in 0...(1 << bucketBits) {
      while row < rows, Int(entries[rowStarts[row]].key >> shift) < bucket { row += 1 }
      appendNumber(row, wide: wideRows)
    }
    let tagMask = UInt32(1) << shift &- 1
    for start in rowStarts {
      appendNumber(Int(entries[start].key & tagMask), wide: wideRows)
      appendNumber(start, wide: wideRows)
    }
    appendNumber(0, wide: wideRows)
    appendNumber(entries.count, wide: wideRows)
    for entry in entries {
      if wideColumns { append(entry.column) } else { bytes.append(UInt8(entry.column)) }
    }
    while !bytes.count.isMultiple(of: 4) { bytes.append(0) }
    for entry in entries {
      switch format {
      case .float32: append(entry.value.bitPattern)
      case .float16: append(ck_float16_bits(entry.value))
      case .int8:
        let scale = scales[Int(entry.column)]
        bytes.append(
          UInt8(bitPattern: Int8(scale == 0 ? 0 : (entry.value / scale).rounded(.toNearestOrEven))))
      }
    }
    while !bytes.count.isMultiple(of: 64) { bytes.append(0) }
  }

  private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func appendNumber(_ number: Int, wide: Bool) {
    if wide { append(UInt32(number)) } else { append(UInt16(number)) }
  }
}

extension ChunkedWeights {
  /// Joins the chunks of a level in the order of their parents.
  init(chunks: [Chunk], hash: FeatureHash, format: WeightFormat) {
    var starts: [UInt64] = [0]
    starts.reserveCapacity(chunks.count + 1)
    for chunk in chunks { starts.append(starts[starts.count - 1] + UInt64(chunk.bytes.count)) }
    self.init(
      hash: hash, format: format, starts: StoredArray(starts),
      bytes: StoredArray(count: Int(starts[chunks.count])) { buffer in
        var next = 0
        for chunk in chunks {
          _ = buffer[next...].update(fromContentsOf: chunk.bytes)
          next += chunk.bytes.count
        }
      },
      biases: StoredArray(chunks.flatMap(\.biases)), scales: StoredArray(chunks.flatMap(\.scales)))
  }

  /// The weights of a parent's children as they were given, up to the rounding of the format.
  ///
  /// - Throws: ``FileFormatError`` when the stored bytes are no chunk.
  func children(of parent: Int, _ range: Range<Int>) throws -> [LabelWeights] {
    let reader = ChunkReader(bytes: bytes, start: Int(starts[parent]), end: Int(starts[parent + 1]))
    var children = range.map { LabelWeights(weights: [], bias: biases[$0]) }
    guard
      reader.forEachEntry({ key, column, value in
        guard column < children.count else { return false }
        let scaled = format == .int8 ? value * scales[range.lowerBound + column] : value
        children[column].weights.append((hash.feature(key), scaled))
        return true
      })
    else {
      throw FileFormatError(
        path: "model", place: "chunk of node \(parent)", given: "bytes that are no chunk",
        expected: "a chunk",
        advice: "The model is altered; train or import it again.")
    }
    for i in children.indices { children[i].weights.sort { $0.feature < $1.feature } }
    return children
  }
}
