internal import LinearAlgebra

/// Rows of RFC 4180 (comma or semicolon, quoted fields) or of tab-separated text (no quotes).
///
/// A quoted field may hold line breaks, which become LF. A row whose quotes do not match costs its first line: reading
/// goes on with the line after it, so that one stray quote does not swallow the file.
final class DelimitedReader {
  enum Row {
    case fields
    case rejected(String)
  }

  /// Number of the line on which the current row starts.
  private(set) var number = 0

  /// The fields of the current row.
  private(set) var fieldCount = 0

  private let lines: LineReader
  private let separator: UInt8
  private let maximumBytes: Int

  private var raw: [UInt8] = []
  private var cells: [UInt8] = []
  private var ranges: [Range<Int>] = []

  /// Lines that a row with unmatched quotes had taken and that are read again.
  private var replay: [UInt8] = []
  private var replayPosition = 0
  /// Where the replay goes on behind the first line of the current row, while the row lies within it.
  private var afterFirstLine: Int?
  private var lineNumber = 0
  private var replayedBytes = 0

  init(_ source: ByteSource, separator: UInt8, maximumBytes: Int) {
    lines = LineReader(source, maximumBytes: maximumBytes)
    self.separator = separator
    self.maximumBytes = maximumBytes
  }

  /// Calls `body` with the bytes of a field of the current row.
  func withField<Result>(_ position: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    try cells.withUnsafeBytes { try body($0.part(ranges[position])) }
  }

  /// Calls `body` with the current row as it is in the file.
  func withRow<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try raw.withUnsafeBytes(body)
  }

  /// Takes the next row that is not blank, nil at the end.
  func next() throws -> Row? {
    while true {
      raw.removeAll(keepingCapacity: true)
      guard let isShort = try appendLine() else { return nil }
      number = lineNumber
      afterFirstLine = replay.isEmpty ? nil : replayPosition
      guard isShort else { return .rejected("given more than \(maximumBytes) bytes, expected a shorter row") }
      if raw.isEmpty { continue }
      if separator == 0x09 || !raw.contains(0x22) {
        splitPlain()
        return .fields
      }
      return try splitQuoted()
    }
  }

  private func splitPlain() {
    cells = raw
    ranges.removeAll(keepingCapacity: true)
    cells.withUnsafeBytes { bytes in
      var start = 0
      while let end = bytes.position(of: separator, from: start) {
        ranges.append(start..<end)
        start = end + 1
      }
      ranges.append(start..<bytes.count)
    }
    fieldCount = ranges.count
  }

  private func splitQuoted() throws -> Row {
    cells.removeAll(keepingCapacity: true)
    ranges.removeAll(keepingCapacity: true)
    let firstLine = raw.count
    var position = 0
    while true {
      let start = cells.count
      if position < raw.count, raw[position] == 0x22 {
        position += 1
        while true {
          let quote = nextPosition(of: 0x22, from: position)
          cells.append(contentsOf: raw[position..<quote])
          position = quote
          if position == raw.count {
            guard raw.count <= maximumBytes else {
              return try reject(after: firstLine, "a quoted field that is too long")
            }
            raw.append(0x0A)
            guard try appendLine() == true else {
              return try reject(after: firstLine, "a quote that is never closed")
            }
          } else if position + 1 < raw.count, raw[position + 1] == 0x22 {
            cells.append(0x22)
            position += 2
          } else {
            position += 1
            break
          }
        }
        guard position == raw.count || raw[position] == separator else {
          return try reject(after: firstLine, "text behind a closing quote")
        }
      } else {
        let end = nextPosition(of: separator, from: position)
        cells.append(contentsOf: raw[position..<end])
        position = end
      }
      ranges.append(start..<cells.count)
      if position == raw.count { break }
      position += 1
    }
    fieldCount = ranges.count
    return .fields
  }

  /// Position of the next such byte of the row, or its end.
  private func nextPosition(of byte: UInt8, from start: Int) -> Int {
    raw.withUnsafeBytes { $0.position(of: byte, from: start) } ?? raw.count
  }

  /// Rejects the first line of the row and lets the others be read again.
  private func reject(after firstLine: Int, _ given: String) throws -> Row {
    if raw.count > firstLine {
      replayedBytes += raw.count
      guard replayedBytes <= 64 * maximumBytes else {
        throw FileFormatError(
          path: lines.source.name, place: "line \(number)", given: "too many quotes that are never closed",
          expected: "quoted fields as in RFC 4180",
          advice: "Write the file again with quotes doubled inside fields.")
      }
      if let afterFirstLine {
        replayPosition = afterFirstLine
      } else {
        if raw.last == 0x0A { raw.removeLast() }
        replay = Array(raw.dropFirst(firstLine + 1)) + [0x0A]
        replayPosition = 0
      }
      lineNumber = number
      raw.removeLast(raw.count - firstLine)
    }
    return .rejected("given \(given), expected fields as in RFC 4180")
  }

  /// Appends the next line to the row: true when it fits, false when it is too long, nil at the end.
  private func appendLine() throws -> Bool? {
    if replayPosition < replay.count {
      let end = replay[replayPosition...].firstIndex(of: 0x0A) ?? replay.count
      raw.append(contentsOf: replay[replayPosition..<end])
      replayPosition = end + 1
      lineNumber += 1
      return true
    }
    replay.removeAll()
    replayPosition = 0
    afterFirstLine = nil
    switch try lines.next() {
    case nil: return nil
    case .tooLong:
      lineNumber = lines.number
      return false
    case .bytes(let bytes):
      lineNumber = lines.number
      raw.append(contentsOf: bytes)
      return true
    }
  }
}
