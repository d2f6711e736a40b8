internal import CZlib
internal import LinearAlgebra

/// Unpacks gzip as it streams by: one member after the other, as `gzip` and `cat a.gz b.gz` write them.
final class Inflater {
  private let name: String
  private var stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let packed = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
  private var state = State.member

  private enum State {
    case member
    /// Between two members, or behind the last.
    case between
    case end
  }

  init(name: String) {
    self.name = name
    stream.initialize(to: z_stream())
    // 16: a gzip header is required; it fails only without memory, which inflate then reports.
    inflateInit2_(stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    packed.deallocate()
  }

  /// Fills some of `buffer` from packed bytes that `read` delivers; 0 at the end of the last member.
  func inflate(
    into buffer: UnsafeMutableRawBufferPointer, from read: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws -> Int {
    guard !buffer.isEmpty else { return 0 }
    while state != .end {
      if stream.pointee.avail_in == 0 {
        let got = try read(packed)
        stream.pointee.next_in = packed.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(got)
        if got == 0 {
          guard state == .between else { throw damaged("a gzip file that is cut off") }
          state = .end
          break
        }
      }
      if state == .between, try !startNextMember() { continue }
      stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(min(buffer.count, 1 << 30))
      let room = stream.pointee.avail_out
      let result = CZlib.inflate(stream, Z_NO_FLUSH)
      if result == Z_STREAM_END { state = .between }
      guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else {
        throw damaged("gzip data that is altered")
      }
      let made = Int(room - stream.pointee.avail_out)
      if made > 0 { return made }
    }
    return 0
  }

  /// Skips the zeros that tapes and block devices leave behind a member; false when only zeros were there.
  private func startNextMember() throws -> Bool {
    while stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 {
      stream.pointee.next_in += 1
      stream.pointee.avail_in -= 1
    }
    guard stream.pointee.avail_in > 0 else { return false }
    guard stream.pointee.next_in.pointee == 0x1F else { throw damaged("other bytes behind the gzip data") }
    inflateReset(stream)
    state = .member
    return true
  }

  private func damaged(_ given: String) -> FileFormatError {
    FileFormatError(
      path: name, given: given, expected: "a whole gzip file", advice: "Fetch or pack the file again.")
  }
}

/// CRC-32 over bytes that come in pieces.
struct RunningChecksum {
  private var value: UInt = 0

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    value = crc32_z(value, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
