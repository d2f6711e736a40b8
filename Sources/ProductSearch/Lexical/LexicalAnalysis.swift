internal import TextFeatures

/// Finds the words of texts; memory that one thread fills again and again.
final class LexicalAnalysis {
  private let text: AnalyzedText

  init(_ analyzer: Analyzer) {
    text = AnalyzedText(analyzer)
  }

  /// What a text consists of.
  struct Counts {
    var words = 0
    var known = 0
    var isTruncated = false
  }

  /// Calls `body` with the UTF-8 of each word that is looked up among the first `limit` words of a text.
  ///
  /// - Parameter body: says whether it knows the word.
  @discardableResult
  func forEachWord(
    of string: String, limit: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Counts {
    text.fill(string)
    var counts = Counts(words: min(limit, text.surfaceCount), isTruncated: text.surfaceCount > limit)
    for position in 0..<text.count {
      if counts.isTruncated, text.surfacePosition(of: position) >= limit { break }
      if body(text[position].bytes) { counts.known += 1 }
    }
    return counts
  }
}
