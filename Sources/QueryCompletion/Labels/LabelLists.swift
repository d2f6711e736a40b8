internal import Glibc
internal import Learning
internal import LinearAlgebra

/// Lists of labels with a weight for each entry: what followed a word, what followed a query, what contains a word.
///
/// The labels of a list ascend, so those that begin with a prefix are one interval of it.
struct LabelLists: Sendable, Equatable {
  /// Where each list begins; one more entry closes the last one.
  let offsets: StoredArray<UInt32>
  let labels: PackedNumbers
  /// Logarithms of the weights; empty where none are kept.
  let codes: StoredArray<UInt8>

  /// Number of lists.
  var count: Int { offsets.count - 1 }

  /// Bytes of all parts.
  var byteCount: Int { 4 * offsets.count + labels.bytes.count + codes.count }

  /// Where the labels of `interval` lie in a list.
  ///
  /// - Complexity: O(log n)
  @inline(__always)
  func range(of list: Int, in interval: Range<Int>) -> Range<Int> {
    let (start, end) = (Int(offsets[list]), Int(offsets[list + 1]))
    guard start < end, end <= labels.count else { return 0..<0 }
    let low = labels.partition(below: Int32(truncatingIfNeeded: interval.lowerBound), in: start..<end)
    return low..<labels.partition(below: Int32(truncatingIfNeeded: interval.upperBound), in: low..<end)
  }

  /// The weight of an entry.
  @inline(__always)
  func weight(at place: Int) -> Float { Self.weights[Int(codes[place])] }

  /// Where a list lies.
  func range(of list: Int) -> Range<Int> { Int(offsets[list])..<Int(offsets[list + 1]) }

  /// Where a label is in a list; nil where it is not.
  func place(of label: Int, in list: Int) -> Int? {
    let range = range(of: list)
    let place = labels.partition(below: Int32(label), in: range)
    return place < range.upperBound && labels[place] == Int32(label) ? place : nil
  }

  /// The sum of a list's weights.
  func total(of list: Int) -> Float {
    range(of: list).reduce(0) { $0 + weight(at: $1) }
  }

  /// Sixteen steps for each doubling, from 1/16 on.
  private static let weights: [Float] = (0..<256).map { exp2(Float($0) / 16 - 4) }

  /// The code of a weight.
  static func code(_ weight: Float) -> UInt8 {
    UInt8(max(0, min(255, (16 * (log2(max(weight, 1e-3)) + 4)).rounded())))
  }
}

extension LabelLists {
  /// Gathers lists.
  struct Builder {
    private var offsets: [UInt32] = [0]
    private var labels: [Int32] = []
    private var codes: [UInt8] = []
    private let keepsWeights: Bool

    init(keepsWeights: Bool = true) { self.keepsWeights = keepsWeights }
    /// Appends a list of its best `limit` entries: the heaviest ones, ties to the smaller label.
    mutating func append(_ entries: [(label: Int32, weight: Float)], limit: Int) {
      var entries = entries
      if entries.count > limit {
        entries.sort { ($0.weight, $1.label) > ($1.weight, $0.label) }
        entries.removeLast(entries.count - limit)
      }
      entries.sort { $0.label < $1.label }
      for entry in entries {
        labels.append(entry.label)
        if keepsWeights { codes.append(LabelLists.code(entry.weight)) }
      }
      offsets.append(UInt32(labels.count))
    }

    func finish() -> LabelLists {
      LabelLists(
        offsets: StoredArray(offsets), labels: PackedNumbers(labels), codes: StoredArray(codes))
    }
  }

  /// Writes the lists.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("offsets", array: offsets)
    try writer.add("labels", array: labels.bytes)
    try writer.add("codes", array: codes)
  }

  /// Reads `listCount` lists of labels below `labelCount`.
  init(from archive: ModelArchive, labelCount: Int, listCount: Int, hasWeights: Bool = true) throws {
    guard let labels = PackedNumbers(bytes: try archive.array("labels", of: UInt8.self)) else {
      throw Self.altered(archive, labelCount)
    }
    let (offsetCount, entries) = (listCount + 1, labels.count)
    offsets = try archive.array("offsets", of: UInt32.self, count: offsetCount)
    self.labels = labels
    codes = try archive.array("codes", of: UInt8.self, count: hasWeights ? entries : 0)
    let offsets = offsets
    let ascends = offsets.withUnsafeBufferPointer { offsets in
      var ascends = offsets.first == 0 && offsets.last == UInt32(labels.count)
      for i in 1..<max(1, offsets.count) where offsets[i] < offsets[i - 1] { ascends = false }
      return ascends
    }
    var largest: Int32 = 0
    for place in 0..<labels.count { largest = max(largest, labels[place]) }
    guard ascends, labels.count == 0 || Int(largest) < labelCount else {
      throw Self.altered(archive, labelCount)
    }
  }

  private static func altered(_ archive: ModelArchive, _ labelCount: Int) -> FileFormatError {
    FileFormatError(
      path: archive.path, place: "lists", given: "lists that do not fit \(labelCount) labels",
      expected: "lists as they were written", advice: "The model is altered; train it again.")
  }
}
