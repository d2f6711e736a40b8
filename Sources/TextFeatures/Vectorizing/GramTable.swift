internal import Learning
internal import LinearAlgebra

/// Finds the features of token sequences.
///
/// A sequence is followed token by token: the key (node of the beginning, next token) leads to the node of the
/// longer sequence and to its feature, if it is one. The nodes of single tokens are the tokens.
final class GramTable: Sendable {
  /// Feature of each single token, or -1; empty when no single token is a feature.
  let singles: StoredArray<Int32>
  /// (node, token) to node << 32 | feature + 1.
  let longer: KeyTable
  /// Tokens of the features one behind the other.
  let tokens: StoredArray<UInt32>
  let offsets: StoredArray<UInt32>
  /// Length of the longest feature.
  let longest: Int

  /// Number of features.
  var count: Int { offsets.count - 1 }

  /// Builds the table of features in order.
  ///
  /// - Parameters:
  ///   - order: the grams that are features, in the order of their numbers.
  ///   - findable: lengths that are looked up; features of other lengths are kept and never found.
  init(_ grams: CountedGrams, order: [Int], tokenCount: Int, findable: ClosedRange<Int>) {
    var singles: [Int32] = []
    var builder = TrieBuilder(firstNode: tokenCount)
    var tokens: [UInt32] = []
    var offsets: [UInt32] = [0]
    var longest = 1
    for (feature, gram) in order.enumerated() {
      let sequence = grams.gram(gram)
      tokens.append(contentsOf: sequence)
      offsets.append(UInt32(tokens.count))
      guard findable.contains(sequence.count), let first = sequence.first else { continue }
      longest = max(longest, sequence.count)
      if sequence.count == 1 {
        if singles.isEmpty { singles = [Int32](repeating: -1, count: tokenCount) }
        singles[Int(first)] = Int32(feature)
      } else {
        builder.insert(sequence, feature: feature)
      }
    }
    self.singles = StoredArray(singles)
    longer = builder.finish()
    self.tokens = StoredArray(tokens)
    self.offsets = StoredArray(offsets)
    self.longest = longest
  }

  init(
    singles: StoredArray<Int32>, longer: KeyTable, tokens: StoredArray<UInt32>, offsets: StoredArray<UInt32>,
    longest: Int
  ) {
    self.singles = singles
    self.longer = longer
    self.tokens = tokens
    self.offsets = offsets
    self.longest = longest
  }

  /// Appends the feature of every gram of a sequence; a negative token is part of none.
  @inline(__always)
  func find(_ sequence: UnsafeBufferPointer<Int32>, into found: inout ScratchBuffer<Int32>) {
    let singles = UnsafeBufferPointer(start: singles.unsafeBaseAddress, count: singles.count)
    for i in 0..<sequence.count where sequence[i] >= 0 {
      let token = Int(sequence[i])
      if token < singles.count, singles[token] >= 0 { found.append(singles[token]) }
      var node = UInt64(token)
      var next = i + 1
      while next < min(sequence.count, i + longest), sequence[next] >= 0 {
        let value = longer.value(of: node << 32 | UInt64(sequence[next]))
        if value == KeyTable.free { break }
        let feature = Int32(truncatingIfNeeded: value) &- 1
        if feature >= 0 { found.append(feature) }
        node = value >> 32
        next += 1
      }
    }
  }

  /// The tokens of a feature.
  func tokens(of feature: Int) -> [UInt32] {
    let (start, end) = (Int(offsets[feature]), Int(offsets[feature + 1]))
    guard start <= end, end <= tokens.count else { return [] }
    return (start..<end).map { tokens[$0] }
  }

  /// The same table with only some bits of the hashes in use.
  func rehashed(_ hashMask: UInt64) -> GramTable {
    GramTable(
      singles: singles, longer: longer.rehashed(hashMask), tokens: tokens, offsets: offsets, longest: longest)
  }
}

/// Collects sequences of at least two tokens.
private struct TrieBuilder {
  private let nodes = KeyCounter()
  private var features: [UInt32] = []
  private let firstNode: Int

  init(firstNode: Int) {
    self.firstNode = firstNode
  }

  mutating func insert(_ sequence: ArraySlice<UInt32>, feature: Int) {
    var node = UInt64(sequence[sequence.startIndex])
    var entry = 0
    for token in sequence.dropFirst() {
      entry = nodes.entry(of: node << 32 | UInt64(token))
      if entry == features.count { features.append(0) }
      node = UInt64(firstNode + entry)
    }
    features[entry] = UInt32(feature + 1)
  }

  func finish() -> KeyTable {
    let keys = Array(nodes.keys.elements)
    let values = features.enumerated().map { UInt64(firstNode + $0) << 32 | UInt64($1) }
    return KeyTable(keys: keys, values: values)
  }
}

extension GramTable {
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("longest", value: longest)
    try writer.add("singles", array: singles)
    try writer.add("longer", array: longer.slots)
    try writer.add("tokens", array: tokens)
    try writer.add("offsets", array: offsets)
  }

  convenience init(from archive: ModelArchive) throws {
    let offsets = try archive.array("offsets", of: UInt32.self)
    guard offsets.count > 0 else {
      throw FileFormatError(
        path: archive.path, place: "offsets", given: "0 elements", expected: "one more than features",
        advice: "The model is altered; train or import it again.")
    }
    self.init(
      singles: try archive.array("singles", of: Int32.self),
      longer: try KeyTable(
        slots: archive.array("longer", of: UInt64.self), path: archive.path, place: "longer"),
      tokens: try archive.array("tokens", of: UInt32.self), offsets: offsets,
      longest: min(try archive.value("longest", as: Int.self), 1 << 16))
  }
}
