import FoundationEssentials
import Learning
import Probability
import TestSupport
import Testing

@testable import TextFeatures

struct AnalyzerTests {
  @Test func `stop words are left out and stems stand for words`() {
    var analyzer = Analyzer()
    analyzer.stopWords = .english
    analyzer.stemming = .english
    #expect(
      analyzer.words(in: "The Cordless Drills for running batteries") == [
        "cordless", "drill", "run", "batteri",
      ])
    let text = AnalyzedText(analyzer)
    text.fill("The Cordless Drills")
    #expect((0..<text.surfaceCount).map { text.surface($0).string } == ["the", "cordless", "drills"])
    #expect(text.indices.map { text.surfacePosition(of: $0) } == [1, 2])
  }

  @Test func `stems do not depend on what was stemmed before`() {
    var analyzer = Analyzer()
    analyzer.stemming = .english
    let text = AnalyzedText(analyzer)
    let words = [
      "running", "runs", "ladders", "ladder", "batteries", "12ins", "internationalizationalizationing", "s",
      "sses",
    ]
    var generator = SeededGenerator(seed: 1)
    let expected = words.map { analyzer.words(in: $0) }
    for _ in 0..<2000 {
      let i = Int.random(in: 0..<words.count, using: &generator)
      text.fill(words[i])
      #expect(text.map(\.string) == expected[i])
    }
  }

  @Test(arguments: StemmingLanguage.allCases)
  func `every language is in the library`(language: StemmingLanguage) {
    var analyzer = Analyzer()
    analyzer.stemming = language
    #expect(analyzer.violations.isEmpty)
    #expect(!analyzer.words(in: "Häuser maisons casas дома").isEmpty)
  }

  @Test func `German words are stemmed as German`() {
    var analyzer = Analyzer()
    analyzer.stemming = .german
    #expect(analyzer.words(in: "Lampen Lampe") == ["lamp", "lamp"])
  }

  @Test func `an analyser survives JSON`() throws {
    var analyzer = Analyzer()
    analyzer.stopWords = StopWords(["x"])
    analyzer.stemming = .french
    analyzer.normalizer.joinsUnits = false
    analyzer.tokenizer.pairsUnspacedScripts = false
    let again = try JSONDecoder().decode(Analyzer.self, from: JSONEncoder().encode(analyzer))
    #expect(again == analyzer)
  }

  @Test func `an empty text has no words`() {
    let text = AnalyzedText(Analyzer())
    for empty in ["", " ", "\0", "'", "-./,\"", "\u{301}"] {
      text.fill(empty, recordingRanges: true)
      #expect(text.isEmpty && text.surfaceCount == 0)
    }
  }

  /// Bytes that are partly UTF-8, partly not, of the scripts and marks that the stages treat specially.
  private func randomText(_ generator: inout SeededGenerator) -> [UInt8] {
    let pieces: [String] = [
      "drill", "12", "in.", "\"", "'", "-", "/", "é", "e\u{301}", "\u{301}", "\u{323}", "ß", "ﬃ", "東京", "が",
      "\u{3099}", "ที่", "한", "\u{1112}", "\u{1161}",
      "\u{11AB}", "😀", "\u{200D}", "\u{FE0F}", "\u{202E}", "\0", "½", "㎡", "ｱﾞ", "İ", "Σ", "1.5", "3/8",
      "dw-7", "sq. ft.", "\u{10FFFF}", "\u{E0100}", "𝟙",
      "\u{0344}", "\u{1D160}", "क़", "\u{0F73}", "x", " ", "\u{2028}", "2 in 1", "v", ",", ".",
    ]
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...14, using: &generator) {
      switch Int.random(in: 0..<10, using: &generator) {
      case 0: bytes.append(UInt8.random(in: 0...255, using: &generator))
      case 1: bytes += [0xED, 0xA0 | UInt8.random(in: 0...31, using: &generator), 0x80]
      case 2: bytes += Array(String(Unicode.Scalar(UInt32.random(in: 0..<0xD800, using: &generator))!).utf8)
      case 3: bytes += Array(pieces.randomElement(using: &generator)!.utf8).dropLast()
      default: bytes += Array(pieces.randomElement(using: &generator)!.utf8)
      }
    }
    return bytes
  }

  @Test(arguments: 0..<16)
  func `any bytes are analysed and every range lies in the text`(options: Int) {
    var analyzer = Analyzer()
    analyzer.normalizer.lowercases = options & 1 == 0
    analyzer.normalizer.foldsMarks = options & 2 == 0
    analyzer.normalizer.foldsCompatibilityForms = options & 4 == 0
    analyzer.normalizer.joinsUnits = options & 8 == 0
    analyzer.normalizer.splitsCodes = options & 8 == 0
    analyzer.tokenizer.separatesLettersFromDigits = options % 3 == 0
    analyzer.stemming = options & 1 == 0 ? .english : nil
    let (text, ranged) = (AnalyzedText(analyzer), AnalyzedText(analyzer))
    var generator = SeededGenerator(seed: 11, stream: UInt64(options))
    for _ in 0..<400 {
      let bytes = randomText(&generator)
      bytes.withUnsafeBufferPointer {
        text.fill($0)
        ranged.fill($0, recordingRanges: true)
      }
      #expect(text.map(\.string) == ranged.map(\.string))
      // Repairing the text first must change nothing.
      let repaired = String(decoding: bytes, as: UTF8.self)
      #expect(analyzer.words(in: repaired) == text.map(\.string))
      for word in ranged {
        let range = word.range!
        #expect(range.lowerBound >= 0 && range.upperBound <= bytes.count && !range.isEmpty)
        #expect(String(validating: word.bytes, as: UTF8.self) != nil && !word.bytes.isEmpty)
      }
    }
  }

  @Test func `the normal form of a normal form is itself, words alone`() {
    var generator = SeededGenerator(seed: 12)
    var analyzer = Analyzer()
    analyzer.normalizer.joinsUnits = false
    analyzer.normalizer.splitsCodes = false
    analyzer.tokenizer.pairsUnspacedScripts = false
    for _ in 0..<1000 {
      let words = analyzer.words(in: String(decoding: randomText(&generator), as: UTF8.self))
      #expect(analyzer.words(in: words.joined(separator: " ")) == words)
    }
  }
}
