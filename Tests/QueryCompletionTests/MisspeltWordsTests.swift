import Learning
import Testing
import TextFeatures

@testable import QueryCompletion

@Suite struct MisspeltWordsTests {
  private func word(_ text: String, _ count: Float, titled: Bool = false) -> MisspeltWords.Word {
    MisspeltWords.Word(bytes: Array(text.utf8), count: count, isTitled: titled)
  }

  @Test func `the likelihood of an error is known for exactly the texts that are one error apart`() {
    let letters = Array("abc".utf8)
    var (words, longest) = ([[UInt8]](), [[UInt8]()])
    for _ in 0..<4 {
      longest = longest.flatMap { word in letters.map { word + [$0] } }
      words += longest
    }
    for typed in words {
      for meant in words {
        let isOne = TierTests.distance(typed, meant) == 1
        #expect((TypingErrorModel.likelihood(of: typed, for: meant) != nil) == isOne, "\(typed) \(meant)")
      }
    }
  }

  @Test
  func `rare words one error from common ones are misspelt, other forms and words of the catalogue are not`()
  {
    let words = MisspeltWords(
      [
        word("hiking", 900), word("hkiing", 1), word("hikng", 2), word("boot", 400), word("boots", 3),
        word("biking", 60), word("hikinz", 1, titled: true), word("hikings", 1), word("viking", 200),
      ], odds: 20, stemming: .english)
    #expect(words.contains(Array("hkiing".utf8)) && words.contains(Array("hikng".utf8)))
    for right in ["hiking", "boots", "boot", "hikinz", "hikings", "viking", "biking"] {
      #expect(!words.contains(Array(right.utf8)), "\(right)")
    }
    #expect(words.isIn(Array("red hikng boots".utf8)) && !words.isIn(Array("red hiking boots".utf8)))
  }

  @Test func `what is misspelt is no suggestion, and is forgiven when it is typed`() throws {
    var data = CompletionWorld.data()
    data.training.append(CompletionExample("runnign shoes", user: "u1", time: 1))
    let model = try CompletionWorld.recipe().fit(data, on: Execution(threads: 1))
    #expect(model.report.misspelt == 1)
    let list = model.complete(CompletionRequest("runnign"))
    #expect(list.texts.first == "running shoes" && list.suggestions.first?.tier == .misspelt)
    var recipe = CompletionWorld.recipe()
    recipe.misspeltOdds = 0
    let all = try recipe.fit(data, on: Execution(threads: 1))
    #expect(all.complete(CompletionRequest("runnign")).texts.first == "runnign shoes")
  }
}
