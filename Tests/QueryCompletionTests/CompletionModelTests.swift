import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import QueryCompletion

@Suite struct CompletionModelTests {
  let model: CompletionModel

  init() throws { model = try CompletionWorld.shared.get() }

  private func exact(_ prefix: String, after history: [String] = [], limit: Int = 10) -> CompletionList {
    var request = CompletionRequest(prefix, after: history, limit: limit)
    request.tiers = [.exact]
    return model.complete(request)
  }

  @Test func `the exact tier equals scoring every suggestion of the interval`() {
    let scratch = CompletionScratch()
    for history in [[], ["black hiking boots"], ["rug", "acra rain jacket"]] {
      let context = model.context(of: history)
      for prefix in ["", "b", "r", "ru", "black r", "zz"] {
        let interval = model.labels.interval(of: Array(prefix.utf8))
        var candidates = SessionCandidates()
        candidates.gather(context, model.tables, in: interval, further: Array(interval))
        var keys = candidates.entries.map { entry in
          RankKey(
            score: model.ranking(context).scores[Int(entry.label)]
              + model.weights.sessionScore(entry, words: Int(model.tables.lengths[Int(entry.label)]), context),
            id: UInt32(entry.label))
        }
        keys.sort(by: >)
        var groups: Set<Int> = []
        let expected = keys.map { Int($0.id) }.filter { groups.insert(model.groups.group(of: $0)).inserted }
          .prefix(10)
        let found = model.exact(context, in: interval, limit: 10, ServingRules(), now: 0, scratch)
        #expect(found.map(\.label) == Array(expected))
      }
    }
  }

  @Test func `no suggestion falls while a shopper types towards it`() {
    var falls = 0
    for example in CompletionWorld.log(300, seed: 9) {
      var before = Int.max
      for length in 0..<example.query.count {
        let list = exact(String(example.query.prefix(length)), after: example.history).texts
        let rank = list.firstIndex(of: example.query) ?? Int.max
        if rank > before { falls += 1 }
        before = min(before, rank)
      }
    }
    #expect(falls == 0)
  }

  @Test func `a session changes the order`() {
    #expect(exact("r").texts != exact("r", after: ["black hiking boots", "black rug"]).texts)
    #expect(exact("r", after: ["unknown words alone"]).texts == exact("r").texts)
  }

  @Test func `the parts of an explanation add up to the score`() throws {
    for history in [[], ["blue hiking boots"]] {
      var request = CompletionRequest("b", after: history)
      (request.explains, request.tiers) = (true, [.exact])
      let list = model.complete(request)
      #expect(!list.suggestions.isEmpty)
      for suggestion in list.suggestions {
        let explanation = try #require(suggestion.explanation)
        #expect(abs(explanation.parts.reduce(0) { $0 + $1.share } - suggestion.score) < 1e-4)
      }
    }
  }

  @Test func `lists are as long as the interval allows, and no two suggestions are alike`() {
    for prefix in ["", "b", "bl", "ru", "hik"] {
      let interval = model.labels.interval(of: Array(prefix.utf8))
      let groups = Set(interval.map { model.groups.group(of: $0) })
      let list = exact(prefix).texts
      #expect(list.count == min(10, groups.count))
      #expect(Set(list).count == list.count)
    }
  }

  @Test func `limits, long and odd prefixes are answered`() {
    #expect(exact("b", limit: 0).suggestions.isEmpty)
    let long = model.complete(CompletionRequest(String(repeating: "ab ", count: 5000)))
    #expect(long.isCut)
    #expect(exact(" ?! ").texts == exact("").texts)
    #expect(exact("\u{FFFD}").texts == exact("").texts)
    let history = [(0..<200).map { "w\($0)" }.joined(separator: " ")]
    #expect(exact("b", after: history).texts == exact("b").texts)
  }

  @Test func `a blank behind a word asks for another word`() {
    #expect(exact("rug ").texts.allSatisfy { $0.hasPrefix("rug ") })
    #expect(exact("running s").texts.contains("running socks"))
  }

  @Test func `a model that is written and opened answers alike, and a damaged one is refused`() throws {
    try withTemporaryFolder { parent in
      let folder = parent + "/m"
      try model.write(to: folder)
      let opened = try CompletionModel(contentsOf: folder)
      for example in CompletionWorld.log(60, seed: 5) {
        let request = CompletionRequest(example.prefix ?? "", after: example.history)
        #expect(opened.complete(request) == model.complete(request))
      }
      #expect(throws: FileFormatError.self) { try ModelArchive(contentsOf: folder, kind: "another") }
      // Every array in turn is cut short.
      for name in try files(inFolder: folder) where name != "model.json" {
        let whole = try bytes(ofFile: "\(folder)/\(name)")
        guard whole.count > 8 else { continue }
        try write(Array(whole.dropLast(whole.count / 2)), toFile: "\(folder)/\(name)")
        #expect(throws: (any Error).self, "\(name)") { try CompletionModel(contentsOf: folder) }
        try write(whole, toFile: "\(folder)/\(name)")
      }
    }
  }

  @Test func `the same data give the same answers at any number of threads`() throws {
    let other = try CompletionWorld.recipe().fit(CompletionWorld.data(), on: Execution(threads: 1))
    #expect(other.weights == model.weights)
    #expect(other.labels == model.labels)
    #expect(other.tables == model.tables)
  }

  @Test func `recipes out of range name every option`() {
    var recipe = QueryCompletion()
    (recipe.history, recipe.anonymity, recipe.historyDecay) = (0, 0, 2)
    #expect(throws: InvalidInput.self) { try recipe.fit(CompletionData(training: []), on: Execution()) }
    #expect(recipe.violations.map(\.subject) == ["history", "historyDecay", "anonymity"])
  }

  @Test func `an empty log gives a model that answers with its status`() throws {
    let empty = try QueryCompletion().fit(CompletionData(training: []), on: Execution(threads: 1))
    #expect(empty.complete(CompletionRequest("a")).degradation == .noLabels)
    let one = try CompletionWorld.recipe().fit(
      CompletionData(training: [CompletionExample("rug", user: "u")]), on: Execution(threads: 1))
    #expect(one.complete(CompletionRequest("r")).texts == ["rug"])
  }
}
