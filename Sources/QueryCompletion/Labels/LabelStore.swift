internal import LinearAlgebra

/// Suggestions sorted by the bytes of their keys, so that those that begin with a prefix are one interval.
///
/// Keys are front-coded in blocks of 16: the first one whole, each other one as the length it shares with the one before
/// and the rest. A text that is shown differently from its key lies beside it.
struct LabelStore: Sendable, Equatable {
  /// Where each block begins in `bytes`; one more entry closes the last one.
  let blocks: StoredArray<UInt32>
  let bytes: StoredArray<UInt8>
  /// Labels whose surface is not their key, ascending.
  let patched: StoredArray<Int32>
  /// Where their surfaces begin in `surfaces`; one more entry closes the last one.
  let surfaceOffsets: StoredArray<UInt32>
  let surfaces: StoredArray<UInt8>
  /// Number of labels.
  let count: Int

  /// Labels of a block.
  static let blockSize = 16

  /// Stores distinct keys, ascending by their bytes, each with what is shown for it.
  init(sorted labels: [(key: [UInt8], surface: [UInt8])]) {
    var (blocks, bytes) = ([UInt32](), [UInt8]())
    var (patched, offsets, surfaces) = ([Int32](), [UInt32(0)], [UInt8]())
    var previous: [UInt8] = []
    for (id, label) in labels.enumerated() {
      if id.isMultiple(of: Self.blockSize) {
        blocks.append(UInt32(bytes.count))
        previous = []
      }
      let shared = zip(previous, label.key).prefix { $0 == $1 }.count
      if !id.isMultiple(of: Self.blockSize) { Self.append(shared, to: &bytes) }
      Self.append(label.key.count - shared, to: &bytes)
      bytes += label.key[shared...]
      previous = label.key
      if label.surface != label.key {
        patched.append(Int32(id))
        surfaces += label.surface
        offsets.append(UInt32(surfaces.count))
      }
    }
    blocks.append(UInt32(bytes.count))
    self.init(
      blocks: StoredArray(blocks), bytes: StoredArray(bytes), patched: StoredArray(patched),
      surfaceOffsets: StoredArray(offsets), surfaces: StoredArray(surfaces), count: labels.count)
  }

  init(
    blocks: StoredArray<UInt32>, bytes: StoredArray<UInt8>, patched: StoredArray<Int32>,
    surfaceOffsets: StoredArray<UInt32>, surfaces: StoredArray<UInt8>, count: Int
  ) {
    (self.blocks, self.bytes, self.patched) = (blocks, bytes, patched)
    (self.surfaceOffsets, self.surfaces, self.count) = (surfaceOffsets, surfaces, count)
  }

  /// Bytes of all parts.
  var byteCount: Int {
    4 * blocks.count + bytes.count + 4 * patched.count + 4 * surfaceOffsets.count + surfaces.count
  }

  /// The labels whose keys begin with `prefix`.
  ///
  /// - Complexity: O(log(L) · length)
  func interval(of prefix: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    if prefix.isEmpty { return 0..<count }
    let low = lowerBound(prefix, passesPrefixed: false)
    return low..<max(low, lowerBound(prefix, passesPrefixed: true))
  }

  /// The labels whose keys begin with `prefix`.
  func interval(of prefix: [UInt8]) -> Range<Int> { prefix.withUnsafeBufferPointer { interval(of: $0) } }

  /// The label of a key; nil where there is none.
  func label(of key: [UInt8]) -> Int? {
    key.withUnsafeBufferPointer { key in
      let place = lowerBound(key, passesPrefixed: false)
      guard place < count else { return nil }
      return withKey(of: place) { $0.elementsEqual(key) } ? place : nil
    }
  }

  /// Calls `body` with the key of a label.
  func withKey<Result>(of label: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.longestKey) { buffer in
      var cursor = KeyCursor(self, block: label / Self.blockSize, buffer: buffer)
      for _ in 0...label % Self.blockSize { cursor.advance() }
      return body(UnsafeBufferPointer(rebasing: buffer[..<cursor.length]))
    }
  }

  /// The key of a label.
  func key(of label: Int) -> [UInt8] { withKey(of: label) { Array($0) } }

  /// What is shown for a label.
  func surface(of label: Int) -> String {
    guard let place = patched.position(of: Int32(label)) else {
      return withKey(of: label) { String(decoding: $0, as: UTF8.self) }
    }
    let (start, end) = (Int(surfaceOffsets[place]), Int(surfaceOffsets[place + 1]))
    guard start <= end, end <= surfaces.count else { return "" }
    return surfaces.withUnsafeBufferPointer {
      String(decoding: UnsafeBufferPointer(rebasing: $0[start..<end]), as: UTF8.self)
    }
  }

  /// The longest key in bytes; a stored one that claims more is cut.
  static let longestKey = 1024

  /// The first label whose key is not below `prefix`; or, passing those that begin with it, the first one behind them.
  private func lowerBound(_ prefix: UnsafeBufferPointer<UInt8>, passesPrefixed: Bool) -> Int {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.longestKey) { buffer in
      var (low, high) = (0, max(0, blocks.count - 1))
      // The last block whose first key is below the bound.
      while low < high {
        let middle = (low + high) / 2
        var cursor = KeyCursor(self, block: middle, buffer: buffer)
        cursor.advance()
        if cursor.isBelow(prefix, passesPrefixed: passesPrefixed) { low = middle + 1 } else { high = middle }
      }
      guard low > 0 else { return 0 }
      var cursor = KeyCursor(self, block: low - 1, buffer: buffer)
      let first = (low - 1) * Self.blockSize
      for offset in 0..<min(Self.blockSize, count - first) {
        cursor.advance()
        if !cursor.isBelow(prefix, passesPrefixed: passesPrefixed) { return first + offset }
      }
      return min(count, first + Self.blockSize)
    }
  }

  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// Reads the keys of one block, one after the other.
struct KeyCursor {
  private let bytes: UnsafePointer<UInt8>
  private let end: Int
  private var position: Int
  private var isFirst = true
  private let buffer: UnsafeMutableBufferPointer<UInt8>

  /// Bytes of the present key.
  private(set) var length = 0

  /// How many bytes the present key shares with the one before; 0 for the first one.
  private(set) var shared = 0

  init(_ store: LabelStore, block: Int, buffer: UnsafeMutableBufferPointer<UInt8>) {
    bytes = store.bytes.unsafeBaseAddress
    position = Int(store.blocks[block])
    end = store.bytes.count
    self.buffer = buffer
  }

  /// Goes to the next key; bytes that make no sense give shorter keys, never a read outside.
  mutating func advance() {
    shared = isFirst ? 0 : min(number(), length)
    isFirst = false
    let rest = min(number(), buffer.count - shared, end - position)
    if rest > 0 {
      (buffer.baseAddress! + shared).update(from: bytes + position, count: rest)
      position += rest
    }
    length = shared + max(0, rest)
  }

  /// Whether the present key sorts before `prefix`, or begins with it where those are passed.
  func isBelow(_ prefix: UnsafeBufferPointer<UInt8>, passesPrefixed: Bool) -> Bool {
    let common = min(length, prefix.count)
    for i in 0..<common where buffer[i] != prefix[i] { return buffer[i] < prefix[i] }
    return length < prefix.count || passesPrefixed
  }

  private mutating func number() -> Int {
    var (value, shift) = (0, 0)
    while position < end, shift < 28 {
      let byte = bytes[position]
      position += 1
      value |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return value
  }
}

extension StoredArray<Int32> {
  /// Where an element of the ascending array is.
  func position(of element: Int32) -> Int? {
    let place = partition(below: element, in: indices)
    return place < count && self[place] == element ? place : nil
  }

  /// The first place of `range` whose element is not below `bound`.
  func partition(below bound: Int32, in range: Range<Int>) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    let base = unsafeBaseAddress
    while low < high {
      let middle = (low + high) / 2
      if base[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
