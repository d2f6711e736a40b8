/// A part of a query that was most likely typed wrongly, with what may have been meant.
public struct SpellingCorrection: Codable, Sendable, Equatable {
  /// What may have been meant.
  public struct Alternative: Codable, Sendable, Equatable {
    /// The word, or two of them.
    public let text: String

    /// How much less likely it is than the first one: 0 for that, larger is less likely, in powers of e.
    public let cost: Double
  }

  /// What was typed, in its normalised form.
  public let typed: String

  /// Where it stands in the query: bytes of its UTF-8 from and up to.
  public let range: Range<Int>

  /// What may have been meant, the likeliest first; never empty.
  public let alternatives: [Alternative]

  /// The likeliest alternative.
  public var replacement: String { alternatives[0].text }
}

/// A query with its misspelt parts.
public struct CorrectedQuery: Sendable, Equatable {
  /// What was typed.
  public let typed: String

  /// The corrections, by their place in the query; empty when nothing looks wrong.
  public let corrections: [SpellingCorrection]

  /// The query with every correction's likeliest alternative in place.
  public var text: String {
    var bytes: [UInt8] = []
    let typed = Array(typed.utf8)
    var end = 0
    for correction in corrections {
      bytes += typed[end..<correction.range.lowerBound]
      bytes += correction.replacement.utf8
      end = correction.range.upperBound
    }
    bytes += typed[end...]
    return String(decoding: bytes, as: UTF8.self)
  }
}
