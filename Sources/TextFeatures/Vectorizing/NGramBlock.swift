internal import Learning
public import LinearAlgebra

/// One kind of features: the words, or word pairs, or character trigrams of a text, with their weights.
public struct NGramBlock: Codable, Sendable, Equatable {
  /// What is counted.
  public enum Grams: Codable, Sendable, Equatable {
    /// Sequences of one to three adjacent words; stop words are left out first, stems stand for words.
    case words(ClosedRange<Int>)
    /// Three adjacent characters of `#word#` for every word; a word of one letter gives `#a#`.
    case characterTrigrams
  }

  /// How often a feature occurs in a text, as a weight.
  public enum TermFrequency: String, Codable, Sendable, CaseIterable {
    /// The count.
    case raw
    /// 1 + ln(count).
    case logarithmic
    /// 1.
    case binary
  }

  /// What is counted.
  public var grams: Grams

  /// How the count in a text weighs.
  public var termFrequency = TermFrequency.raw

  /// Whether weights are multiplied by max(ln(N / (documents + smoothing)), 0), N the number of training texts.
  public var usesInverseDocumentFrequency = true

  /// Whether the smoothing is 1 rather than 0.
  public var smoothsDocumentFrequency = true

  /// Whether 1 is added to the inverse document frequency.
  public var addsOneToInverseDocumentFrequency = false

  /// Features in fewer training texts than this are left out.
  public var minimumDocuments = 1

  /// Features in a smaller share of the training texts than this are left out; 0...1.
  public var minimumShare = 0.0

  /// Features in more training texts than this are left out.
  public var maximumDocuments: Int?

  /// Features in a larger share of the training texts than this are left out; 0...1.
  public var maximumShare = 1.0

  /// At most this many features are kept, the most frequent ones.
  public var maximumFeatures: Int?

  /// What the block's part of a row is divided by.
  public var norm = VectorNorm.l2

  /// What the block's part of a row is multiplied by afterwards; more than 0.
  public var weight: Float = 1

  /// Creates a block that keeps every feature.
  public init(_ grams: Grams) {
    self.grams = grams
  }

  /// Everything out of range, each under `name`.
  func violations(_ name: String) -> [Violation] {
    var problems = Violations()
    if case .words(let lengths) = grams {
      problems.require(
        lengths.lowerBound >= 1 && lengths.upperBound <= 3, "\(name).grams",
        given: "\(lengths.lowerBound)...\(lengths.upperBound) words", expected: "lengths in 1...3")
    }
    problems.require(
      minimumDocuments >= 0, "\(name).minimumDocuments", given: minimumDocuments, expected: "0 or more")
    problems.require(
      maximumDocuments.map { $0 >= max(1, minimumDocuments) } ?? true, "\(name).maximumDocuments",
      given: maximumDocuments ?? 0, expected: "1 or more and not below minimumDocuments")
    problems.require(
      minimumShare >= 0 && minimumShare < maximumShare && maximumShare <= 1,
      "\(name).minimumShare, maximumShare",
      given: "\(minimumShare), \(maximumShare)", expected: "0 <= minimumShare < maximumShare <= 1")
    problems.require(
      maximumFeatures.map { $0 >= 1 } ?? true, "\(name).maximumFeatures", given: maximumFeatures ?? 0,
      expected: "1 or more")
    problems.require(
      weight > 0 && weight.isFinite, "\(name).weight", given: weight, expected: "a finite number above 0")
    return problems.all
  }

  /// The inverse document frequency of a feature in `frequency` of `documents` texts.
  func inverseDocumentFrequency(_ frequency: Int, of documents: Int) -> Float {
    guard usesInverseDocumentFrequency else { return 1 }
    let smoothed = Double(frequency) + (smoothsDocumentFrequency ? 1 : 0)
    let value = max(logarithm(Double(documents) / smoothed), 0) + (addsOneToInverseDocumentFrequency ? 1 : 0)
    return Float(value)
  }

  /// The numbers of texts between which a feature is kept.
  func documentRange(of documents: Int) -> (least: Int, most: Int) {
    let share = { (value: Double) in Int((value * Double(documents)).rounded()) }
    return (
      max(1, minimumDocuments, share(minimumShare)), min(maximumDocuments ?? .max, share(maximumShare))
    )
  }
}
