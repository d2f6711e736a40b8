/// Numbers 64-bit keys in the order of their first occurrence and counts the documents they occur in.
final class KeyCounter: @unchecked Sendable {
  // @unchecked: made and filled by one thread; other threads only see it after that thread has ended its work.
  @exclusivity(unchecked) private(set) var keys = ScratchBuffer<UInt64>()
  @exclusivity(unchecked) private(set) var documents = ScratchBuffer<UInt32>()
  @exclusivity(unchecked) private var lastDocument = ScratchBuffer<UInt32>()
  @exclusivity(unchecked) private var slots: [UInt32]
  @exclusivity(unchecked) private var shift: UInt64

  init() {
    slots = [UInt32](repeating: 0, count: 1 << 10)
    shift = 64 - 10
  }

  var count: Int { keys.count }

  /// The number of a key, which is added where it is new.
  @inline(__always)
  func entry(of key: UInt64) -> Int {
    let mask = slots.count - 1
    var position = Int(KeyTable.hash(key) >> shift)
    while true {
      let entry = Int(slots[position]) - 1
      if entry < 0 { break }
      if keys[entry] == key { return entry }
      position = (position + 1) & mask
    }
    keys.append(key)
    documents.append(0)
    lastDocument.append(.max)
    slots[position] = UInt32(keys.count)
    if 2 * keys.count > slots.count { grow() }
    return keys.count - 1
  }

  /// Counts a document for a key, once however often it is called for that document in a row.
  @inline(__always)
  func count(_ key: UInt64, in document: UInt32) -> Int {
    let entry = entry(of: key)
    if lastDocument[entry] != document {
      lastDocument[entry] = document
      documents[entry] += 1
    }
    return entry
  }

  /// Counts more documents for an entry.
  func add(_ count: UInt32, to entry: Int) { documents[entry] += count }

  private func grow() {
    slots = [UInt32](repeating: 0, count: 2 * slots.count)
    shift -= 1
    let mask = slots.count - 1
    for entry in 0..<keys.count {
      var position = Int(KeyTable.hash(keys[entry]) >> shift)
      while slots[position] != 0 { position = (position + 1) & mask }
      slots[position] = UInt32(entry + 1)
    }
  }
}
