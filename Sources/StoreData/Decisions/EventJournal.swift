internal import Glibc
internal import Learning
internal import LinearAlgebra

/// The events of a folder, one JSON object each, in a ``RecordLog`` that is only ever appended to and survives a crash.
///
/// What ``append(_:)`` has been given is on the disk when ``commit()`` returns. One process has a journal open at a time.
public final class EventJournal {
  /// The folder.
  public let folder: String

  /// The sequence number that the next event gets.
  public private(set) var nextSequence: UInt64

  /// Bytes of an event that a crash had cut off and that were removed; 0 mostly.
  public var removedBytes: Int { log.droppedBytes }

  private let log: RecordLog
  private var waiting: [[UInt8]] = []

  /// Opens the journal of a folder that exists, and calls `body` with each event so far: its number, and the bytes of its object.
  ///
  /// - Parameter salvages: whether everything from the first damaged event on is dropped instead of refused.
  /// - Throws: ``FileError``; ``FileFormatError`` naming the damaged record; ``InvalidInput`` when another process has it open;
  ///   what `body` throws.
  /// - Complexity: O(bytes of the log)
  public init(
    folder: String, salvages: Bool = false, _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    self.folder = folder
    var count: UInt64 = 0
    do {
      log = try RecordLog(path: Self.path(folder), salvages: salvages) { record in
        try body(count, record)
        count += 1
      }
    } catch let error as FileError where error.operation == "lock" {
      throw InvalidInput(
        folder, given: "a state that process \(Self.owner(of: folder)) has open",
        expected: "one process at a time", advice: "Wait for that process to end, or ask it.")
    }
    nextSequence = count
    let sink = try ByteSink(path: folder + "/lock")
    try sink.write("\(getpid())\n")
    try sink.finish()
  }

  /// Calls `body` with each event of a folder without opening it for writing.
  ///
  /// - Throws: ``FileError``; ``FileFormatError``.
  public static func read(folder: String) throws -> [[UInt8]] { try RecordLog.read(path(folder)).records }

  static func path(_ folder: String) -> String { folder + "/events.log" }

  /// The number of the process that has the folder open, as it wrote it down.
  private static func owner(of folder: String) -> String {
    guard let file = try? MappedFile(path: folder + "/lock"), file.count < 32 else { return "unknown" }
    return file.withUnsafeBytes { String(decoding: $0.filter { $0 > 0x20 }, as: UTF8.self) }
  }

  /// Adds an event; `members` appends its members. It is safe after the next ``commit()``.
  ///
  /// - Returns: its sequence number.
  func append(_ members: (inout JSONText) -> Void) -> UInt64 {
    var text = JSONText()
    text.object(members)
    waiting.append(text.bytes)
    defer { nextSequence += 1 }
    return nextSequence
  }

  /// Writes every added event and waits until the disk has them.
  ///
  /// - Throws: ``FileError``; what was not written waits for the next time.
  public func commit() throws {
    guard !waiting.isEmpty else { return }
    try log.append(waiting)
    waiting.removeAll(keepingCapacity: true)
  }
}
