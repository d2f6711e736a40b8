internal import Glibc

/// Writes a new file and makes sure it is on disk.
///
/// - Throws: ``FileError``.
package func writeFile(_ path: String, _ pieces: [UnsafeRawBufferPointer]) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw FileError(path: path, operation: "create") }
  defer { close(descriptor) }
  for bytes in pieces {
    var written = 0
    while written < bytes.count {
      let count = write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(path: path, operation: "write") }
      written += count
    }
  }
  guard fsync(descriptor) == 0 else { throw FileError(path: path, operation: "write") }
}

/// Writes a file aside and renames it to `path`.
///
/// - Throws: ``FileError``; what was at `path` is then untouched.
package func replaceFile(_ path: String, with pieces: [UnsafeRawBufferPointer]) throws {
  let aside = "\(path).partial-\(getpid())"
  do {
    try writeFile(aside, pieces)
    guard rename(aside, path) == 0 else { throw FileError(path: path, operation: "replace") }
  } catch {
    unlink(aside)
    throw error
  }
}
