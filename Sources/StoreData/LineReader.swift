internal import Glibc

/// Lines of text from a ``ByteSource``, each checked against a largest length.
///
/// A line ends with LF or CR LF or with the file; a byte order mark before the first line is dropped; bytes that
/// are not UTF-8 become U+FFFD.
///
///     let lines = LineReader(try ByteSource(path: "-"))
///     while let line = try lines.nextText() { print(line.number, line.text ?? "too long") }
public final class LineReader {
  /// How many bytes may be read behind a line, for parsers that read in wide steps.
  static let padding = 64

  /// What is read.
  public let source: ByteSource

  /// The longest line that is delivered, in bytes.
  public let maximumBytes: Int

  /// Number of the line delivered last, from 1.
  public private(set) var number = 0

  private var memory: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private var reachedEnd = false

  /// A line without its end; the bytes are valid until the next one is asked for.
  enum Line {
    case bytes(UnsafeRawBufferPointer)
    case tooLong
  }

  /// Starts at the first line.
  public init(_ source: ByteSource, maximumBytes: Int = 16 << 20) {
    self.source = source
    self.maximumBytes = max(1, maximumBytes)
    memory = .allocate(byteCount: (1 << 18) + Self.padding, alignment: 64)
  }

  deinit { memory.deallocate() }

  /// The next line and its number; `text` is nil when the line is longer than ``maximumBytes``.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source.
  public func nextText() throws -> (number: Int, text: String?)? {
    switch try next() {
    case nil: nil
    case .tooLong: (number, nil)
    case .bytes(let bytes): (number, String(decoding: bytes, as: UTF8.self))
    }
  }

  /// The next line, nil at the end. ``padding`` bytes behind it can be read.
  func next() throws -> Line? {
    var searched = start
    while true {
      let found = memchr(memory.baseAddress! + searched, 0x0A, end - searched)
      if let found {
        let lineEnd = UnsafeRawPointer(found) - UnsafeRawPointer(memory.baseAddress!)
        defer { start = lineEnd + 1 }
        return deliver(start..<lineEnd)
      }
      searched = end
      if end - start > maximumBytes + 1 { return try skipLine() }
      if reachedEnd {
        if start == end { return nil }
        defer { start = end }
        return deliver(start..<end)
      }
      searched -= start
      try refill()
      searched += start
    }
  }

  private func deliver(_ range: Range<Int>) -> Line {
    var range = range
    if number == 0, range.count >= 3, memory[range.lowerBound] == 0xEF, memory[range.lowerBound + 1] == 0xBB,
      memory[range.lowerBound + 2] == 0xBF
    {
      range = range.lowerBound + 3..<range.upperBound
    }
    number += 1
    if !range.isEmpty, memory[range.upperBound - 1] == 0x0D {
      range = range.lowerBound..<range.upperBound - 1
    }
    if range.count > maximumBytes { return .tooLong }
    return .bytes(UnsafeRawBufferPointer(rebasing: memory[range]))
  }

  /// Drops the rest of a line without keeping it.
  private func skipLine() throws -> Line {
    while true {
      if let found = memchr(memory.baseAddress! + start, 0x0A, end - start) {
        start = UnsafeRawPointer(found) - UnsafeRawPointer(memory.baseAddress!) + 1
        break
      }
      start = end
      if reachedEnd { break }
      try refill()
    }
    number += 1
    return .tooLong
  }

  /// Moves what is left to the front and reads behind it, into twice the memory when a line fills it.
  private func refill() throws {
    let kept = end - start
    let capacity = memory.count - Self.padding
    if kept > capacity / 2 {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 2 * capacity + Self.padding, alignment: 64)
      larger.baseAddress!.copyMemory(from: memory.baseAddress! + start, byteCount: kept)
      memory.deallocate()
      memory = larger
    } else if start > 0 {
      memmove(memory.baseAddress!, memory.baseAddress! + start, kept)
    }
    start = 0
    end = kept
    let room = UnsafeMutableRawBufferPointer(rebasing: memory[end..<memory.count - Self.padding])
    let got = try source.read(into: room)
    end += got
    reachedEnd = got == 0
  }
}
