internal import Glibc

/// What speaks for a suggestion. None depends on the prefix: see ``CompletionModel``.
public enum CompletionFeature: String, Codable, Sendable, CaseIterable {
  /// Logarithm of the decayed count.
  case popularity
  /// Logarithm of its length in characters.
  case length
  /// log(1 + how often it followed the queries before), decayed by their age.
  case pair
  /// Logarithm of how often it followed words of the queries before, against 1e-4.
  case association
  /// Share of its words that are in the last query.
  case overlap
  /// Share of the last query's words that are in it.
  case coverage
  /// Logarithm of how likely its other words were added to queries like those before, against 1e-4.
  case addition
  /// Whether it is one of the queries before.
  case repetition

  /// Whether it is the same for every session.
  var isStatic: Bool { self == .popularity || self == .length }

  /// Position among all features.
  var column: Int { Self.allCases.firstIndex(of: self)! }

  static let floor: Float = 1e-4

  /// What the session says of a suggestion, behind the static features.
  static func session(
    _ entry: SessionCandidates.Entry, words: Int, lastLength: Int
  ) -> (pair: Float, association: Float, overlap: Float, coverage: Float, addition: Float, repetition: Float) {
    let words = Float(max(1, words))
    return (
      log1p(entry.pair), log((entry.association + floor) / floor), entry.shared / words,
      entry.shared / Float(max(1, lastLength)), log((entry.added / words + floor) / floor),
      entry.isRepeated ? 1 : 0
    )
  }
}
