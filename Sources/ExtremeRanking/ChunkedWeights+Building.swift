internal import CKernels
internal import Learning
internal import LinearAlgebra

/// One chunk with the parts of its columns that are stored beside it.
struct Chunk: Sendable {
  let bytes: [UInt8]
  let biases: [Float]
  let scales: [Float]

  /// Stores the weights of some nodes side by side, a column each.
  ///
  /// - Complexity: O(n) for n weights
  init(columns: [LabelWeights], hash: FeatureHash, format: WeightFormat) {
    precondition(columns.count <= 65_536, "a chunk has at most 65536 columns")
    biases = columns.map(\.bias)
    scales = format == .int8 ? columns.map { ($0.weights.reduce(0) { max($0, abs($1.value)) }) / 127 } : []
    bytes = ChunkWriter(columns: columns, scales: scales, hash: hash, format: format).bytes()
  }
}

extension ChunkedWeights {
  /// The most nodes of a level that share one chunk: as many as numbers of 8 bits tell apart.
  private static let joinedColumns = 256

  /// The nodes of each chunk of a level.
  ///
  /// Every parent has a chunk of its own; but where a beam as wide as `beam` visits all parents anyway and there are few
  /// nodes, all share one, so that a feature is looked up once.
  static func ranges(of tree: LabelTree, level: Int, beam: Int) -> [Range<Int>] {
    let (parents, nodes) = (tree.parentCount(level: level), tree.nodeCount(level: level))
    if parents <= beam, nodes <= joinedColumns { return [0..<nodes] }
    return (0..<parents).map { tree.children(of: $0, level: level) }
  }

  /// Joins the chunks of a level in the order of their columns.
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

  /// The weights of the columns of a chunk, the nodes `range`, as they were given, up to the rounding of the format.
  ///
  /// - Throws: ``FileFormatError`` when the stored bytes are no chunk.
  func columns(of chunk: Int, _ range: Range<Int>) throws -> [LabelWeights] {
    let reader = ChunkReader(bytes: bytes, start: Int(starts[chunk]), end: Int(starts[chunk + 1]))
    var columns = range.map { LabelWeights(weights: [], bias: biases[$0]) }
    guard
      reader.forEachEntry(
        width: columns.count,
        { key, column, value in
          guard column < columns.count else { return false }
          let scaled = format == .int8 ? value * scales[range.lowerBound + column] : value
          columns[column].weights.append((hash.feature(key), scaled))
          return true
        })
    else {
      throw FileFormatError(
        path: "model", place: "chunk \(chunk)", given: "bytes that are no chunk", expected: "a chunk",
        advice: "The model is altered; train or import it again.")
    }
    for i in columns.indices { columns[i].weights.sort { $0.feature < $1.feature } }
    return columns
  }
}
