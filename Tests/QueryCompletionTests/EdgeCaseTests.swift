import Learning
import TestSupport
import Testing

@testable import QueryCompletion

/// What is odd about a request, a log or a label, and what becomes of it.
@Suite struct EdgeCaseTests {
  private func fit(_ texts: [String], merging: Bool = true) throws -> CompletionModel {
    var recipe = CompletionWorld.recipe()
    recipe.mergesForms = merging
    return try recipe.fit(
      CompletionData(training: texts.map { CompletionExample($0, user: "u") }), on: Execution(threads: 1))
  }

  @Test func `limits out of range are refused with what was given, or cut`() throws {
    let model = try CompletionWorld.shared.get()
    for limit in [-1, 101] {
      let error = #expect(throws: InvalidInput.self) {
        try model.predict(CompletionRequest("b", limit: limit))
      }
      #expect(error?.violations == [Violation("limit", given: "\(limit)", expected: "0...100")])
    }
    #expect(model.complete(CompletionRequest("b", limit: -1)).suggestions.isEmpty)
    #expect(try model.predict(CompletionRequest("b", limit: 0)).suggestions.isEmpty)
    #expect(model.complete(CompletionRequest("", limit: 5000)).suggestions.count <= 100)
  }

  @Test func `prefixes that are long, blank or no text are answered`() throws {
    let model = try CompletionWorld.shared.get()
    let zero = model.complete(CompletionRequest("")).texts
    #expect(zero.count == 10)
    for prefix in [" ", " \t ", "?!", "\u{FFFD}\u{FFFD}", "\u{200D}", "\u{0301}"] {
      #expect(model.complete(CompletionRequest(prefix)).texts == zero, "\(prefix.unicodeScalars)")
    }
    #expect(model.complete(CompletionRequest(String(repeating: "x", count: 10_000))).isCut)
    #expect(!model.complete(CompletionRequest(String(repeating: "x", count: 100))).isCut)
    let bytes: [UInt8] = [0x62, 0xFF, 0xC3]
    _ = model.complete(CompletionRequest(String(decoding: bytes, as: UTF8.self)))
  }

  @Test func `histories that are empty, unknown or endless leave popularity in its order`() throws {
    let model = try CompletionWorld.shared.get()
    let plain = model.complete(CompletionRequest("b")).texts
    for history in [
      [""], ["", ""], ["quux zyx"], [(0..<200).map { "w\($0)" }.joined(separator: " ")], ["?"],
    ] {
      #expect(model.complete(CompletionRequest("b", after: history)).texts == plain)
    }
  }

  @Test func `a log that is empty, of one user or too rare gives a model that says so`() throws {
    for examples in [
      [], [CompletionExample("rug", user: "u")], (0..<50).map { CompletionExample("rug \($0)", user: "u") },
    ] {
      let model = try QueryCompletion().fit(CompletionData(training: examples), on: Execution(threads: 1))
      let list = model.complete(CompletionRequest("r"))
      #expect(list.suggestions.isEmpty && list.degradation == .noLabels)
      #expect(model.report.labels == 0 && model.report.tooRare == Set(examples.map(\.query)).count)
    }
  }

  @Test func `times in any order, equal or from long ago are cleaned alike`() {
    let times: [Double] = [5000, 100, 100, -2_208_988_800, 50]
    let log = times.enumerated().map { LoggedSearch("text \($0)", user: "u", time: $1) }
    let (examples, report) = LogCleaning().clean(log)
    #expect(examples.compactMap(\.time) == times.sorted() && report.examples == 5)
    #expect(LogCleaning().clean(log.reversed()).examples.compactMap(\.time) == times.sorted())
  }

  @Test
  func
    `texts that differ in case, accents, blanks, order or form are shown once, one that goes on is another`()
    throws
  {
    let model = try fit([
      "Desk Lamp", "désk  lamp", "desk-lamp", "lamp desk", "desk lamps", "desk lamp", "desk lamp oak",
    ])
    let list = model.complete(CompletionRequest("desk", limit: 100)).texts
    #expect(list.sorted() == ["desk lamp", "desk lamp oak"])
    let all = try fit(["desk lamp", "lamp desk", "desk lamps"], merging: false)
    #expect(all.complete(CompletionRequest("", limit: 100)).texts.count == 3)
  }

  @Test func `texts of five hundred characters are dropped and counted, a thousand of one length are kept`()
    throws
  {
    let long = String(repeating: "long ", count: 100)
    let equal = (0..<1000).map { "part \(10_000 + $0)" }
    let model = try fit([long] + equal)
    #expect(model.report.tooLong == 1 && model.labelCount == 1000)
    #expect(model.complete(CompletionRequest("part 10", limit: 100)).suggestions.count == 100)
  }

  @Test func `a clock that goes backwards takes nothing from counts`() throws {
    let live = try LiveCompletion(CompletionWorld.anonymous.get(), clock: { 0 })
    live.record(
      (0..<5).map { CompletionExample("quartz clock", user: "q\($0)", time: 3_000_000 - Double($0) * 86_400) }
    )
    try live.refresh()
    #expect(live.complete(CompletionRequest("quar")).texts.first == "quartz clock")
  }

  @Test(arguments: [
    "日本語 キーボード", "قميص أزرق", "काला जूता", "İstanbul ışık", "👩‍👩‍👧 shirt", "Ελληνικά παπούτσια", "cafe\u{0301} noir",
    "e\u{0301}\u{0323}x",
    "कि\u{200D}ताब", "ｆｕｌｌ ｗｉｄｔｈ",
  ])
  func `every script is completed from each of its characters, and highlights cut none`(text: String) throws {
    let model = try fit([text, "plain lamp"])
    let shown = try #require(model.complete(CompletionRequest(String(text.prefix(1)))).texts.first)
    for length in 1...text.count {
      let prefix = String(text.prefix(length))
      let list = model.complete(CompletionRequest(prefix))
      #expect(list.texts.first == shown, "\(prefix)")
      for range in list.suggestions.first?.highlights ?? [] {
        let utf16 = shown.utf16
        let start = utf16.index(utf16.startIndex, offsetBy: range.lowerBound)
        let end = utf16.index(utf16.startIndex, offsetBy: range.upperBound)
        let isWhole = [start, end].allSatisfy { place in
          place == shown.endIndex || shown.indices.contains { $0 == place }
        }
        #expect(isWhole)
      }
    }
  }
}
