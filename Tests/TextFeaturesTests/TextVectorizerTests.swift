import FoundationEssentials
import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import TextFeatures

struct TextVectorizerTests {
  static let lines = ["red lamp", "red table lamp", "blue lamp", "lamp lamp oil", "oil"]

  private func dictionary(_ vectorizer: TextVectorizer, _ text: String) -> [String: Float] {
    let row = vectorizer.predict(text)
    return Dictionary(uniqueKeysWithValues: zip(row.indices.map { vectorizer.explain(Int($0)) }, row.values))
  }

  private func expect(_ found: [String: Float], _ expected: [String: Double]) {
    #expect(Set(found.keys) == Set(expected.keys))
    for (name, value) in expected {
      #expect(isClose(Double(found[name] ?? .nan), to: value, relative: 1e-6), "\(name)")
    }
  }

  @Test func `TF-IDF of five lines is what a hand computes`() throws {
    // Document frequencies: lamp 4, oil 2, red 2, blue 1, table 1; N = 5; idf = ln(5 / (df + 1)).
    let vectorizer = try TextVectorization().fit(Self.lines)
    #expect((0..<5).map(vectorizer.explain) == ["lamp", "oil", "red", "blue", "table"])
    let (two, one) = (logarithm(5.0 / 3), logarithm(5.0 / 2))
    // ln(5 / 5) = 0: lamp has no weight at all.
    expect(dictionary(vectorizer, "red lamp"), ["red": 1])
    let size = (two * two + one * one).squareRoot()
    expect(dictionary(vectorizer, "red table lamp"), ["red": two / size, "table": one / size])
    let doubled = (4 * two * two + one * one).squareRoot()
    expect(dictionary(vectorizer, "oil blue oil"), ["oil": 2 * two / doubled, "blue": one / doubled])
    #expect(vectorizer.predict("green").isEmpty)
  }

  @Test func `weights follow the options of the block`() throws {
    var block = NGramBlock(.words(1...1))
    block.norm = .none
    block.smoothsDocumentFrequency = false
    block.addsOneToInverseDocumentFrequency = true
    block.termFrequency = .logarithmic
    var recipe = TextVectorization(blocks: [block])
    recipe.norm = .none
    var found = dictionary(try recipe.fit(Self.lines), "lamp oil oil oil")
    expect(found, ["lamp": 1 + logarithm(5.0 / 4), "oil": (1 + logarithm(3)) * (1 + logarithm(5.0 / 2))])
    recipe.blocks[0].termFrequency = .binary
    recipe.blocks[0].usesInverseDocumentFrequency = false
    recipe.blocks[0].weight = 2
    found = dictionary(try recipe.fit(Self.lines), "lamp oil oil oil")
    expect(found, ["lamp": 2, "oil": 2])
    recipe.blocks[0].termFrequency = .raw
    recipe.blocks[0].norm = .l1
    expect(dictionary(try recipe.fit(Self.lines), "lamp oil oil oil"), ["lamp": 0.5, "oil": 1.5])
    recipe.blocks[0].norm = .max
    expect(dictionary(try recipe.fit(Self.lines), "lamp oil oil oil"), ["lamp": 2.0 / 3, "oil": 2])
  }

  @Test func `blocks stand side by side with their weights`() throws {
    var words = NGramBlock(.words(1...1))
    words.usesInverseDocumentFrequency = false
    var pairs = NGramBlock(.words(2...2))
    pairs.usesInverseDocumentFrequency = false
    pairs.weight = 2
    let vectorizer = try TextVectorization(blocks: [words, pairs]).fit(Self.lines)
    let size = (1.0 + 4.0).squareRoot()
    let half = 0.5.squareRoot()
    expect(
      dictionary(vectorizer, "red lamp"), ["red": half / size, "lamp": half / size, "red lamp": 2 / size])
  }

  @Test func `document limits and the number of features are kept`() throws {
    func names(_ change: (inout NGramBlock) -> Void) throws -> [String] {
      var block = NGramBlock(.words(1...2))
      change(&block)
      let vectorizer = try TextVectorization(blocks: [block]).fit(Self.lines)
      return (0..<vectorizer.featureCount).map(vectorizer.explain)
    }
    #expect(
      try names { _ in } == [
        "lamp", "oil", "red", "blue", "table", "lamp lamp", "lamp oil", "red lamp", "red table", "blue lamp",
        "table lamp",
      ])
    #expect(try names { $0.minimumDocuments = 2 } == ["lamp", "oil", "red"])
    #expect(
      try names {
        $0.maximumDocuments = 2; $0.minimumDocuments = 2
      } == ["oil", "red"])
    #expect(try names { $0.minimumShare = 0.5 } == ["lamp"])
    #expect(
      try names {
        $0.maximumShare = 0.3; $0.maximumFeatures = 3
      } == ["oil", "red", "blue"])
    #expect(try names { $0.maximumFeatures = 2 } == ["lamp", "oil"])
  }

  @Test func `a sequence is found although its beginning is too frequent to be a feature`() throws {
    var block = NGramBlock(.words(2...3))
    block.maximumDocuments = 1
    let texts = ["a b c", "a b d", "a b"]
    let vectorizer = try TextVectorization(blocks: [block]).fit(texts)
    #expect((0..<vectorizer.featureCount).map(vectorizer.explain) == ["b c", "b d", "a b c", "a b d"])
    #expect(Set(dictionary(vectorizer, "a b c").keys) == ["b c", "a b c"])
  }

  @Test func `trigrams have a mark at both ends of every word`() throws {
    var block = NGramBlock(.characterTrigrams)
    block.usesInverseDocumentFrequency = false
    let vectorizer = try TextVectorization(blocks: [block]).fit(["lamp a é東x", "x"])
    #expect(Set(dictionary(vectorizer, "lamp").keys) == ["#la", "lam", "amp", "mp#"])
    #expect(Set(dictionary(vectorizer, "a").keys) == ["#a#"])
    #expect(Set(dictionary(vectorizer, "a lamp").keys) == ["#a#", "#la", "lam", "amp", "mp#"])
    #expect(Set(dictionary(vectorizer, "é東x").keys) == ["#e#", "#東#", "#x#"])
    #expect(vectorizer.knownShare("lamp zzz") == 0.5)
  }

  @Test func `stop words and stems apply to words, never to trigrams`() throws {
    var words = NGramBlock(.words(1...2))
    var trigrams = NGramBlock(.characterTrigrams)
    words.usesInverseDocumentFrequency = false
    trigrams.usesInverseDocumentFrequency = false
    var recipe = TextVectorization(blocks: [words, trigrams])
    recipe.analyzer.stopWords = .english
    recipe.analyzer.stemming = .english
    let vectorizer = try recipe.fit(["drills for wood", "saws"])
    #expect(
      Set(dictionary(vectorizer, "drill for woods").keys).isSuperset(of: [
        "drill", "wood", "drill wood", "#fo", "or#", "#dr", "ood",
      ]))
    #expect(Set((0..<vectorizer.featureCount).map(vectorizer.explain)).contains("ls#"))
    #expect(vectorizer.knownShare("for drills and zebras") == 0.5)
  }

  @Test func `a composed and a decomposed letter give the same features`() throws {
    let vectorizer = try TextVectorization.productSearch.fit([
      "café lamp", "café table", "lamp", "table", "oil",
    ])
    #expect(!vectorizer.predict("café").isEmpty)
    #expect(vectorizer.predict("café") == vectorizer.predict("cafe\u{301}"))
  }

  @Test func `the share of known words counts repetitions and is 0 for no words`() throws {
    let vectorizer = try TextVectorization().fit(Self.lines)
    for (text, share) in [
      ("red lamp", 1), ("red zebra", 0.5), ("zebra", 0), ("", 0), ("zebra zebra zebra oil", 0.25),
    ] as [(String, Float)] {
      #expect(vectorizer.knownShare(text) == share)
    }
  }

  private static func randomTexts(_ count: Int, seed: UInt64) -> [String] {
    var generator = SeededGenerator(seed: seed)
    let words = (0..<150).map { i in String(i * i + 7, radix: 36) + (i % 7 == 0 ? "é" : "") }
    return (0..<count).map { _ in
      (0..<Int.random(in: 0...7, using: &generator)).map { _ in
        words[min(Int.random(in: 0..<150, using: &generator), Int.random(in: 0..<150, using: &generator))]
      }.joined(separator: " ")
    }
  }

  /// TF-IDF with strings and dictionaries, as a check of everything that is fast.
  private func bruteForce(_ recipe: TextVectorization, _ texts: [String], _ query: String) -> [String: Double]
  {
    func grams(_ block: NGramBlock, _ text: String) -> [String] {
      let words = recipe.analyzer.words(in: text)
      switch block.grams {
      case .words(let lengths):
        return lengths.flatMap { n in
          words.count < n ? [] : (0...(words.count - n)).map { words[$0..<$0 + n].joined(separator: " ") }
        }
      case .characterTrigrams:
        return words.flatMap { word in
          let scalars = Array("#\(word)#".unicodeScalars)
          return (0..<scalars.count - 2).map { i in
            var gram = ""
            gram.unicodeScalars.append(contentsOf: scalars[i..<i + 3])
            return gram
          }
        }
      }
    }
    var row: [String: Double] = [:]
    for block in recipe.blocks {
      var frequencies: [String: Int] = [:]
      for text in texts { for gram in Set(grams(block, text)) { frequencies[gram, default: 0] += 1 } }
      let range = block.documentRange(of: texts.count)
      var part: [String: Double] = [:]
      for gram in grams(block, query) {
        guard let frequency = frequencies[gram], frequency >= range.least, frequency <= range.most else {
          continue
        }
        part[gram, default: 0] += Double(block.inverseDocumentFrequency(frequency, of: texts.count))
      }
      let size = part.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for (gram, value) in part where value > 0 {
        row["\(recipe.blocks.firstIndex(of: block)!) \(gram)"] = value / size
      }
    }
    let size = row.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return row.mapValues { $0 / size }
  }

  @Test func `rows equal those of a slow and simple computation`() throws {
    let texts = Self.randomTexts(200, seed: 20)
    let recipe = TextVectorization.productSearch
    let vectorizer = try recipe.fit(texts)
    for query in texts.prefix(60) + Self.randomTexts(60, seed: 21) {
      let row = vectorizer.predict(query)
      let expected = bruteForce(recipe, texts, query)
      #expect(row.count == expected.count)
      for (index, value) in zip(row.indices, row.values) {
        let block = vectorizer.blocks.lastIndex { $0.firstFeature <= Int(index) }!
        #expect(
          isClose(
            Double(value), to: expected["\(block) \(vectorizer.explain(Int(index)))"] ?? .nan, relative: 1e-5)
        )
      }
    }
  }

  @Test func `features are numbered by frequency within a block`() throws {
    let texts = Self.randomTexts(200, seed: 22)
    let vectorizer = try TextVectorization.productSearch.fit(texts)
    for block in vectorizer.blocks {
      let weights = Array(block.weights)
      #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(block.count > 0)
    }
    let names = (0..<vectorizer.featureCount).map(vectorizer.explain)
    #expect(
      try (0..<TextVectorization.productSearch.fit(texts.reversed()).featureCount).map(vectorizer.explain)
        == names)
  }

  @Test func `hashes that all collide change no feature`() throws {
    let texts = Self.randomTexts(120, seed: 23)
    let vectorizer = try TextVectorization.productSearch.fit(texts)
    for mask in [0, 1, 0xFFFF_FFFF] as [UInt64] {
      let colliding = vectorizer.rehashed(mask)
      for text in texts + Self.randomTexts(60, seed: 24) {
        #expect(colliding.predict(text) == vectorizer.predict(text))
      }
    }
  }

  @Test func `reused memory gives what fresh memory gives`() throws {
    let vectorizer = try TextVectorization.productSearch.fit(Self.randomTexts(100, seed: 25))
    var scratch = vectorizer.makeScratch()
    var row = SparseVector()
    for text in Self.randomTexts(300, seed: 26) {
      vectorizer.vectorize(text, scratch: &scratch, into: &row)
      #expect(row == vectorizer.predict(text))
      #expect(scratch.knownShare == vectorizer.knownShare(text))
    }
  }

  @Test func `many texts in several parts give the rows of single texts`() throws {
    let texts = Self.randomTexts(5000, seed: 27)
    let vectorizer = try TextVectorization.productSearch.fit(texts)
    let rows = try vectorizer.transform(texts, on: Execution(threads: 1))
    for threads in [2, 3] {
      #expect(try vectorizer.transform(texts, on: Execution(threads: threads)) == rows)
    }
    for i in stride(from: 0, to: 5000, by: 97) { #expect(rows.row(i) == vectorizer.predict(texts[i])) }
    #expect(rows.columns == vectorizer.featureCount)
    #expect(try vectorizer.transform([]).rows == 0)
  }

  @Test func `altered archives give other rows or an error, never a crash`() throws {
    let texts = Self.randomTexts(24, seed: 28)
    let vectorizer = try TextVectorization.productSearch.fit(texts)
    var generator = SeededGenerator(seed: 29)
    try withTemporaryFolder { path in
      try ModelArchive.write(to: path + "/m", kind: "t") { try vectorizer.write(to: &$0) }
      for file in try files(inFolder: path + "/m") {
        let whole = try bytes(ofFile: "\(path)/m/\(file)")
        if whole.isEmpty { continue }
        for round in 0..<12 {
          var damaged = whole
          for _ in 0...round {
            damaged[Int.random(in: 0..<whole.count, using: &generator)] = UInt8.random(
              in: 0...255, using: &generator)
          }
          if round == 0 { damaged = [UInt8](repeating: 0xFF, count: whole.count) }
          try write(damaged, toFile: "\(path)/m/\(file)")
          do {
            let opened = try TextVectorizer(from: ModelArchive(contentsOf: path + "/m", kind: "t"))
            for text in texts {
              let row = opened.predict(text)
              #expect(Int(row.indices.last ?? -1) < max(1, opened.featureCount))
            }
            for feature in 0..<opened.featureCount { _ = opened.explain(feature) }
          } catch is FileFormatError {}
        }
        try write(whole, toFile: "\(path)/m/\(file)")
      }
      let opened = try TextVectorizer(from: ModelArchive(contentsOf: path + "/m", kind: "t"))
      for text in texts { #expect(opened.predict(text) == vectorizer.predict(text)) }
      #expect(opened.recipe == vectorizer.recipe && opened.vocabulary == vectorizer.vocabulary)
    }
  }
}
