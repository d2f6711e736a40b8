internal import CZlib

/// Packs bytes as gzip as they stream by; equal bytes give equal files, since no time or name is stored.
final class Deflater {
  private var stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let packed = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

  init() {
    stream.initialize(to: z_stream())
    deflateInit2_(
      stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
    packed.deallocate()
  }

  /// Packs all of `bytes` and hands on what is ready; the last call completes the file.
  func deflate(
    _ bytes: UnsafeRawBufferPointer, last: Bool, _ store: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // zlib does not write through this pointer; its type is older than const.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(bytes.count)
    repeat {
      stream.pointee.next_out = packed.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(packed.count)
      CZlib.deflate(stream, last ? Z_FINISH : Z_NO_FLUSH)
      try store(UnsafeRawBufferPointer(rebasing: packed[..<(packed.count - Int(stream.pointee.avail_out))]))
    } while stream.pointee.avail_out == 0
  }
}
