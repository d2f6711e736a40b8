import Learning
import LinearAlgebra
import Probability
import Testing
import TextFeatures

@testable import QueryCompletion

@Suite struct TierTests {
  /// Optimal string alignment distance.
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count { rows[i][0] = i }
    for j in 0...b.count { rows[0][j] = j }
    for i in stride(from: 1, through: a.count, by: 1) {
      for j in stride(from: 1, through: b.count, by: 1) {
        rows[i][j] = min(
          rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
        }
      }
    }
    return rows[a.count][b.count]
  }

  @Test func `one typing error finds what comparing with every beginning finds`() {
    let keys = LabelStoreTests.keys(300, seed: 3)
    let store = LabelStore(sorted: keys.map { (key: $0, surface: $0) })
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<40 {
      let typed = (0..<5).map { _ in UInt8(97 + generator.integer(below: 3)) }
      let readings = TypingErrors.readings(of: typed, in: store, most: 1)
      let found = Set(readings.flatMap { Array($0.interval) })
      let expected = Set(
        keys.indices.filter { label in
          let key = keys[label]
          return key.first == typed[0]
            && (0...key.count).contains { length in
              Self.distance(typed, Array(key[..<length])) == 1
            }
        })
      // Where nothing begins rightly an error in the first letter is forgiven.
      if !expected.isEmpty { #expect(found == expected) }
      #expect(readings.allSatisfy { $0.edits == 1 })
    }
    #expect(TypingErrors.readings(of: Array("abc".utf8), in: store).isEmpty)
  }

  @Test func `words in another order, and an unfinished one, are found`() throws {
    let model = try CompletionWorld.shared.get()
    for typed in ["shoes run", "boots hik", "jacket black ra"] {
      var request = CompletionRequest(typed, limit: 100)
      request.tiers = [.conjunctive]
      let words = typed.split(separator: " ").map { String($0) }
      let expected = (0..<model.labelCount).map { model.labels.surface(of: $0) }.filter { text in
        let own = text.split(separator: " ").map { String($0) }
        return words.dropLast().allSatisfy(own.contains)
          && own.contains { $0.hasPrefix(words[words.count - 1]) && !words.dropLast().contains($0) }
      }
      #expect(!expected.isEmpty)
      #expect(Set(model.complete(request).texts) == Set(expected))
    }
  }

  @Test func `a misspelt text stands below every exact one`() throws {
    let model = try CompletionWorld.shared.get()
    #expect(model.complete(CompletionRequest("runing sh")).suggestions.first?.tier == .misspelt)
    #expect(model.complete(CompletionRequest("runing sh")).texts.first == "running shoes")
    for prefix in ["blac", "bleck", "black ru", "rain j"] {
      let tiers = model.complete(CompletionRequest(prefix, limit: 50)).suggestions.map(\.tier)
      let last = tiers.lastIndex(of: .exact) ?? -1
      #expect(tiers.prefix(last + 1).allSatisfy { $0 == .exact })
    }
  }

  @Test func `generated texts begin with what is typed, are no suggestions, and consist of shared words`()
    throws
  {
    let model = try CompletionWorld.anonymous.get()
    for prefix in ["black blue r", "duma des", "green cof"] {
      var request = CompletionRequest(prefix, after: ["red rain jacket"])
      request.tiers = [.generated]
      for text in model.complete(request).texts {
        #expect(text.hasPrefix(prefix) && text != prefix)
        #expect(model.labels.label(of: Array(text.utf8)) == nil)
        for word in text.split(separator: " ").dropFirst(2) {
          let number = try #require(model.words.vocabulary.id(of: String(word)))
          #expect(model.words.isAllowed(number))
        }
      }
    }
  }

  @Test func `highlights cut no character`() {
    let normalizer = QueryNormalizer()
    for (typed, text) in [
      ("cafe", "café noir"), ("noir", "café noir"), ("e", "👩‍👩‍👧 é x"), ("日", "日本 東京"), ("ka", "क्षि ka"),
    ] {
      let utf16 = Array(text.utf16)
      for range in Highlighting.ranges(of: Array(normalizer.key(typed).utf8), in: text, normalizer) {
        let part = String(decoding: utf16[range], as: UTF16.self)
        #expect(text.contains(part) && !part.isEmpty)
        #expect(normalizer.key(part).hasPrefix(normalizer.key(typed)))
      }
    }
    #expect(Highlighting.ranges(of: Array("cafe".utf8), in: "café noir", normalizer) == [0..<4])
  }

  @Test func `the published ranker answers the interval alone, exactly where it is small`() throws {
    var recipe = PrefixRanker()
    recipe.leafSize = 8
    let model = try recipe.fit(CompletionWorld.data(), on: Execution(threads: 2))
    var narrow = recipe
    (narrow.exactBelow, narrow.beam) = (0, 1000)
    let wide = try narrow.fit(CompletionWorld.data(), on: Execution(threads: 2))
    for example in CompletionWorld.log(60, seed: 11) {
      let request = CompletionRequest(example.prefix ?? "", after: example.history)
      let prefix = QueryNormalizer().key(request.prefix, keepsTrailingBlank: true)
      let list = try model.complete(request)
      #expect(list.allSatisfy { QueryNormalizer().key($0).hasPrefix(prefix) })
      #expect(list.count == min(10, model.labels.interval(of: Array(prefix.utf8)).count))
      #expect(try wide.complete(request) == list)
    }
  }
}
