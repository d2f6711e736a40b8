/// Labels with their text and queries that led to them: what a model is told of labels that come after its training.
///
///     let (list, _) = try LabelTexts.read(contentsOf: "new.tsv")      // A-17<TAB>oak desk<TAB>writing table
public struct LabelTexts: Sendable, Equatable {
  /// A label.
  public struct Label: Sendable, Equatable {
    /// The label's name.
    public var id: String

    /// Its own text.
    public var text: String

    /// Queries that led to it.
    public var queries: [String]

    /// Creates a label.
    public init(id: String, text: String, queries: [String] = []) {
      (self.id, self.text, self.queries) = (id, text, queries)
    }
  }

  /// The labels in the order of the file.
  public var labels: [Label]

  /// Creates a list.
  public init(_ labels: [Label] = []) {
    self.labels = labels
  }
}

extension LabelTexts: FileReadable {
  /// Reads `id<TAB>text` lines, each with any number of queries behind further tabs.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(from source: ByteSource, options: ReadOptions) throws -> (
    value: LabelTexts, report: ReadReport
  ) {
    let lines = try LineImport(source, options)
    var list = LabelTexts()
    try lines.forEachLine { bytes in
      var (fields, start) = ([UnsafeRawBufferPointer](), 0)
      while let tab = bytes.position(of: 0x09, from: start) {
        fields.append(bytes.part(start..<tab).trimmed)
        start = tab + 1
      }
      fields.append(bytes.part(start..<bytes.count).trimmed)
      guard fields.count > 1 else {
        throw Rejection("given no tab, expected id<TAB>text or id<TAB>text<TAB>query")
      }
      guard !fields[0].isEmpty else { throw Rejection("id", given: "nothing", expected: "a name") }
      guard !fields[1].isEmpty else { throw Rejection("text", given: "nothing", expected: "a text") }
      list.labels.append(
        Label(
          id: fields[0].text, text: fields[1].text,
          queries: fields.dropFirst(2).filter { !$0.isEmpty }.map(\.text)))
    }
    return (list, try lines.finish())
  }
}
