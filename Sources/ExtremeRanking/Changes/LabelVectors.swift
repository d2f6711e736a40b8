internal import CKernels
internal import Learning
internal import LinearAlgebra

/// Vectors of some labels, each cut to its largest entries: what a new label is learned against.
///
/// Values have half precision; rows have l2 norm 1 up to that. A stored model's are mapped and looked at row by row.
struct LabelVectors: Sendable, Equatable {
  /// Entries that a label keeps at the most.
  static let maximumEntries = 64

  /// Where each row begins; one more entry closes the last row.
  let offsets: StoredArray<UInt64>
  let features: StoredArray<Int32>
  let values: StoredArray<UInt16>

  /// Number of rows.
  var count: Int { offsets.count - 1 }

  /// Number of bytes of all parts.
  var byteCount: Int { 8 * offsets.count + 4 * features.count + 2 * values.count }

  /// Stores rows as they are.
  init(_ rows: [StoredRow]) {
    var offsets: [UInt64] = [0]
    offsets.reserveCapacity(rows.count + 1)
    for row in rows { offsets.append(offsets[offsets.count - 1] + UInt64(row.features.count)) }
    self.init(
      offsets: StoredArray(offsets), features: StoredArray(rows.flatMap(\.features)),
      values: StoredArray(rows.flatMap(\.values)))
  }

  /// Stores the rows of a matrix in another order.
  ///
  /// - Complexity: O(entries), O(n log n) for a row of more than ``maximumEntries``
  init(_ matrix: SparseMatrix, order: StoredArray<Int32>) {
    self.init(order.map { StoredRow(matrix.row(Int($0))) })
  }

  init(offsets: StoredArray<UInt64>, features: StoredArray<Int32>, values: StoredArray<UInt16>) {
    (self.offsets, self.features, self.values) = (offsets, features, values)
  }

  /// A row; nil when what is stored is none.
  subscript(row: Int, featureCount featureCount: Int) -> StoredRow? {
    let (start, end) = (offsets[row], offsets[row + 1])
    guard start <= end, end <= UInt64(min(features.count, values.count)) else { return nil }
    var stored = StoredRow()
    var previous: Int32 = -1
    for i in Int(start)..<Int(end) {
      guard features[i] > previous, Int(features[i]) < featureCount, ck_float16_value(values[i]).isFinite
      else {
        return nil
      }
      previous = features[i]
      stored.features.append(features[i])
      stored.values.append(values[i])
    }
    return stored
  }

  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("offsets", array: offsets)
    try writer.add("features", array: features)
    try writer.add("values", array: values)
  }

  /// Refers to the vectors in an archive; rows are checked when they are looked at.
  init(from archive: ModelArchive, rows: Int) throws {
    offsets = try archive.array("offsets", of: UInt64.self, count: rows + 1)
    features = try archive.array("features", of: Int32.self)
    values = try archive.array("values", of: UInt16.self, count: features.count)
  }
}

extension LabelVectors {
  /// Puts rows one behind the other.
  struct Joining {
    private var offsets: [UInt64] = [0]
    private var features: [Int32] = []
    private var values: [UInt16] = []

    mutating func append(_ row: StoredRow) {
      features += row.features
      values += row.values
      offsets.append(UInt64(features.count))
    }

    /// Copies neighbouring rows without looking at them; false when their places cannot be.
    mutating func append(_ vectors: LabelVectors, rows: Range<Int>) -> Bool {
      let (start, shift) = (vectors.offsets[rows.lowerBound], UInt64(features.count))
      var end = start
      for row in rows {
        guard vectors.offsets[row + 1] >= end else { return false }
        end = vectors.offsets[row + 1]
        offsets.append(end - start + shift)
      }
      guard end <= UInt64(vectors.features.count), vectors.values.count == vectors.features.count else {
        return false
      }
      vectors.features.withUnsafeBufferPointer { features += $0[Int(start)..<Int(end)] }
      vectors.values.withUnsafeBufferPointer { values += $0[Int(start)..<Int(end)] }
      return true
    }

    func finish() -> LabelVectors {
      LabelVectors(
        offsets: StoredArray(offsets), features: StoredArray(features), values: StoredArray(values))
    }
  }
}

/// A sparse vector as ``LabelVectors`` keep it.
struct StoredRow: Sendable, Equatable {
  /// Features, ascending.
  var features: [Int32] = []
  /// Values in half precision, parallel to `features`.
  var values: [UInt16] = []

  init() {}

  /// Keeps the largest entries, ties to the smaller feature, and scales them to norm 1.
  init(_ vector: SparseVector) {
    var vector = vector
    if vector.count > LabelVectors.maximumEntries {
      let kept = vector.indices.indices.sorted {
        (abs(vector.values[$0]), vector.indices[$1]) > (abs(vector.values[$1]), vector.indices[$0])
      }.prefix(LabelVectors.maximumEntries).sorted()
      vector = SparseVector(
        indices: kept.map { vector.indices[$0] }, values: kept.map { vector.values[$0] })
    }
    vector.normalize()
    features = vector.indices
    values = vector.values.map(ck_float16_bits)
  }
}
