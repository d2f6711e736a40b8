public import Learning

/// How files are read; what they mean is not affected.
public struct ReadOptions: Sendable {
  /// The longest line in bytes; a longer one is rejected.
  public var maximumLineBytes = 16 << 20

  /// How many rejected lines the report lists; all are counted.
  public var listedRejections = 100

  /// Where rejected lines are written as JSON Lines `{"line":…,"reason":…,"text":…}`; nil writes nothing.
  public var rejectsPath: String?

  /// Progress and cancellation.
  public var execution = Execution()

  /// Creates the default options.
  public init() {}
}
