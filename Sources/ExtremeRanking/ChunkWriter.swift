internal import CKernels

/// Lays the weights of some nodes out as a chunk (layout in CKernels' chunk.h).
struct ChunkWriter {
  private let hash: FeatureHash
  private let format: WeightFormat
  private let width: Int
  private let scales: [Float]
  /// Column and value of every weight, the rows in the order of their keys, each by column.
  private var entries: [(column: UInt16, value: Float)] = []
  private var keys: [UInt32] = []
  /// Where each row's entries begin; one more closes the last row.
  private var starts: [Int] = []

  /// Orders the weights by feature.
  ///
  /// - Complexity: O(n) for n weights
  init(columns: [LabelWeights], scales: [Float], hash: FeatureHash, format: WeightFormat) {
    (self.hash, self.format, self.scales, width) = (hash, format, scales, columns.count)
    let count = columns.reduce(0) { $0 + $1.weights.count }
    var unordered: [(column: UInt16, value: Float)] = []
    var order: [UInt64] = []
    unordered.reserveCapacity(count)
    order.reserveCapacity(count)
    for (column, node) in columns.enumerated() {
      for weight in node.weights {
        order.append(UInt64(hash.key(weight.feature)) << 32 | UInt64(unordered.count))
        unordered.append((UInt16(column), weight.value))
      }
    }
    sortByHighBits(&order, from: 32, to: 32 + hash.bits)
    entries.reserveCapacity(count)
    for key in order {
      if keys.last != UInt32(key >> 32) {
        keys.append(UInt32(key >> 32))
        starts.append(entries.count)
      }
      entries.append(unordered[Int(UInt32(truncatingIfNeeded: key))])
    }
    starts.append(entries.count)
  }

  private var wideColumns: Bool { width > 256 }
  private var valueSize: Int { ck_value_bytes(Int32(format.code)) }

  /// Units of a row that lists the columns of its entries.
  private func listedUnits(entries: Int) -> Int {
    let bytes = entries * ck_entry_bytes(wideColumns ? 1 : 0, Int32(format.code))
    return (bytes + Int(CK_UNIT_BYTES) - 1) / Int(CK_UNIT_BYTES)
  }

  private var denseUnits: Int { Int(ck_dense_row_units(UInt32(width), Int32(format.code))) }

  /// Whether a row stores a value for every column, zeros included: where that takes at most a quarter more memory, as
  /// it is multiplied many times as fast. So a row that lists its columns is never as long as a dense one.
  private func isDense(entries: Int) -> Bool { 4 * denseUnits <= 5 * listedUnits(entries: entries) }

  private func units(ofRow row: Int) -> Int {
    let count = starts[row + 1] - starts[row]
    return isDense(entries: count) ? denseUnits : listedUnits(entries: count)
  }

  /// The chunk.
  func bytes() -> [UInt8] {
    let unit = Int(CK_UNIT_BYTES)
    var positions = [0]
    positions.reserveCapacity(keys.count + 1)
    for row in keys.indices { positions.append(positions[row] + units(ofRow: row)) }
    let lines =
      ChunkLines(keys: keys, positions: positions, keyBits: hash.bits, wide: false)
      ?? ChunkLines(keys: keys, positions: positions, keyBits: hash.bits, wide: true)!
    let lineBytes = Int(CK_LINE_BYTES)
    let rowsAt = lineBytes * (1 + lines.count)
    let size = (rowsAt + unit * positions[keys.count] + lineBytes - 1) & ~(lineBytes - 1)
    let header = ck_chunk_header(
      line_count: UInt32(lines.homeCount), overflow_count: UInt32(lines.count - lines.homeCount),
      row_units: UInt32(positions[keys.count]), key_bits: UInt8(hash.bits),
      flags: UInt8((lines.wide ? CK_CHUNK_WIDE_ROWS : 0) | (wideColumns ? CK_CHUNK_WIDE_COLUMNS : 0)),
      format: format.code, layout: UInt8(CK_CHUNK_LAYOUT))
    var bytes = [UInt8](repeating: 0, count: size)
    bytes.withUnsafeMutableBytes { target in
      target.storeBytes(of: header, as: ck_chunk_header.self)
      lines.write(to: UnsafeMutableRawBufferPointer(rebasing: target[lineBytes..<rowsAt]))
      for row in keys.indices { write(row: row, to: target.baseAddress! + rowsAt + unit * positions[row]) }
    }
    return bytes
  }

  private func write(row: Int, to target: UnsafeMutableRawPointer) {
    let range = starts[row]..<starts[row + 1]
    let dense = isDense(entries: range.count)
    let values = dense ? target : target + (wideColumns ? 2 : 1) * range.count
    for (position, entry) in entries[range].enumerated() {
      write(entry, at: dense ? Int(entry.column) : position, in: values)
      if dense { continue }
      if wideColumns {
        target.storeBytes(of: entry.column.littleEndian, toByteOffset: 2 * position, as: UInt16.self)
      } else {
        target.storeBytes(of: UInt8(entry.column), toByteOffset: position, as: UInt8.self)
      }
    }
  }

  private func write(
    _ entry: (column: UInt16, value: Float), at position: Int, in values: UnsafeMutableRawPointer
  ) {
    switch format {
    case .float32:
      values.storeBytes(of: entry.value.bitPattern.littleEndian, toByteOffset: 4 * position, as: UInt32.self)
    case .float16:
      values.storeBytes(
        of: ck_float16_bits(entry.value).littleEndian, toByteOffset: 2 * position, as: UInt16.self)
    case .int8:
      let scale = scales[Int(entry.column)]
      let steps = scale == 0 ? 0 : (entry.value / scale).rounded(.toNearestOrEven)
      values.storeBytes(of: Int8(steps), toByteOffset: position, as: Int8.self)
    }
  }
}

/// The cache lines of a chunk: which line says where the row of which key is.
struct ChunkLines {
  let wide: Bool
  /// Lines that keys are hashed to.
  let homeCount: Int
  /// All lines, the overflow lines last.
  private(set) var count: Int

  private let keys: [UInt32]
  private let positions: [Int]
  private let keyBits: Int
  /// For each line the range of rows it tells of, and 1 + the number of the overflow line behind it or 0.
  private var contents: [(rows: Range<Int>, overflow: Int)]

  /// Tags that a line has room for.
  private var room: Int { Int(wide ? CK_WIDE_TAGS : CK_NARROW_TAGS) }

  /// Spreads rows over lines, four fifths full on average; nil when narrow numbers do not do.
  ///
  /// - Parameters:
  ///   - keys: the key of each row, ascending.
  ///   - positions: where each row begins, in units; one more closes the last row.
  init?(keys: [UInt32], positions: [Int], keyBits: Int, wide: Bool) {
    (self.keys, self.positions, self.keyBits, self.wide) = (keys, positions, keyBits, wide)
    var homes = max(1, (keys.count + (wide ? 4 : 11)) / (wide ? 5 : 12))
    if !wide {
      // Narrow tags may need more lines; that pays while these are few.
      let least = 1 << max(0, keyBits - 16)
      guard least <= max(2 * homes, 8), positions[keys.count] <= 65_535 else { return nil }
      homes = max(homes, least)
    }
    homeCount = homes
    count = homes
    contents = []
    contents.reserveCapacity(homes + homes / 8)
    let room = Int(wide ? CK_WIDE_TAGS : CK_NARROW_TAGS)
    var row = 0
    var crowded: [(line: Int, rows: Range<Int>)] = []
    for line in 0..<homes {
      let first = row
      while row < keys.count,
        Int(ck_chunk_place_of(keys[row], UInt32(homes), UInt32(keyBits)).line) == line
      {
        row += 1
      }
      contents.append((first..<min(row, first + room), 0))
      if row > first + room { crowded.append((line, first + room..<row)) }
    }
    for (home, rows) in crowded {
      var (line, rest) = (home, rows)
      while !rest.isEmpty {
        contents[line].overflow = 1 + contents.count - homes
        line = contents.count
        contents.append((rest.prefix(room), 0))
        rest = rest.dropFirst(room)
      }
    }
    count = contents.count
    if !wide, count - homes > 4095 { return nil }
  }

  /// Writes all lines.
  func write(to target: UnsafeMutableRawBufferPointer) {
    for (line, content) in contents.enumerated() {
      let start = target.baseAddress! + Int(CK_LINE_BYTES) * line
      for (slot, row) in content.rows.enumerated() {
        put(Int(ck_chunk_place_of(keys[row], UInt32(homeCount), UInt32(keyBits)).tag), slot, start)
        put(positions[row], room + 1 + slot, start)
      }
      put(content.rows.count | content.overflow << 4, room, start)
      put(positions[content.rows.upperBound], room + 1 + content.rows.count, start)
    }
  }

  private func put(_ number: Int, _ place: Int, _ line: UnsafeMutableRawPointer) {
    if wide {
      line.storeBytes(of: UInt32(number).littleEndian, toByteOffset: 4 * place, as: UInt32.self)
    } else {
      line.storeBytes(of: UInt16(number).littleEndian, toByteOffset: 2 * place, as: UInt16.self)
    }
  }
}
