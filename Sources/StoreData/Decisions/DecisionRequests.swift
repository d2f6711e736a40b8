public import PolicyEvaluation

/// Situations to decide in: the objects of logged decisions without what was decided.
public struct DecisionRequests: FileReadable {
  /// The situations in the order of the file.
  public private(set) var situations: [Situation] = []

  /// Reads an object `{"context", "actions", "slot"}` a line.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(from source: ByteSource, options: ReadOptions) throws -> (
    value: DecisionRequests, report: ReadReport
  ) {
    let lines = try LineImport(source, options)
    let parser = JSONParser(maximumBytes: options.maximumLineBytes)
    var requests = DecisionRequests()
    try lines.forEachLine { bytes in
      requests.situations.append(try Situation(parser.parse(bytes)))
    }
    return (requests, try lines.finish())
  }
}
