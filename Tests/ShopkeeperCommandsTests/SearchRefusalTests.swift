import TestSupport
import Testing

@testable import ShopkeeperCommands

/// Catalogues, logs and judgments that are wrong, as `search train` tells them.
struct SearchRefusalTests {
  private func train(
    _ folder: String, _ arguments: String...
  ) -> (code: Int32, output: String, errors: String) {
    run(["search", "train", "--quiet", "--out", "\(folder)/m"] + arguments, in: .shopkeeper)
  }

  @Test func `wrong products are left out, counted, and the first one is named`() throws {
    try withTemporaryFolder { folder in
      let catalogue = try file(
        "c.jsonl", in: folder, #"{"product_id":"a1","title":"Oak desk"}"#,
        #"{"product_id":"a1","title":"Again"}"#, #"{"product_id":"a2"}"#, #"{"title":"No id"}"#,
        #"{"product_id":"","title":"Empty id"}"#, "no json", #"{"product_id":"a3","description":"Lamp"}"#)
      let trained = train(folder, "--catalogue", catalogue)
      #expect(trained.code == 0 && trained.output == "2 products; bm25 answers; written to \(folder)/m\n")
      #expect(
        notes(trained) == [
          "2 products read from \(catalogue), 5 lines rejected, the first: line 2: product_id: given an id that"
            + " product 1 of the file has, expected unique ids",
          "0 pairs, fewer than 100: only words are used",
        ])
      // A product without a title is found by its other text.
      #expect(succeed("search", "query", "lamp", "--model", "\(folder)/m").hasSuffix("  a3\n"))
    }
  }

  @Test func `each reason to reject a product is told`() throws {
    let reasons = [
      (#"{"product_id":"a2"}"#, "title: given nothing, and no other text, expected a title or other text"),
      (#"{"title":"No id"}"#, "product_id: given nothing"),
      (#"{"product_id":"","title":"Empty id"}"#, "product_id: given nothing"),
      (#"{"product_id":"a2","title":"x","price":-1}"#, "price: given a negative number, expected 0 or more"),
    ]
    for (line, reason) in reasons {
      try withTemporaryFolder { folder in
        let catalogue = try file("c.jsonl", in: folder, #"{"product_id":"a1","title":"Oak desk"}"#, line)
        let told = notes(train(folder, "--catalogue", catalogue))[0]
        #expect(
          told.hasPrefix("1 product read from \(catalogue), 1 line rejected, the first: line 2: \(reason)"),
          "\(told)")
      }
    }
  }

  @Test func `clicks on unknown products are counted, and few pairs are told`() throws {
    try withTemporaryFolder { folder in
      let catalogue = try file("c.csv", in: folder, "product_id,title", "a1,Oak desk", "a2,Red lamp")
      func click(_ product: String) -> String {
        #"{"action_name":"click","user_query":"table","event_attributes":{"object":{"object_id":"\#(product)"}}}"#
      }
      let events = try file("e.jsonl", in: folder, click("a1"), click("zz"), click("zy"), click("a1"))
      let trained = train(folder, "--catalogue", catalogue, "--events", events)
      #expect(
        notes(trained) == [
          "2 products read from \(catalogue)", "4 events read from \(events)",
          "1 pair of 1 search, 0 impressions, 0 of them acted upon; weights: raw",
          "position bias is not identified: the log has no impressions",
          "left out: 2 events of products not in the catalogue",
          "1 pair, fewer than 100: only words are used",
        ])
      #expect(trained.output == "2 products; bm25 answers; written to \(folder)/m\n")
    }
  }

  @Test func `files of another kind are refused and nothing is written`() throws {
    try withTemporaryFolder { folder in
      let wrong = try file("wrong", in: folder, "name,price", "x,1")
      let nothing = "given 2 lines of which none is usable, expected at least one usable line."
      let catalogue = try file("c.csv", in: folder, "product_id,title", "a1,Oak desk")
      #expect(
        failure("search", "train", "--catalogue", wrong, "--out", "\(folder)/m") == [
          "\(wrong), line 1: given a header without a column for ids, expected JSON Lines, or a header with product_id"
            + " (or id, uid, sku) and title. Add a header line such as product_id,title,brand,price."
        ])
      for option in ["--events", "--pairs"] {
        let told = train(folder, "--catalogue", catalogue, option, wrong)
        #expect(told.code == 1 && told.errors.contains("\(wrong), line 1: \(nothing)"), "\(told.errors)")
      }
      for (queries, judgments) in [(wrong, catalogue), (catalogue, wrong)] {
        let told = train(folder, "--catalogue", catalogue, "--queries", queries, "--judgments", judgments)
        #expect(told.code == 1 && told.errors.contains("of which none is usable"))
      }
      let left = try names(in: folder)
      #expect(left == ["c.csv", "wrong"])
    }
  }

  @Test func `missing files and folders that cannot be written are named`() throws {
    try withTemporaryFolder { folder in
      let catalogue = try file("c.csv", in: folder, "product_id,title", "a1,Oak desk")
      #expect(
        failure("search", "train", "--catalogue", "\(folder)/no", "--out", "\(folder)/m")
          == ["cannot open \(folder)/no: No such file or directory"])
      #expect(
        failure("search", "train", "--catalogue", folder, "--out", "\(folder)/m")
          == ["cannot read \(folder): Is a directory"])
      #expect(
        train(folder, "--catalogue", catalogue, "--events", "\(folder)/no").errors
          .hasSuffix("shopkeeper: error: cannot open \(folder)/no: No such file or directory\n"))
      let told = failure("search", "train", "--catalogue", catalogue, "--out", "\(catalogue)/m")
      #expect(told.count == 1 && told[0].hasPrefix("cannot create folder \(catalogue)/m.partial-"))
      #expect(told[0].hasSuffix(": Not a directory"))
    }
  }

  @Test func `a catalogue without a product is refused`() throws {
    try withTemporaryFolder { folder in
      let empty = try file("c.csv", in: folder, "product_id,title")
      #expect(
        failure("search", "train", "--catalogue", empty, "--out", "\(folder)/m")
          == ["catalogue: given no products, expected at least one"])
    }
  }

  @Test func `options that exclude each other are refused`() throws {
    #expect(
      misuse("search", "train", "--catalogue", "c", "--events", "e", "--pairs", "p", "--out", "m")
        == ["--events and --pairs exclude each other"])
    #expect(
      misuse("search", "train", "--features", "all", "--min-weight", "nan") == [
        "--features: given all, expected one of auto, words, words+pairs, words+pairs+trigrams",
        "--min-weight: given nan, expected a number, 0 or more",
        "--catalogue FILE is missing: Products: JSON Lines, CSV or tab-separated, also .gz.",
        "--out DIR is missing: Where to write.",
      ])
  }

  @Test func `what cannot be trained leaves the old model in place`() throws {
    try withTemporaryFolder { folder in
      let catalogue = try file("c.csv", in: folder, "product_id,title", "a1,Oak desk")
      let empty = try file("e.csv", in: folder, "product_id,title")
      #expect(train(folder, "--catalogue", catalogue).code == 0)
      let before = try contents(ofFolder: "\(folder)/m")
      #expect(train(folder, "--catalogue", empty).code == 1)
      let after = try contents(ofFolder: "\(folder)/m")
      #expect(before == after)
      let left = try names(in: folder)
      #expect(left == ["c.csv", "e.csv", "m"])
    }
  }
}
