internal import Glibc
internal import Learning
internal import LinearAlgebra

/// A log of events in a folder that is only ever appended to and survives a crash: each line is one JSON object with its sequence
/// number and a checksum.
///
/// What ``append(_:)`` has been given is on the disk when ``commit()`` returns. A last line that was cut off by a crash is removed
/// when the journal is opened again; damage before the end is an error. One process has a journal open at a time.
public final class EventJournal {
  /// The folder.
  public let folder: String

  /// The sequence number that the next event gets.
  public private(set) var nextSequence: UInt64 = 0

  /// Bytes of a line that a crash had cut off and that were removed; 0 mostly.
  public private(set) var removedBytes = 0

  private let descriptor: Int32
  private let lock: Int32
  private var buffer: [UInt8] = []

  /// Opens the journal of a folder that exists, and calls `body` with each event so far: its number, and the bytes of its object.
  ///
  /// - Parameter salvages: whether everything from the first damaged line on is dropped instead of refused.
  /// - Throws: ``FileError``; ``FileFormatError`` naming the damaged line; ``InvalidInput`` when another process has it open; what
  ///   `body` throws.
  /// - Complexity: O(bytes of the log)
  public init(
    folder: String, salvages: Bool = false, _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    self.folder = folder
    let lockPath = folder + "/lock"
    let lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    self.lock = lock
    guard lock >= 0 else { throw FileError(path: lockPath, operation: "create") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      var text = [UInt8](repeating: 0, count: 32)
      let count = text.withUnsafeMutableBytes { read(lock, $0.baseAddress, $0.count) }
      close(lock)
      throw InvalidInput(
        folder,
        given: "a state that process \(String(decoding: text[..<max(0, count)], as: UTF8.self)) has open",
        expected: "one process at a time", advice: "Wait for that process to end, or ask it.")
    }
    let owner = Array(String(getpid()).utf8)
    ftruncate(lock, 0)
    _ = owner.withUnsafeBytes { pwrite(lock, $0.baseAddress, $0.count, 0) }
    let path = folder + "/log.jsonl"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, operation: "open") }
    let end = try replay(path, salvages, body)
    let size = lseek(descriptor, 0, SEEK_END)
    if size > end {
      removedBytes = Int(size - end)
      guard ftruncate(descriptor, end) == 0, lseek(descriptor, 0, SEEK_END) == end else {
        throw FileError(path: path, operation: "write")
      }
    }
  }

  deinit {
    close(descriptor)
    close(lock)
  }

  /// Where the sound part of the log ends.
  private func replay(
    _ path: String, _ salvages: Bool, _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void
  ) throws -> off_t {
    guard lseek(descriptor, 0, SEEK_END) > 0 else { return 0 }
    let file = try MappedFile(path: path)
    return try file.withUnsafeBytes { bytes in
      var (start, line) = (0, 1)
      while start < bytes.count {
        // Without its line feed the last line was cut off.
        guard let end = bytes.position(of: 0x0A, from: start) else { break }
        guard let object = Self.sound(bytes.part(start..<end), nextSequence) else {
          if salvages || end + 1 == bytes.count { break }
          throw FileFormatError(
            path: path, place: "line \(line)", given: "a line whose number or checksum is wrong",
            expected: "event \(nextSequence)",
            advice:
              "Restore the log from a copy, or open it with --salvage, which drops this line and all after it."
          )
        }
        try body(nextSequence, object)
        nextSequence += 1
        (start, line) = (end + 1, line + 1)
      }
      return off_t(start)
    }
  }

  private static let mark = Array(#","crc":""#.utf8)

  /// The object of a line without its checksum, when number and checksum are right.
  private static func sound(_ line: UnsafeRawBufferPointer, _ sequence: UInt64) -> UnsafeRawBufferPointer? {
    // {"sequence":N, ... ,"crc":"89abcdef"}
    let tail = mark.count + 10
    guard line.count > tail else { return nil }
    let head = line.part(0..<line.count - tail)
    let given = line.part(line.count - 10..<line.count - 2).text
    guard line.part(head.count..<head.count + mark.count).elementsEqual(mark),
      given == checksum(head), head.starts(with: Array("{\"sequence\":\(sequence),".utf8))
    else { return nil }
    return line
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> String {
    var sum = RunningChecksum()
    sum.add(bytes)
    return sum.hexadecimal
  }

  /// Adds an event; `members` appends its members. It is safe after the next ``commit()``.
  ///
  /// - Returns: its sequence number.
  func append(_ members: (inout JSONText) -> Void) -> UInt64 {
    let sequence = nextSequence
    var text = JSONText()
    text.object { json in
      json.key("sequence")
      json.append(String(sequence))
      members(&json)
    }
    text.bytes.removeLast()
    let sum = text.bytes.withUnsafeBytes { Self.checksum($0) }
    buffer.append(contentsOf: text.bytes)
    buffer.append(contentsOf: Self.mark)
    buffer.append(contentsOf: Array("\(sum)\"}\n".utf8))
    nextSequence += 1
    return sequence
  }

  /// Writes every added event and waits until the disk has them.
  ///
  /// - Throws: ``FileError``; what was not written stays in the buffer.
  public func commit() throws {
    guard !buffer.isEmpty else { return }
    try buffer.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = write(descriptor, bytes.baseAddress! + written, bytes.count - written)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw FileError(path: folder + "/log.jsonl", operation: "write") }
        written += count
      }
    }
    guard fdatasync(descriptor) == 0 else { throw FileError(path: folder + "/log.jsonl", operation: "write") }
    buffer.removeAll(keepingCapacity: true)
  }
}
