/// A 64-bit hash of bytes: multiply-and-fold over words of eight bytes.
///
/// The same on every machine, as archives store tables that are addressed by it.
enum ByteHash {
  @inline(__always)
  static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let count = bytes.count
    guard count > 0, let start = UnsafeRawPointer(bytes.baseAddress) else {
      return mix(0x9E37_79B9_7F4A_7C15, 1)
    }
    var state = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    if count >= 8 {
      var offset = 0
      while offset + 8 <= count {
        state = mix(state ^ word(start + offset), 0xA076_1D64_78BD_642F)
        offset += 8
      }
      return mix(state ^ word(start + count - 8), 0xE703_7ED1_A0B4_28DB)
    }
    var tail: UInt64 = 0
    if count >= 4 {
      tail = UInt64(half(start)) << 32 | UInt64(half(start + count - 4))
    } else {
      let bytes = start.assumingMemoryBound(to: UInt8.self)
      tail = UInt64(bytes[0]) << 16 | UInt64(bytes[count >> 1]) << 8 | UInt64(bytes[count - 1])
    }
    return mix(state ^ tail, 0xE703_7ED1_A0B4_28DB)
  }

  @inline(__always)
  private static func word(_ pointer: UnsafeRawPointer) -> UInt64 {
    UInt64(littleEndian: pointer.loadUnaligned(as: UInt64.self))
  }

  @inline(__always)
  private static func half(_ pointer: UnsafeRawPointer) -> UInt32 {
    UInt32(littleEndian: pointer.loadUnaligned(as: UInt32.self))
  }

  @inline(__always)
  static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low ^ (a >> 32)
  }
}
