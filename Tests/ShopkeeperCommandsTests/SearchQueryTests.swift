import Learning
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// What `search query` prints for any query.
struct SearchQueryTests {
  /// A model of four products, words alone.
  private func withModel(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let catalogue = try file(
        "c.jsonl", in: folder, #"{"product_id":"d1","title":"Oak desk","brand":"Norden"}"#,
        #"{"product_id":"l1","title":"Red lamp"}"#, #"{"product_id":"c1","title":"Red oak chair"}"#,
        #"{"product_id":"x1","description":"A plain box"}"#)
      succeed("search", "train", "--catalogue", catalogue, "--out", "\(folder)/m", "-q")
      try body("\(folder)/m")
    }
  }

  @Test func `products are a table, best first`() throws {
    try withModel { model in
      let lines = succeed("search", "query", "red oak", "--model", model).split(separator: "\n")
      #expect(lines[0] == " score  product  title" && lines.count == 4)
      #expect(lines[1].hasSuffix("  c1       Red oak chair"))
      #expect(Set(lines[2...].map { $0.dropFirst(6) }) == ["  d1       Oak desk", "  l1       Red lamp"])
      let one = succeed("search", "query", "red oak", "--model", model, "-k", "1")
      #expect(one.split(separator: "\n").count == 2)
    }
  }

  @Test func `an explanation adds up to the score`() throws {
    try withModel { model in
      let answer = try document(
        succeed("search", "query", "norden oak", "--model", model, "--explain", "--json"))
      #expect(answer.keys == ["explanations", "response"])
      let (result, why) = (answer["response"]?["results"]?[0], answer["explanations"]?[0])
      #expect(result?["id"]?.text == "d1")
      #expect(why?.keys == ["words"])
      let parts = why?["words"]?["parts"]?.elements ?? []
      #expect(
        parts.map { [$0["field"]?.text, $0["term"]?.text] } == [["brand", "norden"], ["title", "oak"]])
      let sum = parts.reduce(0) { $0 + ($1["score"]?.number ?? 0) }
      #expect(abs(sum - (result?["score"]?.number ?? 0)) < 0.001)

      let printed = succeed("search", "query", "norden oak", "--model", model, "--explain", "-k", "1")
      let lines = printed.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == 8 && lines[2].isEmpty && lines[3].hasPrefix("d1: words add up to "))
      #expect(lines[4] == " score  word    from")
    }
  }

  @Test func `a query without words or without known words finds nothing`() throws {
    try withModel { model in
      for query in ["", "   ", "\t", "!?", "\u{1F600}"] {
        #expect(succeed("search", "query", query, "--model", model) == "emptyQuery\n", "\(query)")
      }
      let empty = try document(succeed("search", "query", " ", "--model", model, "--json"))
      #expect(empty["status"]?.text == "emptyQuery" && empty["results"]?.elements.isEmpty == true)
      #expect(succeed("search", "query", "zebra", "--model", model) == "nothingFound\n")
      let unknown = try document(succeed("search", "query", "zebra", "--model", model, "--json"))
      #expect(unknown["status"]?.text == "nothingFound" && unknown["knownShare"]?.number == 0)
    }
  }

  @Test func `unknown words and words behind the 64th are told`() throws {
    try withModel { model in
      let some = succeed("search", "query", "red zebra oak", "--model", model, "-k", "1")
      #expect(some.split(separator: "\n").last == "66% of the words are known")
      let long = Array(repeating: "oak", count: 64).joined(separator: " ")
      let whole = succeed("search", "query", long, "--model", model, "-k", "1")
      let cut = succeed("search", "query", long + " lamp", "--model", model, "-k", "1")
      #expect(cut == whole + "only the first 64 words were read\n")
      let json = try document(succeed("search", "query", long + " lamp", "--model", model, "--json"))
      #expect(json["isTruncated"] == .bool(true))
      let lost = Array(repeating: "zebra", count: 70).joined(separator: " ")
      #expect(
        succeed("search", "query", lost, "--model", model)
          == "nothingFound; only the first 64 words were read\n")
    }
  }

  @Test func `control characters and marks separate words and never reach the terminal`() throws {
    try withModel { model in
      let plain = succeed("search", "query", "red oak", "--model", model)
      for mark in ["\u{1B}", "\u{07}", "\u{202E}", "\u{2066}", "\r\n", "\u{1F600}", "\u{FFFD}", "\u{85}"] {
        let printed = succeed("search", "query", "red\(mark)oak", "--model", model)
        #expect(printed == plain, "\(mark.unicodeScalars.map(\.value))")
      }
    }
  }

  @Test func `titles and ids cannot play with the terminal`() throws {
    try withTemporaryFolder { folder in
      let catalogue = try file(
        "c.jsonl", in: folder, #"{"product_id":"d1","title":"Oak\u001b[31m\u202edesk"}"#)
      succeed("search", "train", "--catalogue", catalogue, "--out", "\(folder)/m", "-q")
      let printed = succeed("search", "query", "oak", "--model", "\(folder)/m")
      #expect(printed.hasSuffix("d1       Oak\u{FFFD}[31m\u{FFFD}desk\n"))
      let json = succeed("search", "query", "oak", "--model", "\(folder)/m", "--json")
      #expect(json.contains(#"Oak\u001b[31m"#))
    }
  }

  @Test func `limits and rankers out of range are refused`() throws {
    try withModel { model in
      for limit in ["0", "1001", "-1", "many"] {
        #expect(
          misuse("search", "query", "oak", "--model", model, "-k", limit)
            == ["-k: given \(limit), expected an integer from 1 to 1000"])
      }
      #expect(
        failure("search", "query", "oak", "--model", model, "--ranker", "best")
          == ["ranker: given best, expected one of bm25"])
      #expect(
        misuse("search", "query") == ["TEXT is missing: What the shopper typed; - reads one query a line."])
    }
  }

  @Test func `a missing, foreign or altered model is named`() throws {
    try withTemporaryFolder { folder in
      #expect(
        failure("search", "query", "oak", "--model", "\(folder)/no")
          == ["cannot open \(folder)/no/model.json: No such file or directory"])
      let result = run(
        ["search", "query", "oak"], in: .shopkeeper, environment: ["SHOPKEEPER_MODELS": folder])
      #expect(
        result.errors
          == "shopkeeper: error: cannot open \(folder)/search/model.json: No such file or directory\n")
    }
    try withModel { model in
      let lines = failure("xmr", "predict", "--model", model, "--text", "-")
      #expect(
        lines == [
          "\(model)/model.json, kind: given product-search, expected extreme-ranking. Name a model of the kind that this"
            + " command reads."
        ])
      try write(Array("{".utf8), toFile: "\(model)/model.json")
      #expect(
        failure("search", "query", "oak", "--model", model) == [
          "\(model)/model.json: given text that is not a model description, expected JSON as written by Shopkeeper."
            + " The file is incomplete or altered; train or import the model again."
        ])
    }
  }
}
