public import QueryCompletion

/// Examples of completion: JSON Lines of `{"prev_query":…,"prefix":…,"next_query":…}`, with `user` and `history` where they
/// are known.
///
/// The format of PECOS' example `qp2q`; the two further fields are ours.
public struct CompletionRows: Sendable, Equatable {
  /// The examples in the order of the file.
  public var examples: [CompletionExample]

  /// Creates rows.
  public init(_ examples: [CompletionExample] = []) {
    self.examples = examples
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
    var rows: [CompletionExample] = []
    let lines = try LineImport(source, options)
    let parser = JSONParser(maximumBytes: options.maximumLineBytes)
    try lines.forEachLine { bytes in
      let json = try parser.parse(bytes)
      guard json.isObject else { throw Rejection("given \(json.kindName), expected one JSON object a line") }
      guard let query = json["next_query"]?.text, !query.isEmpty else {
        throw Rejection("next_query", given: "nothing", expected: "what was searched")
      }
      var row = CompletionExample(query, user: json["user"]?.text ?? "", prefix: json["prefix"]?.text)
      row.time = json["time"]?.number
      if let history = json["history"], history.isArray {
        row.history = history.elements.compactMap(\.text)
      } else if let previous = json["prev_query"]?.text, !previous.isEmpty {
        row.history = [previous]
      }
      rows.append(row)
    }
    return (CompletionRows(rows), try lines.finish())
  }

  /// Writes JSON Lines.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    let sink = try ByteSink(path: path)
    for example in examples {
      sink.json.object { object in
        object.member("user", example.user)
        object.member("prev_query", example.history.last ?? "")
        object.member("history", example.history)
        object.member("prefix", example.prefix ?? "")
        object.member("next_query", example.query)
        if let time = example.time { object.member("time", time) }
      }
      try sink.endLine()
    }
    try sink.finish()
  }
}
