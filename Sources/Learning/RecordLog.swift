internal import CZlib
internal import Glibc
internal import LinearAlgebra
internal import Synchronization

/// An append-only file of records that survives a process that is stopped while it writes.
///
/// Every record has its length, its CRC-32 and the CRC-32 of these two in front (little-endian, 4 bytes each), after eight
/// bytes that name the format. A record that was cut off at the end, as a stopped writer leaves it, is left out and counted;
/// damage before the end is an error, or on request drops everything from there on.
///
///     let (records, dropped) = try RecordLog.read("shop/models/xmr/changes.log")
///     let log = try RecordLog(path: "shop/models/xmr/changes.log")
///     try log.append([bytes])
public final class RecordLog: Sendable {
  /// Where the file is.
  public let path: String

  /// Bytes that were behind the last whole record and were taken off.
  public let droppedBytes: Int

  private static let magic = Array("SHOPLOG2".utf8)
  private static let headerBytes = 12
  private static let longestRecord = 1 << 30

  private let descriptor: Int32
  /// Where the next record goes; held while it is written.
  private let end: Mutex<Int>

  /// Opens a log for writing, makes it where there is none, and takes a torn tail off.
  ///
  /// - Parameters:
  ///   - salvages: whether everything from the first damaged record on is dropped instead of refused.
  ///   - body: called with each record so far.
  /// - Throws: ``FileError``, also when another process writes to it; ``FileFormatError`` when the file is no log or is damaged
  ///   before its end; what `body` throws.
  public init(
    path: String, salvages: Bool = false, replaying body: (UnsafeRawBufferPointer) throws -> Void = { _ in }
  ) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, operation: "open") }
    do {
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw FileError(path: path, operation: "lock") }
      let (length, dropped) = try Self.scan(path, salvages: salvages, body)
      droppedBytes = dropped
      end = Mutex(max(length, Self.magic.count))
      guard ftruncate(descriptor, off_t(length)) == 0 else { throw FileError(path: path, operation: "cut") }
      if length == 0 { try Self.write(descriptor, Self.magic, at: 0, path) }
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Appends records; they are on disk when this returns. Several threads append one after the other.
  ///
  /// - Throws: ``FileError``; the log is then as it was.
  public func append(_ records: [[UInt8]]) throws {
    var bytes: [UInt8] = []
    for record in records {
      precondition(record.count <= Self.longestRecord, "a record has at most 1 GiB")
      let start = bytes.count
      Self.append(UInt32(record.count), to: &bytes)
      Self.append(record.withUnsafeBytes { Self.checksum($0) }, to: &bytes)
      Self.append(bytes[start...].withUnsafeBytes { Self.checksum($0) }, to: &bytes)
      bytes += record
    }
    try end.withLock { end in
      do {
        try Self.write(descriptor, bytes, at: end, path)
        guard fdatasync(descriptor) == 0 else { throw FileError(path: path, operation: "write") }
      } catch {
        ftruncate(descriptor, off_t(end))
        throw error
      }
      end += bytes.count
    }
  }

  /// The whole records of a log, and how many bytes behind them are none; nothing where there is no file.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` when the file is no log or is damaged before its end.
  public static func read(_ path: String) throws -> (records: [[UInt8]], droppedBytes: Int) {
    guard access(path, F_OK) == 0 else { return ([], 0) }
    var records: [[UInt8]] = []
    let (_, dropped) = try scan(path, salvages: false) { records.append([UInt8]($0)) }
    return (records, dropped)
  }

  private static func scan(
    _ path: String, salvages: Bool, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> (length: Int, dropped: Int) {
    let file = try MappedFile(path: path)
    return try file.withUnsafeBytes { bytes in
      // A writer may have been stopped before the name of the format was written.
      if bytes.count < magic.count, bytes.elementsEqual(magic.prefix(bytes.count)) {
        return (0, bytes.count)
      }
      guard bytes.prefix(magic.count).elementsEqual(magic) else {
        throw FileFormatError(
          path: path, given: "something that is no log of changes", expected: "a log written by Shopkeeper",
          advice: "Move the file away; the model is usable without it.")
      }
      var (number, position) = (1, magic.count)
      while bytes.count - position >= headerBytes {
        switch record(in: bytes, at: position) {
        case .whole(let record):
          try body(record)
          position += headerBytes + record.count
          number += 1
        case .torn: return (position, bytes.count - position)
        case .damaged:
          if salvages { return (position, bytes.count - position) }
          throw FileFormatError(
            path: path, place: "record \(number)", given: "bytes whose checksum is wrong",
            expected: "a record as it was written",
            advice:
              "Restore the log from a copy; --salvage, where a command has it, drops this record and all after it."
          )
        }
      }
      return (position, bytes.count - position)
    }
  }

  private enum Found {
    case whole(UnsafeRawBufferPointer)
    /// Cut off by the end of the file.
    case torn
    case damaged
  }

  private static func record(in bytes: UnsafeRawBufferPointer, at position: Int) -> Found {
    func number(_ offset: Int) -> UInt32 {
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + offset, as: UInt32.self))
    }
    let header = UnsafeRawBufferPointer(rebasing: bytes[position..<position + 8])
    let length = Int(number(0))
    guard checksum(header) == number(8), length <= longestRecord else {
      // A file may have been made longer before its last bytes were written.
      return bytes[position...].allSatisfy { $0 == 0 } ? .torn : .damaged
    }
    let start = position + headerBytes
    guard length <= bytes.count - start else { return .torn }
    let record = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
    if checksum(record) == number(4) { return .whole(record) }
    return start + length == bytes.count ? .torn : .damaged
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(
      truncatingIfNeeded: crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
  }

  private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  private static func write(_ descriptor: Int32, _ bytes: [UInt8], at position: Int, _ path: String) throws {
    try bytes.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = pwrite(
          descriptor, bytes.baseAddress! + written, bytes.count - written, off_t(position + written))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw FileError(path: path, operation: "write") }
        written += count
      }
    }
  }
}
