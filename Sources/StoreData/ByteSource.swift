internal import Glibc
internal import LinearAlgebra

/// Bytes from outside, in order and once: a file, standard input or memory; gzip is unpacked on the way.
///
///     let source = try ByteSource(path: "products.jsonl.gz")     // "-" is standard input
///     let (catalogue, report) = try Catalogue.read(from: source)
///
/// Nothing is read ahead beyond a buffer of fixed size, so a small file that unpacks to an enormous one costs
/// time but no memory. A source belongs to one reader.
public final class ByteSource {
  /// The path as given; "-" for standard input.
  public let name: String

  /// How many unpacked bytes were taken so far.
  public private(set) var count = 0

  private let origin: Origin
  private var inflater: Inflater?
  private var checksum = RunningChecksum()

  private enum Origin {
    case descriptor(Int32, owned: Bool)
    case memory(MemoryBytes)
  }

  /// Opens a file, or standard input for "-".
  ///
  /// - Throws: ``FileError`` when it cannot be opened or read; ``FileFormatError`` when it is called `.gz` and is
  ///   not gzip.
  public convenience init(path: String) throws {
    if path == "-" {
      try self.init(name: path, origin: .descriptor(STDIN_FILENO, owned: false))
    } else {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileError(path: path, operation: "open") }
      try self.init(name: path, origin: .descriptor(descriptor, owned: true))
    }
  }

  /// Reads bytes in memory under a name that errors mention.
  ///
  /// - Throws: ``FileFormatError`` when the name ends in `.gz` and the bytes are not gzip.
  public convenience init(bytes: [UInt8], name: String) throws {
    try self.init(name: name, origin: .memory(MemoryBytes(bytes)))
  }

  private init(name: String, origin: Origin) throws {
    self.name = name
    self.origin = origin
    // Two bytes tell gzip from text; they are handed to the inflater or given back by `pending`.
    while pending.count < 2, try fill(2 - pending.count) {}
    if pending == [0x1F, 0x8B] {
      inflater = Inflater(name: name)
    } else if name.hasSuffix(".gz") {
      throw FileFormatError(
        path: name, given: pending.isEmpty ? "an empty file" : "bytes that are not gzip",
        expected: "a gzip file",
        advice: "Fetch the file again, or drop .gz from its name when it is plain text.")
    }
  }

  deinit {
    if case .descriptor(let descriptor, owned: true) = origin { close(descriptor) }
  }

  /// The first bytes while they were read for a look and not yet delivered.
  private var pending: [UInt8] = []

  /// Unpacked bytes that were looked at and not yet delivered.
  private var ahead: [UInt8] = []

  private func fill(_ wanted: Int) throws -> Bool {
    var bytes = [UInt8](repeating: 0, count: wanted)
    let got = try bytes.withUnsafeMutableBytes { try readRaw(into: $0) }
    pending.append(contentsOf: bytes[..<got])
    return got > 0
  }

  /// Reads at least one byte into `buffer`; 0 means that the end is reached.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` when gzip is cut off or altered.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var got = min(ahead.count, buffer.count)
    if got > 0 {
      buffer.copyBytes(from: ahead[..<got])
      ahead.removeFirst(got)
    } else {
      got = try unpack(into: buffer)
    }
    checksum.add(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
    count += got
    return got
  }

  private func unpack(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try inflater?.inflate(into: buffer, from: readStored) ?? readStored(into: buffer)
  }

  /// A short name for the bytes taken so far, unpacked: equal bytes give equal names, also packed differently.
  ///
  /// For noticing that a model was trained on other data, not against forgery (CRC-32 and the length).
  public var fingerprint: String { "crc32:\(checksum.hexadecimal)-\(count)" }

  /// The first byte that is neither white space nor part of a byte order mark; nil when there is none within the
  /// first 64 KiB. What was looked at is still delivered.
  func firstVisibleByte() throws -> UInt8? {
    try look { $0.first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) } }
  }

  /// The separator that the first line, the header, has most of: comma, semicolon or tab.
  func separatorOfFirstLine() throws -> UInt8 {
    let line = try look { seen in seen.firstIndex(of: 0x0A).map { Array(seen[..<$0]) } } ?? ahead
    let counts = [0x2C, 0x09, 0x3B].map { byte in (byte: UInt8(byte), count: line.count { $0 == byte }) }
    return counts.reduce(counts[0]) { $1.count > $0.count ? $1 : $0 }.byte
  }

  /// Reads ahead until `find` finds something or 64 KiB are seen.
  private func look<Result>(_ find: ([UInt8]) -> Result?) throws -> Result? {
    while true {
      if let result = find(ahead) { return result }
      guard ahead.count < 1 << 16 else { return nil }
      var more = [UInt8](repeating: 0, count: 1 << 12)
      let got = try more.withUnsafeMutableBytes { try unpack(into: $0) }
      guard got > 0 else { return nil }
      ahead.append(contentsOf: more[..<got])
    }
  }

  /// Bytes as they are stored, the pending ones first.
  private func readStored(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard !pending.isEmpty else { return try readRaw(into: buffer) }
    let taken = min(pending.count, buffer.count)
    buffer.copyBytes(from: pending[..<taken])
    pending.removeFirst(taken)
    return taken
  }

  private func readRaw(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    switch origin {
    case .memory(let memory): return memory.read(into: buffer)
    case .descriptor(let descriptor, _):
      while true {
        let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if got >= 0 { return got }
        if errno != EINTR { throw FileError(path: name, operation: "read") }
      }
    }
  }
}

/// An array with a position.
private final class MemoryBytes {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let taken = min(buffer.count, bytes.count - position)
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + taken]))
    }
    position += taken
    return taken
  }
}
