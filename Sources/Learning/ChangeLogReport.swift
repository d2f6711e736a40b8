/// What the log of changes beside a model's arrays held.
public struct ChangeLogReport: Sendable, Equatable {
  /// Changes since the arrays were written.
  public var changes: Int

  /// Bytes behind the last whole change, as a process leaves them that was stopped while it wrote; they are left out.
  public var droppedBytes: Int

  /// Creates the report of a log.
  public init(changes: Int = 0, droppedBytes: Int = 0) {
    (self.changes, self.droppedBytes) = (changes, droppedBytes)
  }
}
