import FoundationEssentials
import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import TextFeatures

/// One text and libpecos' own features of it.
struct PecosExpectation: Decodable {
  let text: String
  let indices: [Int32]
  let values: [Float]

  static func all(_ model: String) throws -> [PecosExpectation] {
    let file = try bytes(ofFile: "\(fixtures())/pecos/\(model).expected.json")
    return try JSONDecoder().decode([PecosExpectation].self, from: Data(file))
  }
}

struct PecosTests {
  private func folder(_ model: String) -> String { "\(fixtures())/pecos/\(model)/preprocessor" }

  private func difference(_ row: SparseVector, _ expected: PecosExpectation) -> String? {
    if row.indices != expected.indices { return "indices \(row.indices), expected \(expected.indices)" }
    return TestSupport.difference(of: row.values, from: expected.values, relative: 0, absolute: 1e-6)
  }

  @Test(arguments: ["deep", "flat"])
  func `features equal those of libpecos`(model: String) throws {
    let vectorizer = try PecosTextVectorizer(preprocessorFolder: folder(model))
    let expectations = try PecosExpectation.all(model)
    #expect(expectations.count == 50)
    for expected in expectations {
      #expect(difference(vectorizer.predict(expected.text), expected) == nil, "\(expected.text)")
    }
    let rows = try vectorizer.transform(expectations.map(\.text), on: Execution(threads: 2))
    for (row, expected) in expectations.enumerated() { #expect(difference(rows.row(row), expected) == nil) }
  }

  @Test(arguments: ["deep", "flat"])
  func `a folder that is written is read as the same vectoriser`(model: String) throws {
    let vectorizer = try PecosTextVectorizer(preprocessorFolder: folder(model))
    try withTemporaryFolder { path in
      try vectorizer.write(preprocessorFolder: path + "/preprocessor")
      let again = try PecosTextVectorizer(preprocessorFolder: path + "/preprocessor")
      #expect(again.recipe == vectorizer.recipe)
      #expect(again.featureCount == vectorizer.featureCount)
      for expected in try PecosExpectation.all(model) {
        #expect(again.predict(expected.text) == vectorizer.predict(expected.text))
      }
      for feature in 0..<vectorizer.featureCount {
        #expect(again.explain(feature) == vectorizer.explain(feature))
      }
    }
  }

  @Test(arguments: ["deep", "flat"])
  func `an archive holds the same vectoriser`(model: String) throws {
    let vectorizer = try PecosTextVectorizer(preprocessorFolder: folder(model))
    try withTemporaryFolder { path in
      try ModelArchive.write(to: path + "/m", kind: "text") { writer in
        try writer.section("features") { try vectorizer.write(to: &$0) }
      }
      let again = try PecosTextVectorizer(
        from: ModelArchive(contentsOf: path + "/m", kind: "text").section("features"))
      #expect(again.recipe == vectorizer.recipe)
      for expected in try PecosExpectation.all(model) {
        #expect(again.predict(expected.text) == vectorizer.predict(expected.text))
      }
    }
  }

  @Test func `a folder of a single base vectoriser is read without meta json`() throws {
    let whole = try PecosTextVectorizer(preprocessorFolder: folder("flat"))
    let base = try PecosTextVectorizer(preprocessorFolder: folder("flat") + "/0.base")
    #expect(base.recipe == whole.recipe)
    #expect(base.predict("babaco adirq") == whole.predict("babaco adirq"))
  }

  @Test func `features have readable names`() throws {
    let vectorizer = try PecosTextVectorizer(preprocessorFolder: folder("deep"))
    let row = vectorizer.predict("babaco adirq")
    let names = row.indices.map { vectorizer.explain(Int($0)) }
    #expect(names.contains("babaco") && names.contains("bab"))
    #expect(vectorizer.knownShare("babaco zzzz") == 0.5)
    #expect(vectorizer.knownShare("  ") == 0)
  }

  // The features of libpecos for "lamp table", "red lamp", "lamp": its defects are part of the format.
  private static let corpus = ["lamp table", "red lamp", "lamp"]

  @Test func `trigrams at the ends of a text are lost at prediction, as in libpecos`() throws {
    var block = PecosNGramBlock(.characterInWords, lengths: 3...3)
    block.usesInverseDocumentFrequency = false
    let vectorizer = try PecosTextVectorization(blocks: [block]).fit(Self.corpus)
    #expect(vectorizer.predict("lamp").count == 2)
    #expect(vectorizer.predict(" lamp ").count == 4)
  }

  @Test func `words are split at spaces only and keep their case, as in libpecos`() throws {
    let vectorizer = try PecosTextVectorization().fit(Self.corpus)
    let counts = ["lamp", "LAMP", "lamp,", "red\tlamp", "red lamp"].map { vectorizer.predict($0).count }
    #expect(counts == [1, 0, 0, 0, 2])
  }

  @Test func `features are numbered by frequency, length and tokens, ascending`() throws {
    let vectorizer = try PecosTextVectorization(blocks: [PecosNGramBlock(.word, lengths: 1...2)]).fit(
      Self.corpus)
    let names = (0..<vectorizer.featureCount).map(vectorizer.explain)
    #expect(names == ["red", "table", "lamp table", "red lamp", "lamp"])
  }

  @Test func `limits keep what libpecos keeps`() throws {
    var block = PecosNGramBlock(.word)
    block.minimumDocuments = 2
    #expect(try PecosTextVectorization(blocks: [block]).fit(Self.corpus).featureCount == 1)
    block.minimumDocuments = 0
    block.maximumShare = 0.5
    #expect(try PecosTextVectorization(blocks: [block]).fit(Self.corpus).featureCount == 2)
    block.maximumShare = 1
    block.maximumFeatures = 2
    var vectorizer = try PecosTextVectorization(blocks: [block]).fit(Self.corpus)
    #expect((0..<2).map(vectorizer.explain) == ["table", "lamp"])
    block.keepsFrequentFeatures = false
    vectorizer = try PecosTextVectorization(blocks: [block]).fit(Self.corpus)
    #expect((0..<2).map(vectorizer.explain) == ["red", "table"])
  }

  @Test func `short words are features that prediction never finds, as in libpecos`() throws {
    let vectorizer = try PecosTextVectorization(blocks: [PecosNGramBlock(.characterInWords, lengths: 4...5)])
      .fit(["a bcd", "a"])
    #expect((0..<vectorizer.featureCount).map(vectorizer.explain) == ["#bcd", "bcd#", "#bcd#", "#a#"])
    #expect(vectorizer.predict(" a ").isEmpty)
    #expect(vectorizer.predict(" bcd ").count == 3)
  }

  @Test func `training gives the same features at any number of threads`() throws {
    var generator = SeededGenerator(seed: 5)
    let texts = (0..<300).map { _ in
      (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        String(Int.random(in: 0..<60, using: &generator), radix: 7)
      }
      .joined(separator: " ")
    }
    var blocks = [
      PecosNGramBlock(.word, lengths: 1...3), PecosNGramBlock(.character, lengths: 2...3),
      PecosNGramBlock(.characterInWords, lengths: 4...4),
    ]
    blocks[1].isSublinear = true
    blocks[1].norm = .l1
    let recipe = PecosTextVectorization(blocks: blocks)
    let one = try recipe.fit(texts, on: Execution(threads: 1))
    for threads in [2, 3, 7] {
      let other = try recipe.fit(texts, on: Execution(threads: threads))
      #expect((0..<other.featureCount).map(other.explain) == (0..<one.featureCount).map(one.explain))
      #expect(try other.transform(texts, on: Execution(threads: threads)) == one.transform(texts))
    }
  }

  @Test func `texts are cut at the maximum length`() throws {
    var block = PecosNGramBlock(.word)
    block.maximumLength = 2
    let vectorizer = try PecosTextVectorization(blocks: [block]).fit(["a b c", "c d"])
    #expect((0..<vectorizer.featureCount).map(vectorizer.explain) == ["a", "b", "c", "d"])
    #expect(vectorizer.predict("a b c").count == 2)
  }

  @Test func `every value out of range is named`() {
    var block = PecosNGramBlock(.word, lengths: 0...2000)
    block.minimumShare = 0.5
    block.maximumShare = 0.5
    block.minimumDocuments = -1
    let subjects = PecosTextVectorization(blocks: [block]).violations.map(\.subject)
    #expect(
      subjects == ["blocks[0].lengths", "blocks[0].minimumShare, maximumShare", "blocks[0].minimumDocuments"])
    #expect(PecosTextVectorization(blocks: []).violations.map(\.subject) == ["blocks"])
  }

  @Test func `weights are written with six decimals`() {
    for (value, text) in [
      (0, "0.000000"), (5.626021, "5.626021"), (12.3, "12.300000"), (-1.5, "-1.500000"), (1e-6, "0.000001"),
    ] as [(Float, String)] {
      var digits: [UInt8] = []
      SixDecimals.append(value, to: &digits)
      #expect(String(decoding: digits, as: UTF8.self) == text)
    }
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<10_000 {
      let value = SixDecimals.rounded(Float.random(in: 0..<30, using: &generator))
      var digits: [UInt8] = []
      SixDecimals.append(value, to: &digits)
      #expect(Float(String(decoding: digits, as: UTF8.self)) == value)
    }
  }
}
