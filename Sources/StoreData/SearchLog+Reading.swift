extension SearchLog: FileReadable {
  /// Reads User Behavior Insights 1.3: queries and events mixed or apart, JSON Lines or the bulk form of OpenSearch.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes); memory for the queries and events and one line.
  public static func read(
    from source: ByteSource, options: ReadOptions
  ) throws -> (value: SearchLog, report: ReadReport) {
    var log = SearchLog()
    let report = try log.append(from: source, options)
    log.countPositionsFromOne()
    return (log, report)
  }

  /// Reads several files into one log.
  ///
  /// - Throws: as reading one; the first file that cannot be read ends it.
  public static func read(
    contentsOf paths: [String], options: ReadOptions = ReadOptions()
  ) throws -> (value: SearchLog, reports: [ReadReport]) {
    var log = SearchLog()
    var reports: [ReadReport] = []
    for (number, path) in paths.enumerated() {
      var options = options
      if number > 0, let rejects = options.rejectsPath { options.rejectsPath = "\(rejects).\(number + 1)" }
      reports.append(try log.append(from: ByteSource(path: path), options))
    }
    log.countPositionsFromOne()
    return (log, reports)
  }

  private mutating func append(from source: ByteSource, _ options: ReadOptions) throws -> ReadReport {
    let lines = try LineImport(source, options)
    let parser = JSONParser(maximumBytes: options.maximumLineBytes)
    var records = SearchRecordParser()
    try lines.forEachLine { bytes in
      switch try records.record(in: parser.parse(bytes)) {
      case .query(let query): queries.append(query)
      case .event(let event): events.append(event)
      case .bulkAction: lines.uncount()
      }
    }
    return try lines.finish()
  }
}
