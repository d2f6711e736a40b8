internal import Learning

/// Data that is read from a file line by line, where a line that is wrong costs that line and nothing else.
///
///     let (catalogue, report) = try Catalogue.read(contentsOf: "products.jsonl.gz")
///     for line in report.rejections { print(line) }
public protocol FileReadable: Sendable {
  /// Reads everything.
  ///
  /// - Throws: ``FileError`` and ``FileFormatError`` when the file as a whole cannot be read, `CancellationError`.
  static func read(from source: ByteSource, options: ReadOptions) throws -> (value: Self, report: ReadReport)
}

extension FileReadable {
  /// Reads a file, gzip understood; "-" is standard input.
  ///
  /// - Throws: ``FileError`` and ``FileFormatError`` when the file as a whole cannot be read, `CancellationError`.
  public static func read(
    contentsOf path: String, options: ReadOptions = ReadOptions()
  ) throws -> (value: Self, report: ReadReport) {
    try read(from: ByteSource(path: path), options: options)
  }

  /// Reads a source with default options.
  ///
  /// - Throws: ``FileError`` and ``FileFormatError`` when the source as a whole cannot be read.
  public static func read(from source: ByteSource) throws -> (value: Self, report: ReadReport) {
    try read(from: source, options: ReadOptions())
  }
}
