public import LinearAlgebra

/// Training texts with their labels, in the lines of PECOS' text2text.
///
///     17,4<TAB>cordless drill            labels 17 and 4
///     17::0.8,4:1:0.2<TAB>cordless drill        with relevance: label:value:relevance, the value may be empty
///
/// The first line says whether there is relevance.
public struct PecosTextCorpus: Sendable, Equatable {
  /// One text a line.
  public let texts: [String]

  /// One row a line, one column a label; 1 or the given value.
  public let labels: SparseMatrix

  /// The relevance of each pair, where the lines give it.
  public let relevance: SparseMatrix?

  /// Reads a file.
  ///
  /// What stands behind a second tab is left out and labels named twice are added, as PECOS does; bytes that are not
  /// UTF-8 become U+FFFD.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - labelCount: how many labels there are, as the items file has lines.
  /// - Throws: ``FileError``; ``FileFormatError`` with the line.
  /// - Complexity: O(bytes)
  public init(contentsOf path: String, labelCount: Int) throws {
    let file = try MappedFile(path: path)
    var parser = Parser(path: path, labelCount: labelCount)
    try file.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        var line = bytes[start..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        try parser.append(line)
        start = end + 1
      }
    }
    texts = parser.texts
    labels = parser.labels.finish()
    relevance = parser.hasRelevance == true ? parser.relevance.finish() : nil
  }

  /// Reads an items file: the names of the labels, one a line.
  ///
  /// - Throws: ``FileError``.
  public static func items(contentsOf path: String) throws -> [String] {
    try MappedFile(path: path).withUnsafeBytes { bytes in
      var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      if lines.last?.isEmpty == true { lines.removeLast() }
      return lines.map { String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self) }
    }
  }
}

/// Collects lines.
private struct Parser {
  let path: String
  let labelCount: Int
  var texts: [String] = []
  var labels: SparseMatrix.Builder
  var relevance: SparseMatrix.Builder
  var hasRelevance: Bool?

  init(path: String, labelCount: Int) {
    (self.path, self.labelCount) = (path, labelCount)
    labels = SparseMatrix.Builder(columns: labelCount)
    relevance = SparseMatrix.Builder(columns: labelCount)
  }

  mutating func append(_ line: Slice<UnsafeRawBufferPointer>) throws {
    let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2 else {
      throw wrong("a line without a tab", "labels<TAB>text", "Separate labels and text by a tab.")
    }
    if hasRelevance == nil { hasRelevance = parts[0].contains(UInt8(ascii: ":")) }
    var (row, relevances): ([(column: Int, value: Float)], [(column: Int, value: Float)]) = ([], [])
    for entry in parts[0].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      let fields = entry.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
      guard fields.count == (hasRelevance == true ? 3 : 1) else {
        throw wrong(
          "a label of \(fields.count) fields",
          hasRelevance == true ? "label:value:relevance" : "a label's number",
          "All lines have the form of the first one.")
      }
      guard let label = Int(fields[0]), (0..<labelCount).contains(label) else {
        throw wrong(
          "a label that is no number of an item", "0 to \(labelCount - 1)",
          "Labels are numbers of lines of the items file, from 0.")
      }
      row.append((label, fields.count == 1 || fields[1].isEmpty ? 1 : try number(fields[1])))
      if fields.count == 3 { relevances.append((label, try number(fields[2]))) }
    }
    labels.append(row: row)
    relevance.append(row: relevances)
    texts.append(String(decoding: parts[1], as: UTF8.self))
  }

  private func number(_ text: String) throws -> Float {
    guard let number = Float(text), number.isFinite, number > 0 else {
      throw wrong("a value or relevance that is not positive", "a positive number", "Leave such pairs out.")
    }
    return number
  }

  private func wrong(_ given: String, _ expected: String, _ advice: String) -> FileFormatError {
    FileFormatError(
      path: path, place: "line \(texts.count + 1)", given: given, expected: expected, advice: advice)
  }
}
