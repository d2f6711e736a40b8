import Learning
import LinearAlgebra
import TestSupport
import Testing

@testable import TextFeatures

struct PecosExportTests {
  private let texts = [
    "Red LED Lamp 12 in.", "red table lamp", "Tisch-Lampe rot", "lamp a", "DW-735X saw, red", "led led strip",
  ]

  @Test func `an exported vectoriser gives the same rows for texts in its form`() throws {
    let vectorizer = try TextVectorization.productSearch.fit(texts)
    let exported = try PecosTextVectorizer(vectorizer)
    #expect(exported.featureCount == vectorizer.featureCount)
    try withTemporaryFolder { path in
      try exported.write(preprocessorFolder: path + "/p")
      let read = try PecosTextVectorizer(preprocessorFolder: path + "/p")
      for text in texts + ["A red-led lamp", "unknown", ""] {
        let expected = vectorizer.predict(text)
        for row in [exported, read].map({ $0.predict(vectorizer.pecosText(text)) }) {
          let kept = zip(row.indices, row.values).filter { $0.1 != 0 }
          #expect(kept.map(\.0) == expected.indices)
          #expect(difference(of: kept.map(\.1), from: expected.values, relative: 0, absolute: 1e-6) == nil)
        }
      }
      for feature in 0..<vectorizer.featureCount {
        #expect(read.explain(feature) == vectorizer.explain(feature))
      }
    }
  }

  @Test func `what libpecos cannot do is refused all at once`() throws {
    var recipe = TextVectorization.productSearch
    recipe.analyzer.stopWords = .english
    recipe.analyzer.stemming = .english
    recipe.norm = .max
    recipe.blocks[0].norm = .none
    recipe.blocks[2].weight = 0.5
    let vectorizer = try recipe.fit(texts)
    do {
      _ = try PecosTextVectorizer(vectorizer)
      Issue.record("not refused")
    } catch let error as InvalidInput {
      #expect(
        error.violations.map(\.subject) == [
          "analyzer.stopWords", "analyzer.stemming", "norm", "blocks[0].norm", "blocks[2].weight",
        ])
    }
  }

  @Test func `tokens with line breaks are refused and the folder stays as it was`() throws {
    let vectorizer = try PecosTextVectorization().fit(["a\nb c"])
    try withTemporaryFolder { path in
      #expect(throws: InvalidInput.self) { try vectorizer.write(preprocessorFolder: path + "/p") }
      let left = try files(inFolder: path)
      #expect(left.isEmpty)
    }
  }
}
