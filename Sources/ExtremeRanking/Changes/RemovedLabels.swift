/// The labels that are never answered any more, a bit each.
struct RemovedLabels: Sendable, Equatable {
  private(set) var words: [UInt64] = []

  /// Number of removed labels.
  private(set) var count = 0

  init() {}

  /// Takes stored bits.
  init(words: [UInt64]) {
    self.words = words
    count = words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Whether a label is removed.
  @inline(__always)
  func contains(_ label: Int) -> Bool {
    let word = label >> 6
    return word < words.count && words[word] >> UInt64(label & 63) & 1 == 1
  }

  /// Removes a label; false when it was removed before.
  mutating func insert(_ label: Int) -> Bool {
    guard !contains(label) else { return false }
    while words.count <= label >> 6 { words.append(0) }
    words[label >> 6] |= 1 << UInt64(label & 63)
    count += 1
    return true
  }
}
