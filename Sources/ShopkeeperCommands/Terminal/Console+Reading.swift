internal import Learning
internal import StoreData

extension Console {
  /// Reads a file of lines; says how many were rejected, and refuses one of which nothing can be used.
  ///
  /// - Throws: `FileError`, `FileFormatError`, `CancellationError`.
  func read<Value: FileReadable>(
    _ type: Value.Type, from path: String, on execution: Execution
  ) throws -> (value: Value, report: ReadReport) {
    var options = ReadOptions()
    options.execution = execution
    let (value, report) = try Value.read(contentsOf: path, options: options)
    try report.requireAcceptedLines()
    if let summary = report.rejectionSummary { note("\(path): \(summary)") }
    return (value, report)
  }
}

extension ReadReport {
  /// For example `10 lines rejected, the first: line 7: ...`; nil when every line was used.
  var rejectionSummary: String? {
    rejections.first.map { "\(rejected.counted("line")) rejected, the first: \($0)" }
  }
}
