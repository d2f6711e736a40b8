internal import Glibc

/// A file mapped read-only into memory.
///
/// Pages are read when they are touched, so opening costs microseconds whatever the size.
public final class MappedFile: ByteOwner, @unchecked Sendable {
  // @unchecked: the mapping is read-only and lives as long as the object.

  /// Where the file is.
  public let path: String

  /// Length in bytes.
  public let count: Int

  let bytes: UnsafeRawBufferPointer

  /// Maps the file at `path`.
  ///
  /// - Throws: ``FileError`` when it cannot be opened or mapped.
  public init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, operation: "open") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, operation: "inspect") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileFormatError(
        path: path, given: "something that is not a regular file", expected: "a file",
        advice: "Name the file itself.")
    }
    self.path = path
    count = Int(status.st_size)
    if count == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    } else {
      guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED
      else {
        throw FileError(path: path, operation: "map")
      }
      bytes = UnsafeRawBufferPointer(start: address, count: count)
    }
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), count) }
  }

  /// Calls `body` with all bytes of the file.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(bytes)
  }
}
