internal import Glibc
internal import LinearAlgebra
internal import Synchronization

/// A buffered stream of text to a file descriptor.
///
/// A reader that went away (`shopkeeper ... | head`) is a ``BrokenPipe``, which ends the program quietly; the
/// process must ignore SIGPIPE.
final class TextOutput: Sendable {
  private let descriptor: Int32
  private let name: String
  private let buffer = Mutex<[UInt8]>([])

  /// Whether it is a terminal.
  let isTerminal: Bool

  /// Creates a stream; `name` stands for it in errors.
  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
    isTerminal = isatty(descriptor) == 1
  }

  /// The columns of the terminal, 80 where that is unknown.
  var columns: Int {
    var size = winsize()
    guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes text; on a terminal at once, elsewhere when enough has come together.
  ///
  /// - Throws: ``BrokenPipe`` or `FileError`.
  func write(_ text: String) throws {
    try buffer.withLock { buffer in
      buffer.append(contentsOf: text.utf8)
      if isTerminal || buffer.count >= 1 << 16 { try drain(&buffer) }
    }
  }

  /// Writes what is held back.
  ///
  /// - Throws: ``BrokenPipe`` or `FileError`.
  func flush() throws {
    try buffer.withLock { try drain(&$0) }
  }

  private func drain(_ buffer: inout [UInt8]) throws {
    // What cannot be written is dropped: the error is reported once.
    defer { buffer.removeAll(keepingCapacity: true) }
    try buffer.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
        if count >= 0 {
          written += count
        } else if errno == EAGAIN {
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&waiting, 1, -1)
        } else if errno == EPIPE {
          throw BrokenPipe()
        } else if errno != EINTR {
          throw FileError(path: name, operation: "write")
        }
      }
    }
  }
}

/// Nobody reads the output any more.
struct BrokenPipe: Error {}
