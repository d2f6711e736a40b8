internal import LinearAlgebra
internal import TextFeatures

/// The features of one query after the other, in memory that is used again.
final class QueryFeatures {
  /// The features of the last query.
  private(set) var row = SparseVector()

  private var scratch: TextVectorizer.Scratch

  init(_ vectorizer: TextVectorizer) {
    scratch = vectorizer.makeScratch()
  }

  /// Finds the features of the first words of a text and notes in `ranking` how many words it has.
  func vectorize(_ text: String, _ vectorizer: TextVectorizer, into ranking: inout ProductRanking) {
    vectorizer.vectorize(text, scratch: &scratch, into: &row)
    let limit = ProductRanking.maximumWords
    if scratch.text.surfaceCount > limit {
      ranking.isTruncated = true
      let words = (0..<limit).map { scratch.text.surface($0).string }
      vectorizer.vectorize(words.joined(separator: " "), scratch: &scratch, into: &row)
    }
    ranking.words = min(limit, scratch.text.surfaceCount)
    ranking.knownWords = Int((scratch.knownShare * Float(scratch.text.count)).rounded())
  }
}
