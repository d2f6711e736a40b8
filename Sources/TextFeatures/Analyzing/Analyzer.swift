public import Learning

/// Turns a text into the words that are looked up: normaliser, tokeniser, stop words, stems.
///
///     var analyzer = Analyzer()
///     analyzer.stopWords = .english
///     analyzer.stemming = .english
///     analyzer.words(in: "The Cordless Drills")          // ["cordless", "drill"]
///
/// Where many texts are analysed, make one ``AnalyzedText`` a thread and fill it again and again: nothing is
/// allocated after the first few.
public struct Analyzer: Codable, Sendable, Equatable {
  /// Brings equal meanings into equal form.
  public var normalizer = TextNormalizer()

  /// Finds the words.
  public var tokenizer = Tokenizer()

  /// Words that are left out.
  public var stopWords = StopWords.none

  /// The language whose stems stand for the words; nil keeps words as they are.
  public var stemming: StemmingLanguage?

  /// Creates an analyser that normalises and splits, without stop words and stems.
  public init() {}

  /// The words of a text.
  public func words(in text: String) -> [String] {
    let analyzed = AnalyzedText(self)
    analyzed.fill(text)
    return analyzed.map(\.string)
  }

  /// Everything out of range.
  public var violations: [Violation] {
    var problems = Violations()
    if let stemming {
      problems.require(
        Stemmer.isAvailable(stemming), "analyzer.stemming", given: stemming.rawValue,
        expected: "a language of the installed Snowball library",
        advice: "Update the package libstemmer0d, or train without stems.")
    }
    return problems.all
  }
}
