public import Learning

/// How relevant products are to queries, as people or a simulation judged: TREC qrels.
///
///     let (judgments, _) = try RelevanceJudgments.read(contentsOf: "validation.qrels.gz")
///     judgments["q17"]?["100123"]          // 2.67
public struct RelevanceJudgments: Sendable, Equatable {
  /// The queries in the order in which they first appear.
  public private(set) var queries: [String] = []

  private var byQuery: [String: [String: Double]] = [:]
  private var products: [String: [String]] = [:]

  /// Creates judgments without content.
  public init() {}

  /// The judged products of a query with their relevance.
  public subscript(query: String) -> [String: Double]? { byQuery[query] }

  /// How many pairs were judged.
  public var count: Int { byQuery.values.reduce(0) { $0 + $1.count } }

  /// Adds or replaces a judgment.
  public mutating func set(_ relevance: Double, of product: String, for query: String) {
    if byQuery[query] == nil { queries.append(query) }
    if byQuery[query, default: [:]].updateValue(relevance, forKey: product) == nil {
      products[query, default: []].append(product)
    }
  }

  /// The judgments as evaluations take them, in the order of the file; a query that `texts` lacks has its id as text.
  public func judgedQueries(texts: QuerySet) -> [JudgedQuery] {
    let textOf = Dictionary(texts.queries.map { ($0.id, $0.text) }) { first, _ in first }
    return queries.map { query in
      let judgments = byQuery[query, default: [:]]
      return JudgedQuery(
        id: query, text: textOf[query] ?? query,
        judgments: products[query, default: []].map { (document: $0, relevance: judgments[$0] ?? 0) })
    }
  }
}

extension RelevanceJudgments: FileReadable {
  /// Reads `query 0 product relevance` lines, separated by any white space; the relevance may be a decimal number, also
  /// negative; the last judgment of a pair counts.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(
    from source: ByteSource, options: ReadOptions
  ) throws -> (value: RelevanceJudgments, report: ReadReport) {
    let lines = try LineImport(source, options)
    var judgments = RelevanceJudgments()
    try lines.forEachLine { bytes in
      let words = bytes.words(limit: 5)
      guard words.count == 4 else {
        throw Rejection(
          "line", given: "\(words.count == 5 ? "more than 4" : "\(words.count)") parts",
          expected: "query 0 product relevance")
      }
      guard let relevance = words[3].decimal else {
        throw Rejection("relevance", given: "a text that is not a number", expected: "a decimal number")
      }
      judgments.set(relevance, of: words[2].text, for: words[0].text)
    }
    return (judgments, try lines.finish())
  }

  /// Writes TREC qrels in the order in which queries and products first appeared.
  ///
  /// - Throws: ``FileError``; ``InvalidInput`` when an id holds white space.
  public func write(to path: String) throws {
    let sink = try ByteSink(path: path)
    for query in queries {
      let judgments = byQuery[query, default: [:]]
      for product in products[query, default: []] {
        try requireWords(query, product)
        sink.json.append("\(query) 0 \(product) ")
        sink.json.number(judgments[product] ?? 0)
        try sink.endLine()
      }
    }
    try sink.finish()
  }
}

/// Throws when a text cannot stand between white space.
func requireWords(_ words: String...) throws {
  guard words.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } }) else {
    throw InvalidInput(
      "id", given: "an empty text or one with white space", expected: "ids without white space in TREC files")
  }
}
