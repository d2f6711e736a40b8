public import LinearAlgebra

/// Sparse rows with targets: the text format of SVMlight and LIBSVM, also with several labels a row.
///
///     let (data, _) = try SVMLight.read(contentsOf: "train.svm")      // 1 3:0.5 8:1.25 # a comment
///     data.features                                                  // SparseMatrix
public struct SVMLight: Sendable, Equatable {
  /// One row a line.
  public let features: SparseMatrix

  /// The numbers before the features: one for regression and classes, any number of labels.
  public let targets: [[Double]]

  /// The `qid` of each row; empty when no row has one.
  public let groups: [Int]
}

extension SVMLight: FileReadable {
  /// The largest number of columns that is read, so that one wrong index cannot ask for all memory later.
  public static let maximumColumns = 1 << 28

  /// Reads `target[,target] [qid:n] index:value ... [# comment]` lines; indices ascend, and start at 1 unless some index is 0.
  ///
  /// A first line of three whole numbers, as the extreme classification repository writes it, gives the shape.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(from source: ByteSource, options: ReadOptions) throws -> (
    value: SVMLight, report: ReadReport
  ) {
    let lines = try LineImport(source, options)
    var rows = RowCollector()
    try lines.forEachLine { bytes in
      let hash = bytes.position(of: 0x23) ?? bytes.count
      let words = bytes.part(0..<hash).words(limit: .max)
      if words.isEmpty { return lines.uncount() }
      if rows.isEmpty, words.count == 3, let columns = words[1].integer, words[0].integer != nil,
        words[2].integer != nil
      {
        guard (1...Self.maximumColumns).contains(columns) else {
          throw Rejection("columns", given: "\(columns)", expected: "1 to \(Self.maximumColumns)")
        }
        rows.statedColumns = columns
        return lines.uncount()
      }
      try rows.append(words)
    }
    return (rows.finish(), try lines.finish())
  }
}

/// Rows so far, with the indices as they are in the file.
private struct RowCollector {
  var statedColumns: Int?
  private var targets: [[Double]] = []
  private var groups: [Int] = []
  private var offsets = [0]
  private var indices: [Int32] = []
  private var values: [Float] = []

  var isEmpty: Bool { targets.isEmpty && statedColumns == nil }

  mutating func append(_ words: [UnsafeRawBufferPointer]) throws(Rejection) {
    let kept = indices.count
    do throws(Rejection) {
      var rest = words[...]
      var row: [Double] = []
      if words[0].position(of: 0x3A) == nil {
        row = try Self.targets(words[0])
        rest = rest.dropFirst()
      }
      var group: Int?
      for word in rest {
        guard let colon = word.position(of: 0x3A) else {
          throw Rejection("feature", given: "a part without a colon", expected: "index:value")
        }
        let name = word.part(0..<colon)
        if name.equals("qid") {
          guard let number = word.part(colon + 1..<word.count).integer else {
            throw Rejection("qid", given: "a text that is not a number", expected: "a whole number")
          }
          group = number
        } else {
          try appendFeature(
            name, word.part(colon + 1..<word.count), after: indices.count > kept ? indices.last : nil)
        }
      }
      if group != nil || !groups.isEmpty {
        // Rows before the first that has a group belong to none.
        groups.append(contentsOf: repeatElement(-1, count: targets.count - groups.count))
        groups.append(group ?? -1)
      }
      targets.append(row)
      offsets.append(indices.count)
    } catch {
      indices.removeLast(indices.count - kept)
      values.removeLast(values.count - kept)
      throw error
    }
  }

  private mutating func appendFeature(
    _ name: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer, after previous: Int32?
  ) throws(Rejection) {
    guard let index = name.integer, (0...SVMLight.maximumColumns).contains(index) else {
      throw Rejection(
        "index", given: "a text that is not an index", expected: "0 to \(SVMLight.maximumColumns)")
    }
    guard index > Int(previous ?? -1) else {
      throw Rejection("index", given: "\(index) after \(previous ?? 0)", expected: "ascending indices")
    }
    if let statedColumns, index > statedColumns {
      throw Rejection("index", given: "\(index)", expected: "at most \(statedColumns) as the first line says")
    }
    guard let value = text.decimal.map({ Float($0) }), value.isFinite else {
      throw Rejection("value", given: "a text that is not a number in range", expected: "a decimal number")
    }
    indices.append(Int32(index))
    values.append(value)
  }

  private static func targets(_ word: UnsafeRawBufferPointer) throws(Rejection) -> [Double] {
    var targets: [Double] = []
    var start = 0
    while start <= word.count {
      let end = word.position(of: 0x2C, from: start) ?? word.count
      guard let target = word.part(start..<end).decimal else {
        throw Rejection(
          "target", given: "a text that is not a number", expected: "a decimal number, or several with commas"
        )
      }
      targets.append(target)
      start = end + 1
    }
    return targets
  }

  /// The header form counts from 0; without it the smallest index tells.
  consuming func finish() -> SVMLight {
    let isZeroBased =
      statedColumns != nil && indices.allSatisfy { Int($0) < statedColumns! } || indices.contains(0)
    if !isZeroBased { for i in indices.indices { indices[i] -= 1 } }
    let columns = max(statedColumns ?? 0, (indices.max().map { Int($0) } ?? -1) + 1)
    return SVMLight(
      features: SparseMatrix(
        uncheckedRows: targets.count, columns: columns, offsets: offsets, indices: indices, values: values),
      targets: targets, groups: groups)
  }
}
