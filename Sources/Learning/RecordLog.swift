internal import CZlib
internal import Glibc
internal import LinearAlgebra

/// An append-only file of records that survives a process that is stopped while it writes.
///
/// Every record has its length and CRC-32 in front (little-endian, 4 bytes each), after eight bytes that name the format.
/// What follows the last whole record, as a stopped writer leaves it, is left out and counted.
///
///     let (records, dropped) = try RecordLog.read("shop/models/xmr/changes.log")
///     let log = try RecordLog(path: "shop/models/xmr/changes.log")
///     try log.append([bytes])
public final class RecordLog: @unchecked Sendable {
  // @unchecked: the descriptor is set once, and `append` is called by one thread at a time, as it says.

  /// Where the file is.
  public let path: String

  /// Bytes that were behind the last whole record and were taken off.
  public let droppedBytes: Int

  private static let magic = Array("SHOPLOG1".utf8)
  private static let longestRecord = 1 << 30

  private let descriptor: Int32
  private var end: Int

  /// Opens a log for writing, makes it where there is none, and takes a torn tail off.
  ///
  /// - Throws: ``FileError``, also when another process writes to it; ``FileFormatError`` when the file is no log.
  public init(path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, operation: "open") }
    do {
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw FileError(path: path, operation: "lock") }
      let (_, length, dropped) = try Self.scan(path)
      droppedBytes = dropped
      end = max(length, Self.magic.count)
      guard ftruncate(descriptor, off_t(length)) == 0 else { throw FileError(path: path, operation: "cut") }
      if length == 0 { try Self.write(descriptor, Self.magic, at: 0, path) }
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Appends records; they are on disk when this returns. Not for several threads at once.
  ///
  /// - Throws: ``FileError``; the log is then as it was.
  public func append(_ records: [[UInt8]]) throws {
    var bytes: [UInt8] = []
    for record in records {
      precondition(record.count <= Self.longestRecord, "a record has at most 1 GiB")
      Self.append(UInt32(record.count), to: &bytes)
      Self.append(Self.checksum(record[...]), to: &bytes)
      bytes += record
    }
    do {
      try Self.write(descriptor, bytes, at: end, path)
      guard fdatasync(descriptor) == 0 else { throw FileError(path: path, operation: "write") }
    } catch {
      ftruncate(descriptor, off_t(end))
      throw error
    }
    end += bytes.count
  }

  /// The whole records of a log, and how many bytes behind them are none; nothing where there is no file.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` when the file is no log.
  public static func read(_ path: String) throws -> (records: [[UInt8]], droppedBytes: Int) {
    guard access(path, F_OK) == 0 else { return ([], 0) }
    let (records, _, dropped) = try scan(path)
    return (records, dropped)
  }

  private static func scan(_ path: String) throws -> (records: [[UInt8]], length: Int, dropped: Int) {
    let file = try MappedFile(path: path)
    return try file.withUnsafeBytes { bytes in
      // A writer may have been stopped before the name of the format was written.
      if bytes.count < magic.count, bytes.elementsEqual(magic.prefix(bytes.count)) {
        return ([], 0, bytes.count)
      }
      guard bytes.prefix(magic.count).elementsEqual(magic) else {
        throw FileFormatError(
          path: path, given: "something that is no log of changes", expected: "a log written by Shopkeeper",
          advice: "Move the file away; the model is usable without it.")
      }
      var (records, position) = ([[UInt8]](), magic.count)
      while bytes.count - position >= 8 {
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        let sum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
        guard length <= longestRecord, length <= bytes.count - position - 8 else { break }
        let record = [UInt8](bytes[position + 8..<position + 8 + length])
        guard checksum(record[...]) == sum else { break }
        records.append(record)
        position += 8 + length
      }
      return (records, position, bytes.count - position)
    }
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    UInt32(truncatingIfNeeded: bytes.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) })
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
