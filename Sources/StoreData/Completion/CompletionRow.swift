/// A search with what was searched before it and, where it is known, what had been typed: a line of a file of pairs.
public struct CompletionRow: Sendable, Equatable {
  /// Who searched; empty where that is not known.
  public var user = ""

  /// Queries of the session before it, the oldest one first.
  public var history: [String] = []

  /// What had been typed.
  public var prefix = ""

  /// What was searched.
  public var query: String

  /// Creates a row; everything else is set afterwards.
  public init(query: String) {
    self.query = query
  }
}

/// Rows of `{"prev_query":…,"prefix":…,"next_query":…}`, with `user` and `history` where they are known.
///
/// The format of PECOS' example `qp2q`; the two further fields are ours.
public struct CompletionRows: Sendable, Equatable {
  /// The rows in the order of the file.
  public var rows: [CompletionRow] = []

  /// Creates rows.
  public init(_ rows: [CompletionRow] = []) {
    self.rows = rows
  }
}

extension CompletionRows: FileReadable {
  /// Reads JSON Lines.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes); memory for the rows and one line.
  public static func read(
    from source: ByteSource, options: ReadOptions
  ) throws -> (value: CompletionRows, report: ReadReport) {
    var rows: [CompletionRow] = []
    let lines = try LineImport(source, options)
    let parser = JSONParser(maximumBytes: options.maximumLineBytes)
    try lines.forEachLine { bytes in
      let json = try parser.parse(bytes)
      guard json.isObject else { throw Rejection("given \(json.kindName), expected one JSON object a line") }
      guard let query = json["next_query"]?.text, !query.isEmpty else {
        throw Rejection("next_query", given: "nothing", expected: "what was searched")
      }
      var row = CompletionRow(query: query)
      row.user = json["user"]?.text ?? ""
      row.prefix = json["prefix"]?.text ?? ""
      if let history = json["history"], history.isArray {
        row.history = history.elements.compactMap(\.text)
      } else if let previous = json["prev_query"]?.text, !previous.isEmpty {
        row.history = [previous]
      }
      rows.append(row)
    }
    return (CompletionRows(rows), try lines.finish())
  }
}
