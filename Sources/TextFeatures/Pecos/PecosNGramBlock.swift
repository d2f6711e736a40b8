internal import Learning

/// One base vectoriser of libpecos with the names and meanings it has there.
public struct PecosNGramBlock: Codable, Sendable, Equatable {
  /// What the grams are made of.
  public enum Analyzer: String, Codable, Sendable, CaseIterable {
    /// Words between ASCII spaces.
    case word
    /// Unicode scalars of the whole text.
    case character = "char"
    /// Unicode scalars; training takes them word by word with a space at both ends, prediction from the whole text
    /// as it is, so that a text loses the grams at its two ends.
    case characterInWords = "char_wb"

    /// The number that `tokenizer/config.json` has for it.
    var tokenType: Int {
      switch self {
      case .word: 10
      case .character: 20
      case .characterInWords: 30
      }
    }
  }

  /// What a row is divided by.
  public enum Norm: String, Codable, Sendable, CaseIterable {
    /// Sum of absolute values.
    case l1
    /// Square root of the sum of squares.
    case l2
  }

  /// What the grams are made of.
  public var analyzer: Analyzer
  /// Lengths of the grams.
  public var lengths: ClosedRange<Int>
  /// Texts are cut to this many tokens; 0 or less keeps all.
  public var maximumLength = -1
  /// At most this many features; 0 or less keeps all.
  public var maximumFeatures = 0
  /// Grams in a smaller share of the texts are left out.
  public var minimumShare: Float = 0
  /// Grams in a larger share of the texts are left out.
  public var maximumShare: Float = 1
  /// Grams in fewer texts are left out.
  public var minimumDocuments = 0
  /// Grams in more texts are left out; 0 or less keeps all.
  public var maximumDocuments = -1
  /// Whether the frequency in a text counts as 1.
  public var isBinary = false
  /// Whether weights are multiplied by the inverse document frequency.
  public var usesInverseDocumentFrequency = true
  /// Whether 1 is added to document frequencies.
  public var smoothsDocumentFrequency = true
  /// Whether 1 is added to the inverse document frequency.
  public var addsOneToInverseDocumentFrequency = false
  /// Whether the frequency in a text counts as ln + 1.
  public var isSublinear = false
  /// Whether `maximumFeatures` keeps the most frequent, or else the rarest.
  public var keepsFrequentFeatures = true
  /// What the block is divided by.
  public var norm = Norm.l2

  /// Creates a block that keeps every gram of the given lengths.
  public init(_ analyzer: Analyzer, lengths: ClosedRange<Int> = 1...1) {
    self.analyzer = analyzer
    self.lengths = lengths
  }

  /// The longest gram that is counted or looked up.
  static let maximumGramLength = 1000

  /// Everything out of range, each under `name`.
  func violations(_ name: String) -> [Violation] {
    var problems = Violations()
    problems.require(
      lengths.lowerBound >= 1 && lengths.upperBound <= Self.maximumGramLength, "\(name).lengths",
      given: "\(lengths.lowerBound)...\(lengths.upperBound)",
      expected: "lengths in 1...\(Self.maximumGramLength)")
    problems.require(
      minimumShare >= 0 && minimumShare < maximumShare && maximumShare <= 1,
      "\(name).minimumShare, maximumShare",
      given: "\(minimumShare), \(maximumShare)", expected: "0 <= minimumShare < maximumShare <= 1")
    problems.require(
      minimumDocuments >= 0, "\(name).minimumDocuments", given: minimumDocuments, expected: "0 or more")
    for (member, value) in [
      ("maximumLength", maximumLength), ("maximumFeatures", maximumFeatures),
      ("minimumDocuments", minimumDocuments),
      ("maximumDocuments", maximumDocuments),
    ] {
      problems.require(
        Int32(exactly: value) != nil, "\(name).\(member)", given: value, expected: "a 32-bit integer")
    }
    return problems.all
  }

  /// The numbers of texts between which a gram is kept; rounded as libpecos rounds.
  func documentRange(of documents: Int) -> (least: Int, most: Int) {
    let share = { (value: Float) in Int((value * Float(documents)).rounded(.toNearestOrAwayFromZero)) }
    let most = share(maximumShare)
    return (
      max(minimumDocuments, share(minimumShare)), maximumDocuments > 0 ? min(maximumDocuments, most) : most
    )
  }

  /// The inverse document frequency as a folder states it, with six decimals.
  func inverseDocumentFrequency(_ frequency: Int, of documents: Int) -> Float {
    let smoothed = Double(frequency) + (smoothsDocumentFrequency ? 1 : 0)
    let value = max(logarithm(Double(documents) / smoothed), 0) + (addsOneToInverseDocumentFrequency ? 1 : 0)
    return SixDecimals.rounded(Float(value))
  }
}

/// Numbers as C's `%f` writes them.
enum SixDecimals {
  /// The number that is read back when `value` is written.
  static func rounded(_ value: Float) -> Float {
    Float((Double(value) * 1e6).rounded(.toNearestOrEven) / 1e6)
  }

  /// Appends the digits of a number below 10^12.
  static func append(_ value: Float, to text: inout [UInt8]) {
    let millionths = Int64((Double(value) * 1e6).rounded(.toNearestOrEven))
    if millionths < 0 { text.append(UInt8(ascii: "-")) }
    let (whole, fraction) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    text.append(contentsOf: String(whole).utf8)
    text.append(UInt8(ascii: "."))
    let digits = String(fraction)
    text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 6 - digits.count))
    text.append(contentsOf: digits.utf8)
  }
}
