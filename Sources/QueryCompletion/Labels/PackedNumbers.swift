internal import LinearAlgebra

/// Numbers below 2^24 in three bytes each.
struct PackedNumbers: Sendable, Equatable {
  /// Three bytes a number, the lowest one first, and one byte more, so that four can be read at once.
  let bytes: StoredArray<UInt8>

  /// Numbers are smaller than this.
  static let limit = 1 << 24

  init(_ numbers: [Int32]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * numbers.count + 1)
    for number in numbers {
      precondition(number >= 0 && number < Self.limit, "at most 16,777,215")
      for shift: Int32 in [0, 8, 16] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
    bytes.append(0)
    self.bytes = StoredArray(bytes)
  }

  /// Takes bytes as they were written; nil where their number cannot be right.
  init?(bytes: StoredArray<UInt8>) {
    guard bytes.count % 3 == 1 else { return nil }
    self.bytes = bytes
  }

  /// How many there are.
  var count: Int { bytes.count / 3 }

  @inline(__always)
  subscript(place: Int) -> Int32 {
    let raw = UnsafeRawPointer(bytes.unsafeBaseAddress)
    return Int32(
      bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 3 * place, as: UInt32.self))
        & 0xFF_FFFF)
  }

  /// The first place of `range` whose number is not below `bound`, where the range ascends.
  func partition(below bound: Int32, in range: Range<Int>) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
