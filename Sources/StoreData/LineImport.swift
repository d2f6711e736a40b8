internal import Learning
internal import LinearAlgebra

/// Drives a reader over its lines: counts, rejections, progress, cancellation.
final class LineImport {
  let options: ReadOptions
  let source: ByteSource
  private(set) var report: ReadReport
  private var rejects: ByteSink?

  init(_ source: ByteSource, _ options: ReadOptions) throws {
    self.source = source
    self.options = options
    report = ReadReport(path: source.name)
    if let path = options.rejectsPath { rejects = try ByteSink(path: path) }
  }

  /// Calls `body` for every line, blank ones only where asked; what it throws as ``Rejection`` rejects the line.
  func forEachLine(includingBlank: Bool = false, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let lines = LineReader(source, maximumBytes: options.maximumLineBytes)
    while let line = try lines.next() {
      try tick(lines.number)
      switch line {
      case .tooLong: try rejectTooLong(lines.number)
      case .bytes(let bytes) where bytes.isBlank && !includingBlank: continue
      case .bytes(let bytes): try accept(lines.number, bytes) { try body(bytes) }
      }
    }
  }

  /// Runs `body` for one record and counts it as accepted or rejected; `bytes` go to the file of rejected lines.
  func accept(_ number: Int, _ bytes: UnsafeRawBufferPointer, _ body: () throws -> Void) throws {
    do {
      try body()
      report.accepted += 1
    } catch let rejection as Rejection {
      try reject(number, rejection.reason, bytes)
    }
  }

  func rejectTooLong(_ number: Int) throws {
    try reject(number, "given more than \(options.maximumLineBytes) bytes, expected a shorter line", nil)
  }

  func reject(_ number: Int, _ reason: String, _ bytes: UnsafeRawBufferPointer?) throws {
    report.rejected += 1
    if report.rejections.count < options.listedRejections {
      report.rejections.append(RejectedLine(number: number, reason: reason))
    }
    guard let rejects else { return }
    rejects.json.object { object in
      object.member("line", number)
      object.member("reason", reason)
      if let bytes { object.member("text", String(decoding: bytes, as: UTF8.self)) }
    }
    try rejects.endLine()
  }

  /// A record that is neither data nor wrong, such as the index line of a bulk file.
  func uncount() { report.accepted -= 1 }

  func ignore(field name: String) {
    guard report.ignoredFields.count < 100 || report.ignoredFields[name] != nil else { return }
    report.ignoredFields[name, default: 0] += 1
  }

  /// Looks for cancellation and tells how far the file is.
  func tick(_ number: Int) throws {
    guard number & 0xFFF == 0 else { return }
    try options.execution.cancellation.check()
    if number & 0xFFFF == 0 {
      options.execution.progress.report(
        ProgressEvent(stage: "reading \(source.name)", completed: number, total: nil))
    }
  }

  /// The report, once everything is read.
  func finish() throws -> ReadReport {
    try rejects?.finish()
    report.bytes = source.count
    report.fingerprint = source.fingerprint
    return report
  }
}
