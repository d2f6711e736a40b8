internal import LinearAlgebra

/// Suggestions that the session speaks for, with what it says of each.
///
/// Which ones they are depends on the session alone, never on the prefix, which merely selects among them: so the order
/// of two suggestions stays the same while a shopper types on.
struct SessionCandidates {
  /// What the session says of one suggestion.
  struct Entry {
    let label: Int32
    var pair: Float = 0
    var association: Float = 0
    /// Its words that are in the last query.
    var shared: Float = 0
    /// Its words that are in older queries.
    var olderShared: Float = 0
    /// Sum of the shares of its words that were added to such queries.
    var added: Float = 0
    var isRepeated = false
  }

  private(set) var entries: [Entry] = []
  /// Places in `entries` + 1 by hash of the label; 0 is free. The length is a power of two.
  private var slots: [Int32] = []

  /// The place of a label in ``entries``; nil where the session does not speak for it.
  func place(of label: Int) -> Int? {
    if entries.isEmpty { return nil }
    let mask = slots.count - 1
    var slot = Self.hash(Int32(label)) & mask
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if entries[place].label == Int32(label) { return place }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Gathers what a session says of the suggestions in an interval.
  ///
  /// - Parameter further: suggestions of the interval that are gathered whatever the session says.
  /// - Complexity: O(entries of the session's lists in the interval)
  mutating func gather(
    _ context: SessionContext, _ tables: SessionTables, in interval: Range<Int>, further: [Int] = []
  ) {
    entries.removeAll(keepingCapacity: true)
    reserve(context, tables, interval, further: further.count)
    for label in further { _ = entry(Int32(label)) }
    for (list, weight) in context.pairs {
      for place in tables.pairs.range(of: list, in: interval) {
        entries[entry(tables.pairs.labels[place])].pair += weight * tables.pairs.weight(at: place)
      }
    }
    for (word, weight) in context.words {
      let scale = weight / (5 + tables.followed[word])
      for place in tables.followers.range(of: word, in: interval) {
        entries[entry(tables.followers.labels[place])].association +=
          scale * tables.followers.weight(at: place)
      }
    }
    for word in context.lastWords {
      for place in tables.holders.range(of: word, in: interval) {
        entries[entry(tables.holders.labels[place])].shared += 1
      }
    }
    for word in context.olderWords {
      for place in tables.holders.range(of: word, in: interval) {
        entries[entry(tables.holders.labels[place])].olderShared += 1
      }
    }
    for (word, share) in context.additions {
      for place in tables.holders.range(of: word, in: interval) {
        entries[entry(tables.holders.labels[place])].added += share
      }
    }
    for label in context.repeated where interval.contains(label) {
      entries[entry(Int32(label))].isRepeated = true
    }
  }

  /// Makes the table large enough for all lists and clears it.
  private mutating func reserve(
    _ context: SessionContext, _ tables: SessionTables, _ interval: Range<Int>, further: Int
  ) {
    var total = context.repeated.count + further
    for (list, _) in context.pairs { total += tables.pairs.range(of: list, in: interval).count }
    for (word, _) in context.words { total += tables.followers.range(of: word, in: interval).count }
    for word in context.lastWords { total += tables.holders.range(of: word, in: interval).count }
    for word in context.olderWords { total += tables.holders.range(of: word, in: interval).count }
    for (word, _) in context.additions { total += tables.holders.range(of: word, in: interval).count }
    var capacity = 64
    while capacity < 2 * total { capacity *= 2 }
    slots.removeAll(keepingCapacity: true)
    slots.append(contentsOf: repeatElement(0, count: capacity))
  }

  @inline(__always)
  private static func hash(_ label: Int32) -> Int {
    Int(truncatingIfNeeded: (UInt64(UInt32(bitPattern: label)) &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }

  /// The place of a label, which is added where it is new.
  @inline(__always)
  private mutating func entry(_ label: Int32) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(label) & mask
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if entries[place].label == label { return place }
      slot = (slot + 1) & mask
    }
    entries.append(Entry(label: label))
    slots[slot] = Int32(entries.count)
    return entries.count - 1
  }
}
