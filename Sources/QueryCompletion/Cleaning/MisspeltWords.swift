internal import Glibc
internal import TextFeatures

/// Words of a log that are other words, misspelt: rare, and one typing error from a word that is searched far more often.
///
/// A word is taken for another one when the other's count times the likelihood of the error (``TypingErrorModel``) is
/// `odds` times its own. What is in the catalogue is spelt as the shop spells it, and a word's other forms are right.
struct MisspeltWords {
  /// A word of the log.
  struct Word {
    let bytes: [UInt8]
    let count: Float
    /// Whether it is in the catalogue.
    let isTitled: Bool
  }

  private let words: Set<[UInt8]>

  /// No word is misspelt.
  static let none = MisspeltWords(words: [])

  private init(words: Set<[UInt8]>) { self.words = words }

  /// Shorter words are too near to too many others.
  private static let shortest = 3

  /// - Complexity: O(words · length²), by what is left of each word without one of its characters, as W. Garbe's SymSpell
  init(_ log: [Word], odds: Float, stemming: StemmingLanguage?) {
    let analyzed = AnalyzedText(LabelGroups.analyzer(stemming))
    func stem(_ word: [UInt8]) -> String {
      LabelGroups.form(of: String(decoding: word, as: UTF8.self), analyzed)
    }
    // Only words that are common enough to explain a word that was searched once.
    let common = log.filter { $0.count >= odds && $0.bytes.count >= Self.shortest }
    var sources: [[UInt8]: [Int]] = [:]
    for (number, word) in common.enumerated() {
      for rest in Self.rests(of: word.bytes) { sources[rest, default: []].append(number) }
    }
    var found: Set<[UInt8]> = []
    for word in log where !word.isTitled && word.bytes.count >= Self.shortest {
      if word.bytes.contains(where: \.isASCIIDigit) { continue }
      let isExplained = Self.rests(of: word.bytes).contains { rest in
        sources[rest, default: []].contains { number in
          guard common[number].count > word.count,
            let likelihood = TypingErrorModel.likelihood(of: word.bytes, for: common[number].bytes)
          else { return false }
          return common[number].count * exp(likelihood) >= odds * word.count
            && stem(common[number].bytes) != stem(word.bytes)
        }
      }
      if isExplained { found.insert(word.bytes) }
    }
    words = found
  }

  /// A word and what is left without one of its bytes: words one error apart share one of these.
  private static func rests(of word: [UInt8]) -> Set<[UInt8]> {
    var rests: Set<[UInt8]> = [word]
    for place in word.indices {
      var rest = word
      rest.remove(at: place)
      rests.insert(rest)
    }
    return rests
  }

  /// Whether a word is misspelt.
  func contains(_ word: [UInt8]) -> Bool { words.contains(word) }

  /// Whether a key has a misspelt word.
  func isIn(_ key: [UInt8]) -> Bool {
    !words.isEmpty && key.split(separator: UInt8(ascii: " ")).contains { words.contains(Array($0)) }
  }
}
