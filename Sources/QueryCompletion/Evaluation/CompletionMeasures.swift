internal import Glibc

/// How good one list is for what was searched.
public struct CompletionMeasures: Sendable, Equatable {
  /// One over the rank of what was searched among the first ten; 0 where it is not there.
  public let reciprocalRank: Double
  /// Mean BLEU of the suggestions with what was searched, each weighed by one over its rank.
  public let bleu: Double
  /// Number of suggestions, at most ten.
  public let length: Int

  /// Compares a list with what was searched.
  public init(_ list: [String], searched query: String) {
    let top = list.prefix(10)
    reciprocalRank = top.firstIndex(of: query).map { 1 / Double($0 + 1) } ?? 0
    length = top.count
    let words = query.split(separator: " ")
    var (sum, weights) = (0.0, 0.0)
    for (rank, text) in top.enumerated() {
      sum += Self.bleu(text.split(separator: " "), reference: words) / Double(rank + 1)
      weights += 1 / Double(rank + 1)
    }
    bleu = weights > 0 ? sum / weights : 0
  }

  /// BLEU of one sentence, n-grams up to 4, uniform weights, no match counted as 0.1 of one.
  ///
  /// K. Papineni, S. Roukos, T. Ward, W.-J. Zhu: "BLEU", ACL 2002; smoothing of C. Chen, C. Cherry, WMT 2014, method 1.
  static func bleu(_ text: [Substring], reference: [Substring]) -> Double {
    guard !text.isEmpty, text.contains(where: { reference.contains($0) }) else { return 0 }
    var total = 0.0
    for n in 1...4 {
      let (own, wanted) = (grams(text, n), grams(reference, n))
      let matches = own.reduce(0) { $0 + min($1.value, wanted[$1.key] ?? 0) }
      let count = own.values.reduce(0, +)
      total += 0.25 * log((matches == 0 ? 0.1 : Double(matches)) / Double(max(1, count)))
    }
    let penalty =
      text.count > reference.count ? 1 : exp(1 - Double(reference.count) / Double(text.count))
    return exp(total) * penalty
  }

  private static func grams(_ words: [Substring], _ n: Int) -> [ArraySlice<Substring>: Int] {
    var counts: [ArraySlice<Substring>: Int] = [:]
    for start in 0..<max(0, words.count - n + 1) { counts[words[start..<start + n], default: 0] += 1 }
    return counts
  }
}
