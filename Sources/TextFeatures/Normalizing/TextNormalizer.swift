/// Brings texts that mean the same into the same form, every step an option.
///
///     TextNormalizer().normalize("Café-Tür 12 in. DW-735X")          // "cafe-tur 12in dw735x dw 735x"
///
/// A precomposed letter and a letter with a combining mark always give the same bytes, as do Hangul syllables and
/// their conjoining letters (Unicode Standard Annex 15: canonical equivalence). Any Unicode white space, control
/// characters, bidirectional marks, symbols and emoji become one space each; apostrophes, soft hyphens and
/// joiners vanish. Bytes that are not UTF-8 act as U+FFFD, a symbol.
public struct TextNormalizer: Codable, Sendable, Equatable {
  /// Whether letters become lower case by the Unicode mapping; final sigma counts as sigma.
  public var lowercases = true

  /// Whether Latin, Greek and Cyrillic letters lose their marks, Latin ones their strokes and hooks too.
  public var foldsMarks = true

  /// Whether full-width forms, ligatures, mathematical letters and foreign digits become plain, ß becomes ss.
  public var foldsCompatibilityForms = true

  /// Whether a number and its unit become one word: `12 in.`, `12-inch`, `12"` all give `12in`.
  public var joinsUnits = true

  /// Whether a product code with hyphens or slashes gives the joined form, then its parts: `dw-735x`.
  public var splitsCodes = true

  /// Creates a normaliser that does every step.
  public init() {}

  /// The normal form of a text.
  ///
  /// - Complexity: O(length)
  public func normalize(_ text: String) -> String {
    normalizeRecordingRanges(text).text
  }

  /// The normal form of a text, and for each of its bytes the range of bytes of the original it stands for.
  ///
  /// - Complexity: O(length)
  public func normalizeRecordingRanges(_ text: String) -> (text: String, ranges: [Range<Int>]) {
    let workspace = NormalizerWorkspace(self)
    var text = text
    text.withUTF8 { workspace.normalize($0, recordingRanges: true) }
    return workspace.result.with { bytes, starts, ends in
      let ranges = zip(starts, ends).map { Int($0)..<Int($1) }
      return (String(decoding: bytes, as: UTF8.self), ranges)
    }
  }

  var foldingOptions: FoldingTable.Options {
    var options: FoldingTable.Options = []
    if lowercases { options.insert(.lowercase) }
    if foldsMarks { options.insert(.marks) }
    if foldsCompatibilityForms { options.insert(.compatibility) }
    return options
  }
}
