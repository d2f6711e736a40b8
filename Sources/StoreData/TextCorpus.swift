/// Texts with the labels they lead to: the text format of PECOS.
public struct TextCorpus: Sendable, Equatable {
  /// A label of a text.
  public struct Label: Sendable, Equatable {
    /// The label's number, from 0.
    public var id: Int

    /// How much the text speaks for the label; 1 where the file does not say.
    public var relevance: Double

    /// Creates a label.
    public init(id: Int, relevance: Double = 1) {
      self.id = id
      self.relevance = relevance
    }
  }

  /// A text with its labels.
  public struct Entry: Sendable, Equatable {
    /// The labels in the order of the file; may be empty.
    public var labels: [Label]

    /// The text.
    public var text: String

    /// Creates an entry.
    public init(labels: [Label], text: String) {
      self.labels = labels
      self.text = text
    }
  }

  /// The entries in the order of the file.
  public var entries: [Entry]

  /// Creates a corpus.
  public init(_ entries: [Entry] = []) {
    self.entries = entries
  }
}

extension TextCorpus: FileReadable {
  /// Reads `id1,id2<TAB>text` lines, where an id may carry its relevance: `id::relevance` or `id:value:relevance`; a line
  /// without a tab is a text without labels.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(from source: ByteSource, options: ReadOptions) throws -> (
    value: TextCorpus, report: ReadReport
  ) {
    let lines = try LineImport(source, options)
    var corpus = TextCorpus()
    try lines.forEachLine { bytes in
      guard let tab = bytes.position(of: 0x09) else {
        corpus.entries.append(Entry(labels: [], text: bytes.text))
        return
      }
      corpus.entries.append(
        Entry(labels: try Label.list(bytes.part(0..<tab)), text: bytes.part(tab + 1..<bytes.count).text))
    }
    return (corpus, try lines.finish())
  }
}

extension TextCorpus.Label {
  fileprivate static func list(_ bytes: UnsafeRawBufferPointer) throws(Rejection) -> [Self] {
    var labels: [Self] = []
    if bytes.isBlank { return labels }
    var start = 0
    while start <= bytes.count {
      let end = bytes.position(of: 0x2C, from: start) ?? bytes.count
      let part = bytes.part(start..<end)
      let colon = part.position(of: 0x3A)
      guard let id = part.part(0..<(colon ?? part.count)).integer, (0..<Int(Int32.max)).contains(id) else {
        throw Rejection("label", given: "a text that is not a label number", expected: "0 to 2^31 - 2")
      }
      var label = Self(id: id)
      if let colon {
        // What stands between the colons is a value that PECOS keeps apart from the relevance and that may be empty.
        guard let second = part.position(of: 0x3A, from: colon + 1),
          let relevance = part.part(second + 1..<part.count).decimal
        else {
          throw Rejection(
            "label", given: "a relevance that is not a number",
            expected: "id::relevance or id:value:relevance")
        }
        label.relevance = relevance
      }
      labels.append(label)
      start = end + 1
    }
    return labels
  }
}
