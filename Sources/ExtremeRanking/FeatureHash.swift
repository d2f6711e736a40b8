/// The bijective hash by which chunks find features: multiplication by an odd constant modulo 2^bits.
///
/// D. Knuth, The Art of Computer Programming 3, section 6.4 (Fibonacci hashing); `inverse` undoes it.
struct FeatureHash: Sendable, Equatable {
  let bits: Int
  private let multiplier: UInt32
  private let reciprocal: UInt32
  private let mask: UInt32

  /// The hash for features 0..<`featureCount`.
  init(featureCount: Int) {
    bits = max(1, Int.bitWidth - max(0, featureCount - 1).leadingZeroBitCount)
    mask = UInt32((UInt64(1) << UInt64(bits)) - 1)
    multiplier = (UInt32(truncatingIfNeeded: 0x9E37_79B9_7F4A_7C15 as UInt64 >> UInt64(64 - bits)) | 1) & mask
    // Newton's iteration doubles the right bits of a reciprocal modulo a power of two; an odd number is its own
    // reciprocal modulo 8.
    var inverse = multiplier
    for _ in 0..<4 { inverse = inverse &* (2 &- multiplier &* inverse) }
    reciprocal = inverse & mask
  }

  func key(_ feature: Int32) -> UInt32 { UInt32(bitPattern: feature) &* multiplier & mask }

  func feature(_ key: UInt32) -> Int32 { Int32(bitPattern: key &* reciprocal & mask) }
}
