import Learning
import Probability
import Synchronization
import Testing

@testable import QueryCompletion

private struct Shelf: CatalogueGrounding {
  let missing: String
  func hits(_ text: String) -> Int { text.contains(missing) ? 0 : 3 }
}

@Suite struct LiveAndRulesTests {
  @Test func `disguises of blocked texts are seen through, and innocent ones let through`() throws {
    var rules = CompletionRules()
    rules.blocks = [
      .init(.contains, "casino"), .init(.exact, "bad thing"), .init(.pattern, "^free (money|cash)s?$"),
    ]
    rules.allows = ["casino royale poster"]
    let check = try RuleCheck(rules)
    for text in [
      "casino", "CASINO chips", "c a s i n o", "c.a.s.i.n.o", "ca$1n0", "caaasino", "c-a-s-i-n-o",
      "online casino",
      "cas ino", "bad thing", "b4d th1ng", "free money", "free cashs", "Cásino",
    ] { #expect(check.block(of: text) != nil, "\(text)") }
    for text in ["cassette", "bad things", "free moneybox", "casino royale poster", "occasion"] {
      #expect(check.block(of: text) == nil, "\(text)")
    }
  }

  @Test func `patterns are matched in linear time, and others are refused with their place`() throws {
    #expect(try LinearPattern("(a*)*b").matches(String(repeating: "a", count: 5000)) == false)
    #expect(try LinearPattern("x[0-9]+$").matches("abc x42"))
    #expect(try !LinearPattern("x[0-9]+$").matches("abc x42b"))
    for pattern in ["(", "[a", "a{2}", "*a", "\\d"] {
      #expect(throws: InvalidInput.self) { try LinearPattern(pattern) }
    }
  }

  @Test func `a pin wins inside its window alone, a boost lifts, and the switch ends everything`() throws {
    let model = try CompletionWorld.shared.get()
    let now = Mutex(99.0)
    let live = try LiveCompletion(model, clock: { now.withLock { $0 } })
    var rules = CompletionRules()
    rules.pins = [.init("rug sale", prefix: "r", from: 100, until: 200)]
    try live.setRules(rules)
    #expect(live.complete(CompletionRequest("r")).texts.first != "rug sale")
    now.withLock { $0 = 100 }
    #expect(live.complete(CompletionRequest("ru")).texts.first == "rug sale")
    now.withLock { $0 = 200 }
    #expect(live.complete(CompletionRequest("r")).texts.first != "rug sale")
    let last = try #require(model.complete(CompletionRequest("r")).texts.last)
    rules.boosts = [.init(last, factor: 1e9)]
    try live.setRules(rules)
    #expect(live.complete(CompletionRequest("r")).texts.first == last)
    rules.isEnabled = false
    try live.setRules(rules)
    #expect(live.complete(CompletionRequest("r")).suggestions.isEmpty)
    #expect(live.complete(CompletionRequest("r")).degradation == .disabled)
    rules.boosts = [.init("x", factor: -1)]
    #expect(throws: InvalidInput.self) { try live.setRules(rules) }
  }

  @Test func `a text is served once enough users searched it, and one user moves nothing`() throws {
    let model = try CompletionWorld.anonymous.get()
    let live = try LiveCompletion(model, clock: { 0 })
    func search(_ users: Range<Int>, _ text: String) {
      live.record(users.map { CompletionExample(text, user: "n\($0)", time: 2_000_000) })
    }
    search(0..<4, "zebra lamp")
    for _ in 0..<1000 { search(0..<1, "zebra lamp") }
    try live.refresh()
    #expect(!live.complete(CompletionRequest("zeb")).texts.contains("zebra lamp"))
    search(4..<5, "zebra lamp")
    try live.refresh()
    #expect(live.complete(CompletionRequest("zeb")).texts.contains("zebra lamp"))
    let before = live.complete(CompletionRequest("r")).texts
    let last = try #require(before.last)
    for _ in 0..<10_000 { live.record([CompletionExample(last, user: "spam", time: 2_000_000)]) }
    try live.refresh()
    #expect(live.complete(CompletionRequest("r")).texts == before)
  }

  @Test func `what the catalogue has no results for is gone until it has`() throws {
    let live = try LiveCompletion(CompletionWorld.shared.get(), clock: { 0 })
    let before = live.complete(CompletionRequest("r", limit: 50)).texts
    #expect(before.contains { $0.contains("rug") })
    live.refreshGrounding(Shelf(missing: "rug"))
    for prefix in ["r", "rug", "black ru", "rgu"] {
      #expect(!live.complete(CompletionRequest(prefix, limit: 50)).texts.contains { $0.contains("rug") })
    }
    live.refreshGrounding(Shelf(missing: "nothing at all"))
    #expect(live.complete(CompletionRequest("r", limit: 50)).texts == before)
  }

  @Test func `nothing blocked comes through any tier`() throws {
    let live = try LiveCompletion(CompletionWorld.shared.get(), clock: { 0 })
    var rules = CompletionRules()
    rules.blocks = [.init(.contains, "running"), .init(.contains, "acra")]
    try live.setRules(rules)
    for prefix in ["", "r", "runing", "shoes run", "black run", "acr", "acra ru", "blue acr"] {
      for text in live.complete(CompletionRequest(prefix, after: ["acra running shoes"], limit: 50)).texts {
        #expect(!text.contains("running") && !text.contains("acra"), "\(prefix): \(text)")
      }
    }
  }

  @Test func `two record while others complete`() async throws {
    let live = try LiveCompletion(CompletionWorld.shared.get(), clock: { 0 })
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<6 {
        group.addTask {
          for step in 0..<40 {
            if task < 2 {
              live.record([CompletionExample("black rug \(step)", user: "t\(task)", time: Double(step))])
              try? live.refresh(on: Execution(threads: 1))
            } else {
              #expect(!live.complete(CompletionRequest("b")).suggestions.isEmpty)
            }
          }
        }
      }
    }
  }
}
