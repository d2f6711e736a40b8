/// Finds which of many phrases a text contains, in one pass.
///
/// A. V. Aho, M. J. Corasick: "Efficient string matching", CACM 18(6), 1975.
struct PhraseAutomaton: Sendable {
  private var next: [[UInt8: Int32]] = [[:]]
  private var fallback: [Int32] = [0]
  /// Length of the longest phrase that ends in each state; 0 where none does.
  private var lengths: [[Int]] = [[]]

  init(_ phrases: [[UInt8]]) {
    for phrase in phrases where !phrase.isEmpty {
      var state = 0
      for byte in phrase {
        if let found = next[state][byte] {
          state = Int(found)
        } else {
          next[state][byte] = Int32(next.count)
          state = next.count
          next.append([:])
          fallback.append(0)
          lengths.append([])
        }
      }
      lengths[state].append(phrase.count)
    }
    var queue = next[0].values.map { Int($0) }
    var head = 0
    while head < queue.count {
      let state = queue[head]
      head += 1
      for (byte, child) in next[state] {
        queue.append(Int(child))
        fallback[Int(child)] = Int32(step(Int(fallback[state]), byte))
        lengths[Int(child)] += lengths[Int(fallback[Int(child)])]
      }
    }
  }

  private func step(_ start: Int, _ byte: UInt8) -> Int {
    var state = start
    while true {
      if let found = next[state][byte] { return Int(found) }
      if state == 0 { return 0 }
      state = Int(fallback[state])
    }
  }

  /// Whether a text contains a phrase; with `wholeWords`, one that begins and ends where words do.
  ///
  /// - Complexity: O(length of the text + matches)
  func contains(in text: [UInt8], wholeWords: Bool) -> Bool {
    if next.count == 1 { return false }
    var state = 0
    for (place, byte) in text.enumerated() {
      state = step(state, byte)
      for length in lengths[state] {
        let (start, end) = (place + 1 - length, place + 1)
        let blank = UInt8(ascii: " ")
        if !wholeWords
          || (start == 0 || text[start - 1] == blank) && (end == text.count || text[end] == blank)
        {
          return true
        }
      }
    }
    return false
  }
}
