internal import Glibc

/// What speaks for a suggestion. None depends on the prefix: see ``CompletionModel``.
public enum CompletionFeature: String, Codable, Sendable, CaseIterable {
  /// Logarithm of the decayed count.
  case popularity
  /// Logarithm of its length in characters.
  case length
  /// log(1 + how often it followed the queries before), decayed by their age.
  case pair
  /// Logarithm of its share of what followed the queries before, against 1e-3.
  case pairShare
  /// Logarithm of how often it followed words of the queries before, against 1e-4.
  case association
  /// Share of its words that are in the last query.
  case overlap
  /// Share of the last query's words that are in it.
  case coverage
  /// Share of its words that are in older queries.
  case olderOverlap
  /// Logarithm of how likely its other words were added to queries like those before, against 1e-4.
  case addition
  /// Whether it is the last query with one word put in place of another.
  case substitution
  /// Whether it is the last query with further words.
  case extending
  /// Whether it is the last query without some of its words.
  case reduction
  /// Whether it is one of the queries before.
  case repetition

  /// Position among all features.
  var column: Int { Self.allCases.firstIndex(of: self)! }

  /// Features that are the same for every session come first, this many.
  static let staticCount = 2

  /// Writes what the session says of a suggestion, all features but the static ones, in their order.
  @inline(__always)
  static func write(
    _ entry: SessionCandidates.Entry, words: Int, _ context: SessionContext,
    into values: UnsafeMutablePointer<Float>
  ) {
    let (count, last) = (Float(max(1, words)), Float(max(1, context.lastLength)))
    values[0] = log1p(entry.pair)
    values[1] = entry.pair == 0 ? 0 : log(1 + entry.pair * context.pairScale * 1e3)
    values[2] = entry.association == 0 ? 0 : log(1 + entry.association * 1e4)
    values[3] = entry.shared / count
    values[4] = entry.shared / last
    values[5] = entry.olderShared / count
    values[6] = entry.added == 0 ? 0 : log(1 + entry.added / count * 1e4)
    let (added, dropped) = (count - entry.shared, last - entry.shared)
    let isNear = entry.shared > 0
    values[7] = isNear && added == 1 && dropped == 1 ? 1 : 0
    values[8] = isNear && added > 0 && dropped == 0 ? 1 : 0
    values[9] = isNear && added == 0 && dropped > 0 ? 1 : 0
    values[10] = entry.isRepeated ? 1 : 0
  }
}
