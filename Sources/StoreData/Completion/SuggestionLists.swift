/// Lists of suggestions, one JSON array a line.
public struct SuggestionLists: Sendable, Equatable {
  /// The lists in the order of the file.
  public var lists: [[String]]

  /// Creates lists.
  public init(_ lists: [[String]] = []) {
    self.lists = lists
  }
}

extension SuggestionLists: FileReadable {
  /// Reads JSON Lines.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(
    from source: ByteSource, options: ReadOptions
  ) throws -> (value: SuggestionLists, report: ReadReport) {
    var lists: [[String]] = []
    let lines = try LineImport(source, options)
    let parser = JSONParser(maximumBytes: options.maximumLineBytes)
    try lines.forEachLine { bytes in
      let json = try parser.parse(bytes)
      guard json.isArray else { throw Rejection("given \(json.kindName), expected a list of texts a line") }
      lists.append(json.elements.compactMap(\.text))
    }
    return (SuggestionLists(lists), try lines.finish())
  }

  /// Writes JSON Lines.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    let sink = try ByteSink(path: path)
    for list in lists {
      sink.json.array(list)
      try sink.endLine()
    }
    try sink.finish()
  }
}
