internal import Learning
internal import LinearAlgebra

/// Sequences of tokens with the number of documents each occurs in.
struct CountedGrams {
  /// Grams one behind the other: tokens of gram g are `tokens[offsets[g]..<offsets[g+1]]`.
  private(set) var tokens: [UInt32] = []
  private(set) var offsets: [Int] = [0]
  private(set) var documents: [Int] = []

  var count: Int { documents.count }

  mutating func append(_ gram: some Sequence<UInt32>, documents: Int) {
    tokens.append(contentsOf: gram)
    offsets.append(tokens.count)
    self.documents.append(documents)
  }

  func length(_ gram: Int) -> Int { offsets[gram + 1] - offsets[gram] }

  func gram(_ gram: Int) -> ArraySlice<UInt32> { tokens[offsets[gram]..<offsets[gram + 1]] }
}

extension TokenCorpus {
  /// Counts the grams of the given lengths whose tokens stand next to each other.
  ///
  /// Level by level: a gram occurs in no more documents than its first tokens do, so a gram whose beginning is
  /// too rare is never looked at (R. Agrawal, R. Srikant, VLDB 1994). Works on numbers alone.
  ///
  /// - Parameters:
  ///   - tokenCount: number of different tokens.
  ///   - least: grams in fewer documents are left out, at least 1.
  /// - Returns: the grams by length, then by their tokens; the same for any number of slices.
  func countGrams(
    lengths: ClosedRange<Int>, tokenCount: Int, least: Int, _ execution: Execution
  ) throws -> CountedGrams {
    var result = CountedGrams()
    let frequencies = try documentFrequencies(
      items: Array(0..<UInt32(tokenCount)), offsets: Array(0...tokenCount), itemCount: tokenCount, execution)
    for token in 0..<tokenCount where lengths.lowerBound == 1 && frequencies[token] >= least {
      result.append(CollectionOfOne(UInt32(token)), documents: frequencies[token])
    }
    guard lengths.upperBound > 1 else { return result }
    try forEachSlice(execution) { _, slice in
      slice.nodes.count = 0
      slice.nodes.reserve(slice.tokens.count)
      slice.nodes.base.update(from: slice.tokens.base, count: slice.tokens.count)
      slice.nodes.count = slice.tokens.count
      for i in 0..<slice.nodes.count where slice.nodes[i] != CorpusSlice.none {
        if frequencies[Int(slice.nodes[i])] < least { slice.nodes[i] = CorpusSlice.none }
      }
    }
    // The grams of the level before, `length - 1` tokens each.
    var beginnings = Array(0..<UInt32(tokenCount))
    for length in 2...lengths.upperBound {
      let level = try countLevel(length: length, least: least, execution)
      var grams: [UInt32] = []
      grams.reserveCapacity(level.count * length)
      for (key, documents) in level {
        let start = Int(key >> 32) * (length - 1)
        grams.append(contentsOf: beginnings[start..<start + length - 1])
        grams.append(UInt32(truncatingIfNeeded: key))
        if length >= lengths.lowerBound { result.append(grams.suffix(length), documents: documents) }
      }
      beginnings = grams
      if level.isEmpty { break }
    }
    return result
  }

  /// Counts the grams one token longer than those that `nodes` holds, and lets `nodes` hold them.
  private func countLevel(
    length: Int, least: Int, _ execution: Execution
  ) throws -> [(key: UInt64, documents: Int)] {
    let counters = slices.map { _ in KeyCounter() }
    try forEachSlice(execution) { index, slice in
      slice.countLongerGrams(length: length, counters[index])
    }
    let total = counters[0]
    var entries = [[Int]](repeating: [], count: slices.count)
    entries[0] = Array(0..<total.count)
    for index in 1..<max(1, slices.count) {
      let counter = counters[index]
      entries[index] = (0..<counter.count).map { entry in
        let merged = total.entry(of: counter.keys[entry])
        total.add(counter.documents[entry], to: merged)
        return merged
      }
    }
    let kept = (0..<total.count).filter { Int(total.documents[$0]) >= least }
      .sorted { total.keys[$0] < total.keys[$1] }
    var nodeOfEntry = [UInt32](repeating: CorpusSlice.none, count: total.count)
    for (node, entry) in kept.enumerated() { nodeOfEntry[entry] = UInt32(node) }
    try forEachSlice(execution) { [entries, nodeOfEntry] index, slice in
      let entries = entries[index]
      for i in 0..<slice.nodes.count where slice.nodes[i] != CorpusSlice.none {
        slice.nodes[i] = nodeOfEntry[entries[Int(slice.nodes[i])]]
      }
    }
    return kept.map { (total.keys[$0], Int(total.documents[$0])) }
  }
}

extension CorpusSlice {
  /// Counts the grams of `length` tokens and puts their entries into `nodes` in place of their beginnings.
  fileprivate func countLongerGrams(length: Int, _ counter: KeyCounter) {
    var start = 0
    for document in 0..<documentEnds.count {
      let end = documentEnds[document]
      for i in start..<end where nodes[i] != Self.none {
        let last = i + length - 1
        guard last < end, tokens[last] != Self.none else {
          nodes[i] = Self.none
          continue
        }
        let key = UInt64(nodes[i]) << 32 | UInt64(tokens[last])
        nodes[i] = UInt32(counter.count(key, in: UInt32(document)))
      }
      start = end
    }
  }
}
