internal import Learning
internal import LinearAlgebra

/// Finds the features of character trigrams; three scalars of 21 bits are one exact key.
final class TrigramTable: Sendable {
  let table: KeyTable
  /// Key of each feature.
  let keys: StoredArray<UInt64>

  /// The mark at both ends of a word.
  static let mark = UInt64(UInt8(ascii: "#"))

  var count: Int { keys.count }

  /// Numbers the keys in order.
  convenience init(keys: [UInt64]) {
    self.init(
      table: KeyTable(keys: keys, values: keys.indices.map { UInt64($0) }), keys: StoredArray(keys))
  }

  init(table: KeyTable, keys: StoredArray<UInt64>) {
    self.table = table
    self.keys = keys
  }

  /// Calls `body` with the key of each trigram of a word, from first to last.
  @inline(__always)
  static func forEachKey(of word: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Void) {
    guard word.count > 0 else { return }
    var window = mark
    var scalars = 1
    var position = 0
    while position < word.count {
      var scalar = UInt64(word[position])
      if scalar < 0x80 {
        position += 1
      } else {
        let (decoded, length) = decodeScalar(word, at: position)
        scalar = UInt64(decoded)
        position += length
      }
      window = (window << 21 | scalar) & (1 << 63 - 1)
      scalars += 1
      if scalars >= 3 { body(window) }
    }
    body((window << 21 | mark) & (1 << 63 - 1))
  }

  /// Appends the feature of every trigram of a word; returns whether there was one.
  @inline(__always)
  func find(_ word: UnsafeBufferPointer<UInt8>, into found: inout ScratchBuffer<Int32>) {
    Self.forEachKey(of: word) { key in
      let value = table.value(of: key)
      if value != KeyTable.free { found.append(Int32(truncatingIfNeeded: value)) }
    }
  }

  /// The three characters of a feature.
  func string(of feature: Int) -> String {
    var string = ""
    for shift in [42, 21, 0] as [UInt64] {
      string.unicodeScalars.append(Unicode.Scalar(UInt32(keys[feature] >> shift & 0x1F_FFFF)) ?? "\u{FFFD}")
    }
    return string
  }

  /// The same table with only some bits of the hashes in use.
  func rehashed(_ hashMask: UInt64) -> TrigramTable {
    TrigramTable(table: table.rehashed(hashMask), keys: keys)
  }

  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("table", array: table.slots)
    try writer.add("keys", array: keys)
  }

  convenience init(from archive: ModelArchive) throws {
    self.init(
      table: try KeyTable(
        slots: archive.array("table", of: UInt64.self), path: archive.path, place: "table"),
      keys: try archive.array("keys", of: UInt64.self))
  }
}
