internal import Glibc

/// What speaks for a text that nobody searched.
enum GenerationFeature: Int, CaseIterable {
  /// Logarithm of 1 + how often its new word follows the word before.
  case succession
  /// Logarithm of 1 + how often its new word is searched.
  case frequency
  /// Whether its new word is in the last query.
  case fromLast
  /// Whether its new word is in an older query.
  case fromOlder
  /// Logarithm of how likely its new word was added to queries like those before, against 1e-4.
  case addition
  /// Whether it goes on as the last query does.
  case continuation
  /// Share of its words that are in the last query.
  case overlap
  /// Share of the last query's words that are in it.
  case coverage
  /// Whether it is the last query with one word put in place of another.
  case substitution
  /// Whether it is the last query with one more word.
  case extending
  /// Whether it is the last query with fewer words.
  case reduction
  /// Its number of words.
  case words
  /// Logarithm of its length.
  case length
  /// Whether the typed word is already a word as it stands.
  case completeWord
}

/// What each of ``GenerationFeature`` counts.
struct GenerationWeights: Codable, Sendable, Equatable {
  var values: [Float]

  /// Weights that rank reasonably where there is nothing to learn them from.
  static let usual = GenerationWeights(
    values: GenerationFeature.allCases.map {
      switch $0 {
      case .succession: 1
      case .frequency: 0.1
      case .fromLast: 3
      default: 0
      }
    })

  func score(_ features: [Float]) -> Float {
    zip(values, features).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
