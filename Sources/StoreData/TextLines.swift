/// Plain lines of text: names of labels, queries.
public struct TextLines: Sendable, Equatable {
  /// The lines in the order of the file, blank ones too: their numbers may mean something.
  public var lines: [String]

  /// Creates a list.
  public init(_ lines: [String] = []) {
    self.lines = lines
  }
}

extension TextLines: FileReadable {
  /// Reads one text a line.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(from source: ByteSource, options: ReadOptions) throws -> (
    value: TextLines, report: ReadReport
  ) {
    let lines = try LineImport(source, options)
    var list = TextLines()
    try lines.forEachLine(includingBlank: true) { list.lines.append($0.text) }
    return (list, try lines.finish())
  }
}
