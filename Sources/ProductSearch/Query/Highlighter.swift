internal import TextFeatures

/// The memory in which texts are analysed as the keyword index does it.
final class TextScratch: @unchecked Sendable {
  // @unchecked: the pool lends it to one search at a time.
  let text: AnalyzedText

  init(_ analyzer: Analyzer) {
    text = AnalyzedText(analyzer)
  }
}

/// Finds the words of a query in titles.
struct Highlighter {
  private let terms: Set<String>
  private let scratch: TextScratch

  init(_ query: String, _ scratch: TextScratch) {
    scratch.text.fill(query)
    terms = Set(scratch.text.prefix(ProductRanking.maximumWords).map(\.string))
    self.scratch = scratch
  }

  /// The bytes of a title that hold words of the query, in any of their forms; neighbours without a gap are one range.
  func highlights(in title: String) -> [[Int]] {
    scratch.text.fill(title, recordingRanges: true)
    var found: [[Int]] = []
    for word in scratch.text where terms.contains(word.string) {
      guard let range = word.range else { continue }
      if let last = found.last, range.lowerBound <= last[1] {
        found[found.count - 1][1] = max(last[1], range.upperBound)
      } else {
        found.append([range.lowerBound, range.upperBound])
      }
    }
    return found
  }
}
