internal import Glibc
internal import LinearAlgebra

/// A file being written: plain, gzip when its name ends in `.gz`, or standard output for "-".
///
/// The bytes go to a file beside it that takes its name in ``finish()``; without that nothing is left behind.
///
///     let sink = try ByteSink(path: "queries.tsv.gz")
///     try sink.write("q1\tcordless drill\n")
///     try sink.finish()
public final class ByteSink {
  /// The path as given; "-" for standard output.
  public let name: String

  /// Writes JSON into the buffer; a record ends with `endLine()`.
  var json = JSONText()

  private let descriptor: Int32
  private let aside: String?
  private var deflater: Deflater?
  private var isOpen = true

  /// Starts a file.
  ///
  /// - Throws: ``FileError`` when it cannot be created.
  public init(path: String) throws {
    name = path
    if path == "-" {
      aside = nil
      descriptor = STDOUT_FILENO
    } else {
      let beside = "\(path).partial-\(getpid())"
      descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw FileError(path: path, operation: "create") }
      aside = beside
    }
    if path.hasSuffix(".gz") { deflater = Deflater() }
  }

  deinit {
    if isOpen, let aside {
      close(descriptor)
      unlink(aside)
    }
  }

  /// Appends text as it is.
  ///
  /// - Throws: ``FileError``.
  public func write(_ text: String) throws {
    json.append(text)
    try flushIfLarge()
  }

  /// Ends a line that was built in `json`.
  func endLine() throws {
    json.bytes.append(0x0A)
    try flushIfLarge()
  }

  /// Writes what is buffered and puts the file in its place.
  ///
  /// - Throws: ``FileError``; nothing is left behind then.
  public func finish() throws {
    guard isOpen else { return }
    try flush(last: true)
    guard let aside else { return isOpen = false }
    isOpen = false
    let synchronised = fsync(descriptor)
    let code = errno
    close(descriptor)
    guard synchronised == 0, rename(aside, name) == 0 else {
      let code = synchronised == 0 ? errno : code
      unlink(aside)
      throw FileError(path: name, operation: "write", code: code)
    }
  }

  private func flushIfLarge() throws {
    if json.bytes.count >= 1 << 18 { try flush(last: false) }
  }

  private func flush(last: Bool) throws {
    defer { json.bytes.removeAll(keepingCapacity: true) }
    try json.bytes.withUnsafeBytes { bytes in
      if let deflater {
        try deflater.deflate(bytes, last: last) { try store($0) }
      } else {
        try store(bytes)
      }
    }
  }

  private func store(_ bytes: UnsafeRawBufferPointer) throws {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(path: name, operation: "write") }
      written += count
    }
  }
}
