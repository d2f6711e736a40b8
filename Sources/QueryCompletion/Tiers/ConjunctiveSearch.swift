internal import LinearAlgebra
internal import TextFeatures

/// Finds suggestions that contain every typed word in any order, the last one perhaps unfinished: `i3 bm` finds `bmw i3`.
struct ConjunctiveSearch {
  private let model: CompletionModel
  private let words: [Int]
  private let fragment: Range<Int>

  /// Suggestions that are compared word by word at the most.
  private static let verified = 200

  /// Words that a lone fragment is tried as.
  private static let fragmentWords = 8

  /// Nil where a complete word is not known, or nothing can be found.
  init?(_ model: CompletionModel, typed: [UInt8]) {
    var parts = typed.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { Array($0) }
    let last = parts.popLast() ?? []
    var words: [Int] = []
    for part in parts where !part.isEmpty {
      guard let word = part.withUnsafeBufferPointer({ model.words.vocabulary.id(of: $0) }) else { return nil }
      words.append(word)
    }
    fragment = last.isEmpty ? 0..<0 : last.withUnsafeBufferPointer { model.words.interval(of: $0) }
    if words.isEmpty || !last.isEmpty, fragment.isEmpty { return nil }
    (self.model, self.words) = (model, words)
  }

  /// The best suggestions outside `interval`, best first.
  func best(_ limit: Int, outside interval: Range<Int>) -> [(label: Int, score: Float)] {
    var keys = candidates().filter { !interval.contains(Int($0)) }.map {
      RankKey(score: model.openingRanking.scores[Int($0)], id: UInt32($0))
    }
    keys.keepLargest(min(keys.count, Self.verified))
    var found: [(label: Int, score: Float)] = []
    for key in keys {
      // A label of two of a fragment's words comes twice, one right behind the other.
      if found.last?.label != Int(key.id), contains(Int(key.id)) { found.append((Int(key.id), key.score)) }
      if found.count >= limit { break }
    }
    return found
  }

  /// Labels that contain the complete words; for a lone fragment those of its commonest words.
  private func candidates() -> [Int32] {
    let holders = model.tables.holders
    guard let first = words.min(by: { holders.range(of: $0).count < holders.range(of: $1).count }) else {
      var frequent = RangeMaxima.Iterator()
      frequent.restart(model.words.frequencies, in: fragment)
      var labels: [Int32] = []
      for _ in 0..<Self.fragmentWords {
        guard let next = frequent.next(model.words.frequencies) else { break }
        labels += holders.range(of: next.label).map { holders.labels[$0] }
      }
      return labels
    }
    return holders.range(of: first).map { holders.labels[$0] }.filter { label in
      words.allSatisfy { $0 == first || holders.place(of: Int(label), in: $0) != nil }
    }
  }

  /// Whether a label has every word, and for the fragment one word more.
  private func contains(_ label: Int) -> Bool {
    var own = model.labels.withKey(of: label) {
      SessionTables.wordNumbers(of: $0, model.words.vocabulary).map { Int($0) }
    }
    for word in words {
      guard let place = own.firstIndex(of: word) else { return false }
      own.remove(at: place)
    }
    return fragment.isEmpty || own.contains { fragment.contains($0) }
  }
}
