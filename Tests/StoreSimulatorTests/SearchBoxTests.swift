import Learning
import QueryCompletion
import StoreData
import TestSupport
import Testing

@testable import StoreSimulator

/// Sessions with keystrokes: what they look like, and that the cleaning finds what is odd about them.
@Suite struct SearchBoxTests {
  private static let made = Result {
    var recipe = ShopRecipe()
    (recipe.products, recipe.customers, recipe.days) = (800, 8000, 40)
    return try SampleShop(recipe).searchBoxLog()
  }

  private func entries() throws -> [(search: LoggedSearch, oddity: SearchBoxLog.Oddity?)] {
    let log = try Self.made.get()
    return Array(zip(log.searches, log.oddities))
  }

  @Test func `lengths of sessions, gaps and repetition are those of shops`() throws {
    let people = try entries().filter { $0.oddity != .robot }.map(\.search)
    let sessions = Dictionary(grouping: people) { $0.session ?? "" }.mapValues { $0.map(\.text) }
    let single = Double(sessions.count { Set($0.value).count == 1 }) / Double(sessions.count)
    #expect((0.5...0.7).contains(single))
    let mean = Double(people.count) / Double(sessions.count)
    #expect((1.6...2.4).contains(mean))
    let texts = Dictionary(grouping: people, by: \.text)
    let rare = Double(texts.count { $0.value.count == 1 }) / Double(texts.count)
    #expect(rare > 0.5)
  }

  @Test func `keys lead to what is searched`() throws {
    for (search, oddity) in try entries() where oddity == nil && search.typed.count > 1 {
      let last = try #require(search.typed.last)
      #expect(search.text.hasPrefix(last), "\(search.typed)")
      #expect(search.typed.allSatisfy { !$0.isEmpty && $0.count <= search.text.count })
    }
  }

  @Test func `cleaning leaves out robots, personal data but names, and half-typed searches`() throws {
    let entries = try entries()
    let (examples, report) = LogCleaning().clean(entries.map(\.search))
    let kept = Set(examples.map(\.query))
    func texts(_ oddity: SearchBoxLog.Oddity) -> [String] {
      entries.filter { $0.oddity == oddity }.map(\.search.text)
    }
    let real = Set(entries.filter { $0.oddity == nil || $0.oddity == .misspelt }.map(\.search.text))
    #expect(report.robots >= texts(.robot).count && report.personal > 0 && report.halfTyped > 0)
    #expect(!kept.contains("buy followers cheap now"))
    // A name is no pattern; that hardly anyone else searched it keeps it away.
    for text in texts(.personal) where PersonalData().kind(of: text) != nil { #expect(!kept.contains(text)) }
    for text in Set(texts(.halfTyped)).subtracting(real) { #expect(!kept.contains(text), "\(text)") }
    let model = try QueryCompletion().fit(CompletionData(training: examples), on: Execution(threads: 1))
    #expect(model.labelCount > 20)
    var stored: Set<String> = []
    for letter in "abcdefghijklmnopqrstuvwxyz0123456789" {
      stored.formUnion(model.complete(CompletionRequest(String(letter), limit: 100)).texts)
    }
    for text in texts(.personal) { #expect(!stored.contains(text)) }
    try withTemporaryFolder { folder in
      try model.write(to: "\(folder)/m")
      let stored = try files(inFolder: "\(folder)/m").flatMap { try bytes(ofFile: "\(folder)/m/\($0)") }
      let whole = String(decoding: stored, as: UTF8.self)
      for text in Set(texts(.personal)) { #expect(!whole.contains(text), "\(text)") }
    }
  }
}
