/// Words that carry no meaning of their own and are left out of word features.
///
/// Compared with words after normalising and before stemming.
public struct StopWords: Codable, Sendable, Equatable {
  /// The words, in normalised form.
  public var words: [String]

  /// Creates a list.
  public init(_ words: [String]) {
    self.words = words
  }

  /// No stop words.
  public static let none = StopWords([])

  /// Articles, conjunctions, prepositions and forms of "be" that occur in product searches.
  public static let english = StopWords([
    "a", "an", "and", "any", "are", "as", "at", "be", "by", "do", "does", "for", "from", "has", "have", "how",
    "i",
    "in", "is", "it", "its", "my", "of", "on", "or", "so", "some", "that", "the", "their", "these", "this",
    "those",
    "to", "was", "were", "what", "which", "will", "with", "you", "your",
  ])
}
