internal import Learning
internal import LinearAlgebra

/// An immutable map from 64-bit keys to 64-bit values in one array that is mapped from a file as it lies.
///
/// Keys are exact, so two sequences never share an entry whatever their hashes.
struct KeyTable: Sendable {
  /// Key and value alternately; a free slot has the key ``free``. The number of slots is a power of two.
  let slots: StoredArray<UInt64>
  private let shift: UInt64
  private let hashMask: UInt64

  /// The key of a free slot, which no gram has.
  static let free = UInt64.max

  /// Builds the table of distinct keys.
  init(keys: [UInt64], values: [UInt64], hashMask: UInt64 = .max) {
    var capacity = 4
    while 3 * capacity < 4 * keys.count + 4 { capacity *= 2 }
    var slots = [UInt64](repeating: Self.free, count: 2 * capacity)
    let shift = UInt64(64 - capacity.trailingZeroBitCount)
    for i in keys.indices {
      var position = Int((Self.hash(keys[i]) & hashMask) >> shift)
      while slots[2 * position] != Self.free { position = (position + 1) & (capacity - 1) }
      slots[2 * position] = keys[i]
      slots[2 * position + 1] = values[i]
    }
    self.slots = StoredArray(slots)
    self.shift = shift
    self.hashMask = hashMask
  }

  /// Takes a table as it was written.
  ///
  /// - Throws: `FileFormatError` when the number of slots is no power of two.
  init(slots: StoredArray<UInt64>, path: String, place: String) throws {
    let capacity = slots.count / 2
    guard slots.count.isMultiple(of: 2), capacity >= 2, capacity & (capacity - 1) == 0 else {
      throw FileFormatError(
        path: path, place: place, given: "\(slots.count) numbers", expected: "twice a power of two",
        advice: "The model is altered; train or import it again.")
    }
    self.slots = slots
    shift = UInt64(64 - capacity.trailingZeroBitCount)
    hashMask = .max
  }

  /// The value of a key, or ``free`` where the table lacks the key.
  @inline(__always)
  func value(of key: UInt64) -> UInt64 {
    let slots = slots.unsafeBaseAddress
    let mask = self.slots.count / 2 - 1
    var position = Int(truncatingIfNeeded: (Self.hash(key) & hashMask) >> shift)
    // A table from outside may have no free slot, so that the search is bounded.
    for _ in 0...mask {
      let found = slots[2 * position]
      if found == key { return slots[2 * position + 1] }
      if found == Self.free { break }
      position = (position + 1) & mask
    }
    return Self.free
  }

  @inline(__always)
  static func hash(_ key: UInt64) -> UInt64 {
    (key ^ key >> 32) &* 0x9E37_79B9_7F4A_7C15
  }

  /// The same map in a table that uses only some bits of the hashes.
  func rehashed(_ hashMask: UInt64) -> KeyTable {
    var (keys, values): ([UInt64], [UInt64]) = ([], [])
    for position in 0..<slots.count / 2 where slots[2 * position] != Self.free {
      keys.append(slots[2 * position])
      values.append(slots[2 * position + 1])
    }
    return KeyTable(keys: keys, values: values, hashMask: hashMask)
  }
}
