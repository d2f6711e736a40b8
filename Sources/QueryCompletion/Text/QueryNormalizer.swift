public import TextFeatures

/// Turns what is typed or logged into the key that is matched.
///
///     QueryNormalizer().key("Café  LATTE's 1/2\" x")        // "cafe lattes 1/2 x"
///     QueryNormalizer().key("net ", keepsTrailingBlank: true)  // "net "
///
/// Case, accents of Latin, Greek and Cyrillic letters, apostrophes and compatibility forms vanish; every other run of
/// characters that are neither letter, digit nor mark becomes one blank, except `.`, `,`, `/` and `-` between digits.
public struct QueryNormalizer: Codable, Sendable, Equatable {
  /// The language whose stems merge word forms; nil merges none.
  public var stemming: StemmingLanguage? = .english

  /// Creates the usual normaliser.
  public init() {}

  /// The most characters of a key, in extended grapheme clusters.
  public static let maximumLength = 100

  /// The key of a text.
  ///
  /// - Parameter keepsTrailingBlank: whether a blank at the end stays, as a prefix that is typed needs it: `net ` asks for
  ///   another word, `net` does not. A `/` behind a digit may go on as `1/2` and is no blank.
  /// - Complexity: O(length)
  public func key(_ text: String, keepsTrailingBlank: Bool = false) -> String {
    var key: [UInt8] = []
    appendKey(of: text, keepsTrailingBlank: keepsTrailingBlank, to: &key)
    return String(decoding: key, as: UTF8.self)
  }

  /// Appends the key's UTF-8.
  func appendKey(of text: String, keepsTrailingBlank: Bool = false, to key: inout [UInt8]) {
    var text = text
    let isPlain = text.withUTF8 { bytes in
      guard bytes.allSatisfy({ $0 < 0x80 }) else { return false }
      collapse(bytes, keepsTrailingBlank: keepsTrailingBlank, into: &key)
      return true
    }
    if isPlain { return }
    var folded = Self.folding.normalize(text)
    folded.withUTF8 { collapse($0, keepsTrailingBlank: keepsTrailingBlank, into: &key) }
  }

  private static let folding = {
    var normalizer = TextNormalizer()
    (normalizer.joinsUnits, normalizer.splitsCodes) = (false, false)
    return normalizer
  }()

  /// Lowers ASCII letters, drops apostrophes, and writes one blank for each run of separators.
  private func collapse(
    _ bytes: UnsafeBufferPointer<UInt8>, keepsTrailingBlank: Bool, into key: inout [UInt8]
  ) {
    let start = key.count
    var hasGap = false
    for (i, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "'") { continue }
      if byte.isWordByte || isJoiner(bytes, at: i) {
        if hasGap, key.count > start { key.append(UInt8(ascii: " ")) }
        hasGap = false
        key.append(byte.loweredASCII)
      } else if !(keepsTrailingBlank && i == bytes.count - 1 && mayJoin(bytes, at: i)) {
        hasGap = true
      }
    }
    if hasGap, keepsTrailingBlank, key.count > start { key.append(UInt8(ascii: " ")) }
  }

  /// Whether a byte is one of `.,/-` between two digits.
  private func isJoiner(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Bool {
    mayJoin(bytes, at: i) && i + 1 < bytes.count && bytes[i + 1].isASCIIDigit
  }

  /// Whether a byte is one of `.,/-` behind a digit.
  private func mayJoin(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Bool {
    switch bytes[i] {
    case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "/"), UInt8(ascii: "-"):
      i > 0 && bytes[i - 1].isASCIIDigit
    default: false
    }
  }
}

extension UInt8 {
  /// Whether it is an ASCII digit.
  var isASCIIDigit: Bool { self &- 0x30 < 10 }

  /// Whether it is an ASCII letter or digit, or part of a character outside ASCII.
  var isWordByte: Bool { self >= 0x80 || isASCIIDigit || (self | 0x20) &- 0x61 < 26 }

  /// The ASCII letter in lower case; any other byte as it is.
  var loweredASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}
