import Learning
import Probability
import TestSupport
import Testing

@testable import ProductSearch

/// A hardware shop in which some words are frequent and some occur together.
private let hardware: ProductSearchData = {
  let kinds = [
    ("cordless drill kit", 40), ("circular saw blade", 30), ("door knob brass", 20), ("kitchen faucet", 25),
    ("reciprocating sawzall blade", 8), ("window crank handle", 6), ("crack filler paste", 9),
    ("the outdoor lamp with sensor", 12), ("dewalt dw735x planer", 5), ("rose fertilizer", 4), ("hammer", 50),
  ]
  var products: [SearchableProduct] = []
  for (title, count) in kinds {
    for _ in 0..<count { products.append(SearchableProduct(id: "p\(products.count)", title: title)) }
  }
  // A brand that only shoppers write, three of them.
  let pairs = ["festool drill", "festool saw", "festool planer", "makka lamp"].enumerated().map {
    QueryProductPair(query: $1, product: $0)
  }
  return ProductSearchData(products: products, pairs: pairs)
}()

private func speller(_ recipe: SpellingRecipe = SpellingRecipe()) throws -> Speller {
  try Speller(recipe, hardware, words: LexicalRecipe().fit(hardware))
}

@Suite struct SpellingTests {
  @Test(arguments: [
    ("cordles drill", "cordless drill"), ("crodless dril", "cordless drill"),
    ("kithen faucet", "kitchen faucet"),
    ("kitchen faucets", "kitchen faucets"), ("hamers", "hammer"),
    ("circlar  sawblade", "circular  saw blade"),
    ("doorknob", "door knob"), ("saw zall blade", "sawzall blade"),
    ("fertilzer for my rsoe", "fertilizer for my rose"),
    ("Kítchen FAUCT", "Kítchen faucet"),
  ])
  func `likely slips are corrected`(typed: String, meant: String) throws {
    #expect(try speller().correct(typed).text == meant)
  }

  @Test(arguments: [
    "", " ", "cordless drill", "dw735y", "dw-735", "20v", "with", "that", "festool", "festool sander",
    "saw", "zzzzqq", "door knob", "🔨 hammer", "電動ドリル", String(repeating: "x", count: 300),
  ])
  func `what is right, short, a code, a stop word or near nothing is left alone`(typed: String) throws {
    let corrected = try speller().correct(typed)
    #expect(corrected.corrections.isEmpty && corrected.text == typed, "\(corrected.text)")
  }

  @Test func `a brand that is only in queries stays, one that too few write does not protect itself`() throws
  {
    #expect(try speller().correct("festool").text == "festool")
    var strict = SpellingRecipe()
    strict.minimumQueries = 4
    #expect(try speller(strict).correct("festool").corrections.isEmpty)
    #expect(try speller().correct("festol drill").text == "festool drill")
  }

  @Test func `the other words of a query decide between candidates`() throws {
    #expect(try speller().correct("window crak").text == "window crank")
    #expect(try speller().correct("crak filler").text == "crack filler")
    let alternatives = try speller().correct("window crak").corrections[0].alternatives
    #expect(alternatives.map(\.text) == ["crank", "crack"])
    #expect(alternatives[0].cost == 0 && alternatives[1].cost > 0)
  }

  @Test func `corrections say where they stand in the query`() throws {
    let corrected = try speller().correct("  Ünused Cordles,  dril!")
    #expect(corrected.corrections.map(\.typed) == ["cordles", "dril"])
    let bytes = Array(corrected.typed.utf8)
    #expect(
      corrected.corrections.map { String(decoding: bytes[$0.range], as: UTF8.self) } == ["Cordles", "dril"])
    #expect(corrected.text == "  Ünused cordless,  drill!")
  }

  @Test func `words behind the 64th are left alone`() throws {
    let long = Array(repeating: "drill", count: 64).joined(separator: " ") + " cordles"
    #expect(try speller().correct(long).corrections.isEmpty)
  }

  @Test func `random texts never trap and ranges never overlap`() throws {
    let speller = try speller()
    var generator = SeededGenerator(seed: 3)
    let pieces = [
      "cordles", "dril", " ", "\u{301}", "é", "💡", "12\"", "-", "ß", "\u{0}", "zall", "saw", "Я", "ﬁ",
    ]
    for _ in 0..<500 {
      let text = (0..<generator.integer(below: 12)).map { _ in
        pieces[generator.integer(below: pieces.count)]
      }.joined()
      let corrected = speller.correct(text)
      var end = 0
      for correction in corrected.corrections {
        #expect(correction.range.lowerBound >= end && !correction.alternatives.isEmpty)
        end = correction.range.upperBound
      }
      #expect(end <= text.utf8.count)
      _ = corrected.text
    }
  }

  @Test func `recipes out of range are refused`() {
    var recipe = SpellingRecipe()
    (recipe.minimumLength, recipe.twoEditsLength, recipe.minimumProducts) = (0, 5, 0)
    (recipe.minimumQueries, recipe.editCost, recipe.inflectionCost, recipe.contextWeight) = (0, -1, .nan, 2)
    #expect(
      recipe.violations.map(\.description) == [
        "spelling.minimumLength: given 0, expected 1...32",
        "spelling.twoEditsLength: given 5, expected 6...33",
        "spelling.minimumProducts: given 0, expected 1 or more",
        "spelling.minimumQueries: given 0, expected 1 or more",
        "spelling.editCost: given -1.0, expected 0 or more",
        "spelling.inflectionCost: given nan, expected 0 or more",
        "spelling.contextWeight: given 2.0, expected 0...1",
      ])
    #expect(SpellingRecipe().violations.isEmpty)
  }
}

@Suite struct DeletionIndexTests {
  private func word(_ generator: inout SeededGenerator, letters: Int, length: ClosedRange<Int>) -> String {
    let count = length.lowerBound + generator.integer(below: length.count)
    return String(
      String.UnicodeScalarView(
        (0..<count).map { _ in Unicode.Scalar(UInt8(97 + generator.integer(below: letters))) }))
  }

  @Test func `every word within the edits is found, by brute force`() throws {
    var generator = SeededGenerator(seed: 11)
    // Few letters, so that words are near each other.
    let words = Set((0..<3000).map { _ in word(&generator, letters: 4, length: 1...11) }).sorted()
    let dictionary = words.compactMap { SpellingWord($0) }
    let index = DeletionIndex(dictionary)
    var found: [UInt32] = []
    var matches = 0
    for _ in 0..<150 {
      let query = try #require(SpellingWord(word(&generator, letters: 4, length: 1...12)))
      for edits in 1...2 {
        index.candidates(for: query, edits: edits, into: &found)
        let set = Set(found)
        #expect(set.count == found.count)
        for (number, candidate) in dictionary.enumerated()
        where (edits == 1 || candidate.count >= DeletionIndex.twoEditsLength)
          && query.distance(to: candidate, limit: edits) <= edits
        {
          matches += 1
          #expect(set.contains(UInt32(number)), "\(words[number])")
        }
      }
    }
    #expect(matches > 1000)
  }

  @Test func `the bounded distance is the full one up to its limit`() throws {
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<2000 {
      let (a, b) = (
        word(&generator, letters: 3, length: 1...8), word(&generator, letters: 3, length: 1...8)
      )
      let full = alignmentDistance(Array(a.utf8), Array(b.utf8))
      for limit in 1...3 {
        let bounded = try #require(SpellingWord(a)).distance(to: #require(SpellingWord(b)), limit: limit)
        #expect(bounded == min(full, limit + 1), "\(a) \(b)")
      }
    }
  }

  @Test func `likely slips cost less than others`() throws {
    func cost(_ typed: String, _ meant: String) throws -> Double {
      try #require(SpellingWord(typed)).cost(ofMeaning: #require(SpellingWord(meant)))
    }
    #expect(try cost("hammer", "hammer") == 0)
    #expect(try cost("hamer", "hammer") < cost("hmmer", "hammer"))
    #expect(try cost("hammmer", "hammer") < cost("hamxmer", "hammer"))
    #expect(try cost("hamemr", "hammer") < cost("hamper", "hammer"))
    #expect(try cost("hanmer", "hammer") < cost("hagmer", "hammer"))
    #expect(try cost("jammer", "hammer") > cost("hanmer", "hammer"))
    #expect(Keyboard.areNeighbours(0x67, 0x68) && Keyboard.areNeighbours(0x67, 0x76))
    #expect(!Keyboard.areNeighbours(0x71, 0x70) && !Keyboard.areNeighbours(0x67, 0x67))
  }

  @Test func `numbers, long words and scripts without spaces have no letters`() {
    for word in ["", "a1", "12", String(repeating: "a", count: 33), "電動", "ドリル"] {
      #expect(SpellingWord(word) == nil, "\(word)")
    }
    for word in ["a", "straße", "дрель", String(repeating: "a", count: 32)] {
      #expect(SpellingWord(word)?.count == word.unicodeScalars.count)
    }
  }
}

/// The optimal string alignment distance by its definition.
private func alignmentDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
  for i in 0...a.count { rows[i][0] = i }
  for j in 0...b.count { rows[0][j] = j }
  for i in a.indices.map({ $0 + 1 }) {
    for j in b.indices.map({ $0 + 1 }) {
      rows[i][j] = min(
        rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
      }
    }
  }
  return rows[a.count][b.count]
}
