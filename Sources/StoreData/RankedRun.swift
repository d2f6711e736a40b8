public import Learning

/// Ranked answers to queries: a TREC run.
///
///     var run = RankedRun(tag: "fusion")
///     run.append([.init("100123", 0.83)], for: "q17")
///     try run.write(to: "fusion.run")
public struct RankedRun: Sendable, Equatable {
  /// Names the run; the last word of every line.
  public var tag: String

  /// The queries in the order in which they first appear.
  public private(set) var queries: [String] = []

  /// The products of each query in the order in which they were added; scores decide the ranking, not the order.
  public private(set) var byQuery: [String: [ScoredDocument]] = [:]

  /// Creates an empty run.
  public init(tag: String) {
    self.tag = tag
  }

  /// Appends hits to a query.
  public mutating func append(_ hits: [ScoredDocument], for query: String) {
    if byQuery[query] == nil { queries.append(query) }
    byQuery[query, default: []].append(contentsOf: hits)
  }
}

extension RankedRun: FileReadable {
  /// Reads `query Q0 product rank score tag` lines, separated by any white space; the rank is not used.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(from source: ByteSource, options: ReadOptions) throws -> (
    value: RankedRun, report: ReadReport
  ) {
    let lines = try LineImport(source, options)
    var run = RankedRun(tag: "")
    try lines.forEachLine { bytes in
      let words = bytes.words(limit: 7)
      guard words.count == 6 else {
        throw Rejection(
          "line", given: "\(words.count == 7 ? "more than 6" : "\(words.count)") parts",
          expected: "query Q0 product rank score tag")
      }
      guard let score = words[4].decimal else {
        throw Rejection("score", given: "a text that is not a number", expected: "a decimal number")
      }
      if run.tag.isEmpty { run.tag = words[5].text }
      run.append([ScoredDocument(words[2].text, score)], for: words[0].text)
    }
    return (run, try lines.finish())
  }

  /// Writes a TREC run, ranks from 1.
  ///
  /// - Throws: ``FileError``; ``InvalidInput`` when an id or the tag holds white space.
  public func write(to path: String) throws {
    let sink = try ByteSink(path: path)
    for query in queries {
      for (rank, hit) in byQuery[query, default: []].enumerated() {
        try requireWords(query, hit.document, tag)
        sink.json.append("\(query) Q0 \(hit.document) \(rank + 1) ")
        sink.json.number(hit.score)
        sink.json.append(" \(tag)")
        try sink.endLine()
      }
    }
    try sink.finish()
  }
}
