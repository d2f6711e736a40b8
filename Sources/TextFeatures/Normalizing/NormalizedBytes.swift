/// Normalised bytes, with the range of the original for each byte when that is asked for.
struct NormalizedBytes: ~Copyable {
  private(set) var bytes = ScratchBuffer<UInt8>(capacity: 256)
  private var starts = ScratchBuffer<UInt32>()
  private var ends = ScratchBuffer<UInt32>()

  /// Whether ranges are recorded; costs nothing while it is off.
  private(set) var recordsRanges = false

  var count: Int { bytes.count }
  var base: UnsafeMutablePointer<UInt8> { bytes.base }

  /// Empties the buffer.
  mutating func removeAll(recordingRanges: Bool) {
    bytes.count = 0
    recordsRanges = recordingRanges
  }

  /// Makes room for `needed` bytes in all.
  @inline(__always)
  mutating func reserve(_ needed: Int) {
    bytes.reserve(needed)
    if recordsRanges {
      starts.count = count
      ends.count = count
      starts.reserve(needed)
      ends.reserve(needed)
    }
  }

  /// Appends a byte into room that was reserved.
  @inline(__always)
  mutating func append(_ byte: UInt8, from start: Int, to end: Int) {
    bytes[bytes.count] = byte
    if recordsRanges {
      starts[bytes.count] = UInt32(truncatingIfNeeded: start)
      ends[bytes.count] = UInt32(truncatingIfNeeded: end)
    }
    bytes.count += 1
  }

  /// Says that `count` bytes were written behind the last one in order of the original from `start` on.
  @inline(__always)
  mutating func extend(by count: Int, from start: Int) {
    if recordsRanges {
      for i in 0..<count {
        starts[bytes.count + i] = UInt32(truncatingIfNeeded: start + i)
        ends[bytes.count + i] = UInt32(truncatingIfNeeded: start + i + 1)
      }
    }
    bytes.count += count
  }

  /// Lets the last byte stand for the original up to `end`.
  @inline(__always)
  mutating func extendLast(to end: Int) {
    if recordsRanges, count > 0 { ends[count - 1] = UInt32(truncatingIfNeeded: end) }
  }

  /// Appends a scalar as UTF-8 into room that was reserved.
  mutating func append(scalar: UInt32, from start: Int, to end: Int) {
    switch scalar {
    case 0..<0x80:
      append(UInt8(truncatingIfNeeded: scalar), from: start, to: end)
    case 0x80..<0x800:
      append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6), from: start, to: end)
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F), from: start, to: end)
    case 0x800..<0x10000:
      append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12), from: start, to: end)
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F), from: start, to: end)
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F), from: start, to: end)
    default:
      append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18), from: start, to: end)
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F), from: start, to: end)
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F), from: start, to: end)
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F), from: start, to: end)
    }
  }

  /// Appends the bytes `range` of another buffer with their ranges, into room that was reserved.
  mutating func append(_ range: Range<Int>, of other: borrowing NormalizedBytes) {
    for i in range {
      if recordsRanges {
        append(other.bytes[i], from: Int(other.starts[i]), to: Int(other.ends[i]))
      } else {
        append(other.bytes[i], from: 0, to: 0)
      }
    }
  }

  /// Appends bytes that stand for the original of the bytes `range` of another buffer.
  mutating func append(
    _ replacement: UnsafeBufferPointer<UInt8>, for range: Range<Int>, of other: borrowing NormalizedBytes
  ) {
    let original = other.originalRange(of: range)
    for byte in replacement { append(byte, from: original.lowerBound, to: original.upperBound) }
  }

  /// Swaps the last `tail` bytes with the `length` bytes before them.
  mutating func rotate(_ length: Int, behind tail: Int) {
    let first = count - tail - length
    func rotated<T>(_ base: UnsafeMutablePointer<T>) {
      let moved = (0..<length).map { base[first + $0] }
      for i in 0..<tail { base[first + i] = base[first + length + i] }
      for i in 0..<length { base[first + tail + i] = moved[i] }
    }
    rotated(bytes.base)
    if recordsRanges {
      rotated(starts.base)
      rotated(ends.base)
    }
  }

  /// Drops the last `length` bytes and returns the start of their original.
  mutating func removeLast(_ length: Int) -> Int {
    bytes.count -= length
    return recordsRanges ? Int(starts[count]) : 0
  }

  /// The bytes of the original that the bytes `range` stand for; empty when ranges are not recorded.
  func originalRange(of range: Range<Int>) -> Range<Int> {
    guard recordsRanges, !range.isEmpty else { return 0..<0 }
    var (start, end) = (UInt32.max, UInt32(0))
    for i in range {
      start = min(start, starts[i])
      end = max(end, ends[i])
    }
    return Int(start)..<Int(end)
  }

  /// Calls `body` with bytes, starts and ends.
  func with<Result>(
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<UInt32>) -> Result
  ) -> Result {
    body(
      bytes.elements, UnsafeBufferPointer(start: starts.base, count: recordsRanges ? count : 0),
      UnsafeBufferPointer(start: ends.base, count: recordsRanges ? count : 0))
  }
}
