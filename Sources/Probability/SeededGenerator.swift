/// A fast, seeded random number generator (xoshiro256++) with independent streams.
///
/// The same seed gives the same numbers on every machine. Work that runs in parallel takes one stream for each
/// unit of work, numbered by the unit, so results do not depend on threads.
///
///     var generator = SeededGenerator(seed: 7)
///     var ofNodeThree = SeededGenerator(seed: 7, stream: 3)
///     let u = Double.random(in: 0..<1, using: &generator)
///
/// D. Blackman, S. Vigna: "Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47(4), 2021; the state is
/// filled by SplitMix64 as its authors advise.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Creates the generator of a seed, or one of its streams.
  public init(seed: UInt64, stream: UInt64 = 0) {
    var source = SplitMix64(state: seed &+ SplitMix64.mix(stream &* 0x9E37_79B9_7F4A_7C15))
    state = (source.next(), source.next(), source.next(), source.next())
  }

  /// The next 64 random bits.
  ///
  /// - Complexity: O(1)
  public mutating func next() -> UInt64 {
    let sum = state.0 &+ state.3
    let result = (sum << 23 | sum >> 41) &+ state.0
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = state.3 << 45 | state.3 >> 19
    return result
  }

  /// A number in 0..<1 with 53 random bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// An integer in 0..<`bound` without bias (D. Lemire, ACM TOMACS 29(1), 2019).
  ///
  /// - Precondition: `bound` > 0.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "bound is positive")
    let width = UInt64(bound)
    var product = next().multipliedFullWidth(by: width)
    if product.low < width {
      let threshold = (0 &- width) % width
      while product.low < threshold { product = next().multipliedFullWidth(by: width) }
    }
    return Int(product.high)
  }
}

/// Sebastiano Vigna's SplitMix64: one multiplication-mix a number, good for seeding and for hashing integers.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts at a state.
  public init(state: UInt64) {
    self.state = state
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// The finalizer: a bijection of 64-bit integers that spreads every bit.
  public static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
