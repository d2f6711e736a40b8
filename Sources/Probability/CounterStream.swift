internal import Glibc

/// Random numbers by position: number i of a stream is a function of the stream's key and i alone.
///
/// Decision n of a log, row i of a resample or draw k of a simulation can be had without those before it, in any
/// order, in any language.
///
///     let rewards = CounterStream("BOOT", seed: 7)
///     rewards.uniform(12)            // the thirteenth number, whatever was asked before
///
/// G. L. Steele, D. Lea, C. H. Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014 (the mixing function,
/// here of an explicit counter).
public struct CounterStream: Sendable, Equatable {
  /// Where the counter starts.
  public let key: UInt64

  /// The stream of a key.
  @inlinable
  public init(key: UInt64) {
    self.key = key
  }

  /// The stream of a purpose, four ASCII letters, and the low 32 bits of a seed.
  ///
  /// - Precondition: `purpose` is four ASCII letters.
  public init(_ purpose: StaticString, seed: UInt64) {
    precondition(purpose.utf8CodeUnitCount == 4 && purpose.isASCII, "a purpose is four letters")
    let tag = purpose.withUTF8Buffer { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
    key = CounterStream(key: tag << 32 | seed & 0xFFFF_FFFF).bits(0)
  }

  /// 64 random bits.
  @inlinable
  public func bits(_ position: UInt64) -> UInt64 {
    var z = key &+ position &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in 0..<1 with 53 random bits.
  @inlinable
  public func uniform(_ position: UInt64) -> Double {
    Double(bits(position) >> 11) * 0x1p-53
  }

  /// A number of the standard normal distribution from the uniform numbers 2 i and 2 i + 1.
  ///
  /// G. E. P. Box, M. E. Muller, Annals of Mathematical Statistics 29(2), 1958; half a unit keeps the logarithm finite.
  public func normal(_ position: UInt64) -> Double {
    let (first, second) = (uniform(2 &* position), uniform(2 &* position &+ 1))
    return (-2 * log(first + 0x1p-54)).squareRoot() * cos(2 * Double.pi * second)
  }
}
