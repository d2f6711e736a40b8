internal import Learning
internal import LinearAlgebra

/// Token numbers of a part of the training texts.
final class CorpusSlice: @unchecked Sendable {
  // @unchecked: every step of training gives a slice to one thread at a time.
  @exclusivity(unchecked) var tokens = ScratchBuffer<UInt32>()
  /// Position behind each document's last token.
  @exclusivity(unchecked) var documentEnds = ScratchBuffer<Int>()
  /// Gram that begins at each token, while grams are counted.
  @exclusivity(unchecked) var nodes = ScratchBuffer<UInt32>()

  /// Stands for a token that is part of no gram.
  static let none = UInt32.max

  func endDocument() { documentEnds.append(tokens.count) }
}

/// The training texts as token numbers, in one slice a thread.
struct TokenCorpus {
  let slices: [CorpusSlice]
  let documents: Int

  /// Runs `body` for every slice at once.
  func forEachSlice(_ execution: Execution, _ body: @Sendable (Int, CorpusSlice) throws -> Void) throws {
    try execution.cancellation.check()
    let slices = slices
    try concurrentForEach(count: slices.count, threads: execution.threads) { try body($0, slices[$0]) }
  }

  /// Replaces every token by `numbers[token]`.
  func renumber(_ numbers: [UInt32], _ execution: Execution) throws {
    try forEachSlice(execution) { _, slice in
      for i in 0..<slice.tokens.count where slice.tokens[i] != CorpusSlice.none {
        slice.tokens[i] = numbers[Int(slice.tokens[i])]
      }
    }
  }

  /// In how many documents each item occurs, where token t stands for the items `items[offsets[t]..<offsets[t+1]]`.
  func documentFrequencies(
    items: [UInt32], offsets: [Int], itemCount: Int, _ execution: Execution
  ) throws -> [Int] {
    let counters = slices.map { _ in Frequencies(count: itemCount) }
    try forEachSlice(execution) { index, slice in
      let counter = counters[index]
      var start = 0
      for document in 0..<slice.documentEnds.count {
        let end = slice.documentEnds[document]
        for i in start..<end where slice.tokens[i] != CorpusSlice.none {
          let token = Int(slice.tokens[i])
          for k in offsets[token]..<offsets[token + 1] { counter.add(Int(items[k]), UInt32(document)) }
        }
        start = end
      }
    }
    return (0..<itemCount).map { item in counters.reduce(0) { $0 + Int($1.counts[item]) } }
  }
}

/// Document counts of numbered items in one slice.
private final class Frequencies: @unchecked Sendable {
  // @unchecked: filled by one thread, read after it has ended its work.
  @exclusivity(unchecked) fileprivate var counts: ScratchBuffer<UInt32>
  @exclusivity(unchecked) private var last: ScratchBuffer<UInt32>

  init(count: Int) {
    counts = ScratchBuffer(capacity: count)
    last = ScratchBuffer(capacity: count)
    counts.base.update(repeating: 0, count: count)
    last.base.update(repeating: .max, count: count)
  }

  @inline(__always)
  func add(_ item: Int, _ document: UInt32) {
    if last[item] != document {
      last[item] = document
      counts[item] += 1
    }
  }
}
