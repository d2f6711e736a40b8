public import Learning

/// A small table with a header, read whole: prices and costs, sales by offer set, plans.
///
/// Comma-, semicolon- or tab-separated; a row that cannot be read ends the reading, since figures that a plan rests on are
/// not left out silently.
public struct DelimitedTable: Sendable {
  /// A row with the number of the line on which it starts.
  public struct Row: Sendable {
    /// Number of the line, from 1.
    public let line: Int
    /// The fields, one for each column.
    public let fields: [String]
  }

  /// The file's name.
  public let name: String

  /// Names of the columns.
  public let columns: [String]

  /// The rows.
  public let rows: [Row]

  /// Fingerprint of the file's bytes.
  public let fingerprint: String

  /// Reads a file; `-` is standard input, `.gz` is unpacked.
  ///
  /// - Throws: `FileError`; `InvalidInput` naming up to 10 lines that cannot be read; `CancellationError`.
  public init(path: String, on execution: Execution = Execution()) throws {
    try self.init(ByteSource(path: path), on: execution)
  }

  /// Reads a table.
  ///
  /// - Throws: `FileError`; `InvalidInput` naming up to 10 lines that cannot be read; `CancellationError`.
  public init(_ source: ByteSource, on execution: Execution = Execution()) throws {
    name = source.name
    let reader = DelimitedReader(source, separator: try source.separatorOfFirstLine(), maximumBytes: 16 << 20)
    guard case .fields? = try reader.next() else {
      throw InvalidInput(source.name, given: "no header", expected: "names of columns in the first line")
    }
    let columns = (0..<reader.fieldCount).map { reader.text(of: $0) }
    var rows: [Row] = []
    var problems = Violations()
    while let row = try reader.next(), problems.all.count < 10 {
      if rows.count & 0xFFF == 0 { try execution.cancellation.check() }
      let place = "\(source.name) line \(reader.number)"
      if case .rejected(let reason) = row {
        problems.append(contentsOf: [Violation(place, given: reason, expected: "a row of the table")])
        continue
      }
      problems.require(
        reader.fieldCount == columns.count, place, given: "\(reader.fieldCount) fields",
        expected: "\(columns.count) as in the header")
      guard reader.fieldCount == columns.count else { continue }
      rows.append(Row(line: reader.number, fields: columns.indices.map { reader.text(of: $0) }))
    }
    try problems.throwIfAny()
    self.columns = columns
    self.rows = rows
    fingerprint = source.fingerprint
  }

  /// Position of a column; nil where there is none of that name.
  public func column(_ name: String) -> Int? { columns.firstIndex(of: name) }
}

extension DelimitedReader {
  /// A field without blanks around it.
  fileprivate func text(of position: Int) -> String {
    withField(position) { String(decoding: $0.trimmed, as: UTF8.self) }
  }
}
