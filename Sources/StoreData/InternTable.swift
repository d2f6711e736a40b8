internal import Glibc
internal import Probability

/// Makes equal texts share their memory: brands, categories and query ids repeat in every line.
///
/// A direct-mapped table of fixed size: a text that is not there takes the place of another, so memory stays
/// bounded whatever is read, and a collision costs a copy of a text and nothing else.
struct InternTable<Value> {
  private var slots: [(key: String, value: Value)?]

  init(bits: Int = 14) {
    slots = Array(repeating: nil, count: 1 << bits)
  }

  /// The value made from these bytes before, or the one that `make` makes now.
  mutating func value(of bytes: UnsafeRawBufferPointer, _ make: (String) -> Value) -> Value {
    let slot = Int(truncatingIfNeeded: bytes.mixed) & (slots.count - 1)
    if var known = slots[slot], known.key.withUTF8({ bytes.holdsSame($0) }) { return known.value }
    let key = bytes.text
    let value = make(key)
    slots[slot] = (key, value)
    return value
  }
}

extension InternTable where Value == String {
  /// The text of these bytes; short ones live in the string itself and need no table.
  mutating func text(_ bytes: UnsafeRawBufferPointer) -> String {
    if bytes.count <= 15 || bytes.count > 128 { return bytes.text }
    return value(of: bytes) { $0 }
  }
}

extension UnsafeRawBufferPointer {
  /// A hash for tables of fixed size, where collisions do no harm.
  fileprivate var mixed: UInt64 {
    var hash = UInt64(count)
    var position = 0
    while position + 8 <= count {
      hash = SplitMix64.mix(hash ^ loadUnaligned(fromByteOffset: position, as: UInt64.self)) &+ 1
      position += 8
    }
    var rest: UInt64 = 0
    while position < count {
      rest = rest << 8 | UInt64(self[position])
      position += 1
    }
    return SplitMix64.mix(hash ^ rest)
  }

  fileprivate func holdsSame(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    count == other.count && (count == 0 || memcmp(baseAddress!, other.baseAddress!, count) == 0)
  }
}
