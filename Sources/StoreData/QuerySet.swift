internal import Learning

/// Queries with their ids, in order: what an evaluation asks.
public struct QuerySet: Sendable, Equatable {
  /// A query.
  public struct Query: Sendable, Equatable {
    /// What judgments and runs refer to.
    public var id: String

    /// What is searched.
    public var text: String

    /// Creates a query.
    public init(id: String, text: String) {
      self.id = id
      self.text = text
    }
  }

  /// The queries in order.
  public var queries: [Query]

  /// Creates a set.
  public init(_ queries: [Query] = []) {
    self.queries = queries
  }
}

extension QuerySet: FileReadable {
  /// Reads `id<TAB>text` lines; an id that came before rejects the line.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(from source: ByteSource, options: ReadOptions) throws -> (
    value: QuerySet, report: ReadReport
  ) {
    let lines = try LineImport(source, options)
    var set = QuerySet()
    var seen: Set<String> = []
    try lines.forEachLine { bytes in
      guard let tab = bytes.position(of: 0x09) else { throw Rejection("given no tab, expected id<TAB>text") }
      let id = bytes.part(0..<tab).trimmed.text
      guard !id.isEmpty else { throw Rejection("id", given: "nothing", expected: "an id") }
      guard seen.insert(id).inserted else {
        throw Rejection("id", given: "an id that came before", expected: "unique ids")
      }
      set.queries.append(Query(id: id, text: bytes.part(tab + 1..<bytes.count).text))
    }
    return (set, try lines.finish())
  }

  /// Writes `id<TAB>text` lines.
  ///
  /// - Throws: ``FileError``; ``InvalidInput`` when an id or text holds a tab or line break.
  public func write(to path: String) throws {
    let sink = try ByteSink(path: path)
    for query in queries {
      guard query.id.isFreeOf([0x09, 0x0A, 0x0D]), query.text.isFreeOf([0x0A, 0x0D]) else {
        throw InvalidInput("query", given: "a line break, or a tab in an id", expected: "texts without them")
      }
      try sink.write("\(query.id)\t\(query.text)\n")
    }
    try sink.finish()
  }
}
