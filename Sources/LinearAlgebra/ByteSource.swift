internal import Glibc

/// Bytes that come one after the other.
protocol ByteSource: AnyObject {
  /// The file, and the member inside it.
  var place: FilePlace { get }

  /// How many bytes there are in all, as far as the file says.
  var count: Int { get }

  /// Fills the buffer as far as bytes are left; 0 at the end.
  ///
  /// - Throws: ``FileError``, ``FileFormatError``.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension ByteSource {
  /// Fills the whole buffer.
  ///
  /// - Throws: ``FileFormatError`` when the bytes end before.
  func readAll(into buffer: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < buffer.count {
      let received = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      guard received > 0 else {
        throw place.error(
          given: "an end too early", expected: "\(count) bytes",
          advice: "The file is incomplete; copy or save it again.")
      }
      filled += received
    }
  }

  /// Makes sure that nothing is left, which also lets an archive compare its checksum.
  func expectEnd() throws {
    var byte: UInt8 = 0
    let left = try withUnsafeMutableBytes(of: &byte) { try read(into: $0) }
    guard left == 0 else {
      throw place.error(
        given: "more than \(count) bytes", expected: "\(count) bytes",
        advice: "The file is altered; save it again.")
    }
  }
}

/// The bytes of a regular file.
final class FileSource: ByteSource {
  let place: FilePlace
  let count: Int
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` for a folder, pipe or device.
  init(path: String) throws {
    place = FilePlace(path: path)
    count = try regularFileSize(path)
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, operation: "open") }
  }

  deinit { close(descriptor) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw FileError(path: place.path, operation: "read") }
    }
  }
}

/// The size of a file that is neither a folder nor a pipe nor a device; asked before it is opened, since opening
/// a pipe waits for its writer.
///
/// - Throws: ``FileError``; ``FileFormatError``.
func regularFileSize(_ path: String) throws -> Int {
  var status = stat()
  guard stat(path, &status) == 0 else { throw FileError(path: path, operation: "open") }
  guard status.st_mode & S_IFMT == S_IFREG else {
    throw FileFormatError(
      path: path, given: "something that is not a regular file", expected: "a file",
      advice: "Name the file itself.")
  }
  return Int(status.st_size)
}
