internal import Learning

/// Queries with the products that were clicked for them: a search log added up.
///
///     let (log, _) = try ClickLog.read(contentsOf: "train.tsv")      // cordless drill<TAB>100123:7,100456:2
///     log.entries[0].clicks[0]                                       // ("100123", 7)
public struct ClickLog: Sendable, Equatable {
  /// A product and how often it was clicked, or how relevant it is.
  public struct Click: Sendable, Equatable {
    /// The product's id.
    public var product: String

    /// Clicks or relevance, 0 or more.
    public var weight: Double

    /// Creates a click count.
    public init(product: String, weight: Double) {
      self.product = product
      self.weight = weight
    }
  }

  /// A query and its products.
  public struct Entry: Sendable, Equatable {
    /// What was typed.
    public var query: String

    /// The products, each once in a file we write.
    public var clicks: [Click]

    /// Creates an entry.
    public init(query: String, clicks: [Click]) {
      self.query = query
      self.clicks = clicks
    }
  }

  /// The queries in the order of the file.
  public var entries: [Entry]

  /// Creates a log.
  public init(_ entries: [Entry] = []) {
    self.entries = entries
  }
}

extension ClickLog: FileReadable {
  /// Reads `query<TAB>uid:clicks,uid:clicks` lines, or `query<TAB>uid<TAB>weight` lines whose neighbours of the same query
  /// become one entry.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(from source: ByteSource, options: ReadOptions) throws -> (
    value: ClickLog, report: ReadReport
  ) {
    let lines = try LineImport(source, options)
    var log = ClickLog()
    var ids = InternTable<String>()
    try lines.forEachLine { bytes in
      guard let tab = bytes.position(of: 0x09) else {
        throw Rejection("given no tab, expected query<TAB>uid:clicks,uid:clicks or query<TAB>uid<TAB>weight")
      }
      let query = bytes.part(0..<tab)
      guard !query.isBlank else { throw Rejection("query", given: "nothing", expected: "a text") }
      if let second = bytes.position(of: 0x09, from: tab + 1) {
        let click = try Click(
          id: bytes.part(tab + 1..<second), weight: bytes.part(second + 1..<bytes.count), &ids)
        let query = query.text
        if log.entries.last?.query == query {
          log.entries[log.entries.count - 1].clicks.append(click)
        } else {
          log.entries.append(Entry(query: query, clicks: [click]))
        }
      } else {
        log.entries.append(
          Entry(query: query.text, clicks: try Click.list(bytes.part(tab + 1..<bytes.count), &ids)))
      }
    }
    return (log, try lines.finish())
  }

  /// Writes `query<TAB>uid:clicks,uid:clicks` lines.
  ///
  /// - Throws: ``FileError``; ``InvalidInput`` when a query or id holds a character that the format separates with.
  public func write(to path: String) throws {
    let sink = try ByteSink(path: path)
    for (number, entry) in entries.enumerated() {
      guard entry.query.isFreeOf([0x09, 0x0A, 0x0D]),
        entry.clicks.allSatisfy({ $0.product.isFreeOf([0x09, 0x0A, 0x0D, 0x2C]) })
      else {
        throw InvalidInput(
          "entry \(number)", given: "a tab or line break, or a comma in an id",
          expected: "texts without them",
          advice: "Such ids cannot be written to this format.")
      }
      sink.json.append(entry.query + "\t")
      for (position, click) in entry.clicks.enumerated() {
        sink.json.append((position > 0 ? "," : "") + click.product + ":")
        sink.json.number(click.weight)
      }
      try sink.endLine()
    }
    try sink.finish()
  }
}

extension ClickLog.Click {
  /// Reads `uid:clicks,uid:clicks`; an id may hold colons, the last one counts.
  fileprivate static func list(
    _ bytes: UnsafeRawBufferPointer, _ ids: inout InternTable<String>
  ) throws(Rejection) -> [Self] {
    var clicks: [Self] = []
    var start = 0
    while start <= bytes.count {
      let end = bytes.position(of: 0x2C, from: start) ?? bytes.count
      let pair = bytes.part(start..<end)
      guard let colon = pair.lastIndex(of: 0x3A) else {
        throw Rejection("clicks", given: "a part without a colon", expected: "uid:clicks")
      }
      clicks.append(try Self(id: pair.part(0..<colon), weight: pair.part(colon + 1..<pair.count), &ids))
      start = end + 1
    }
    return clicks
  }

  fileprivate init(
    id: UnsafeRawBufferPointer, weight: UnsafeRawBufferPointer, _ ids: inout InternTable<String>
  ) throws(Rejection) {
    let id = id.trimmed
    guard !id.isEmpty else { throw Rejection("uid", given: "nothing", expected: "an id") }
    guard let weight = weight.decimal, weight >= 0 else {
      throw Rejection(
        "weight", given: "a text that is not a number of 0 or more", expected: "a decimal number")
    }
    self.init(product: ids.text(id), weight: weight)
  }
}

extension String {
  /// Whether none of these bytes occurs.
  func isFreeOf(_ bytes: [UInt8]) -> Bool { !utf8.contains { bytes.contains($0) } }
}
