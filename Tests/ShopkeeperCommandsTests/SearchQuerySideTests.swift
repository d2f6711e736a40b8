import Learning
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// Filters, facets, orders, corrections and what is offered instead, as `search query` prints them.
struct SearchQuerySideTests {
  private func withModel(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      var lines: [String] = []
      func add(_ id: String, _ title: String, _ brand: String, _ category: String, _ rest: String) {
        lines.append(
          #"{"product_id":"\#(id)","title":"\#(title)","brand":"\#(brand)","category":"\#(category)",\#(rest)}"#
        )
      }
      add(
        "d1", "Cordless drill", "Ryobi", "Tools > Drills",
        #""price":99,"stock":3,"group":"d","released":"2024-01-05""#)
      add(
        "d2", "Cordless drill red", "Ryobi", "Tools > Drills",
        #""price":89,"stock":0,"group":"d","released":"2025-02-01""#)
      add(
        "d3", "Corded drill", "Makita", "Tools > Drills",
        #""price":49,"stock":5,"markets":["us"],"attributes":{"voltage":230}"#)
      add("b1", "Drill bit", "Bosch", "Tools > Bits", #""price":5,"stock":9,"attributes":{"voltage":0}"#)
      add("h1", "Garden hose", "Bosch", "Garden", #""price":19,"stock":1"#)
      let catalogue = try file("c.jsonl", in: folder, lines.joined(separator: "\n"))
      succeed("search", "train", "--catalogue", catalogue, "--out", "\(folder)/m", "-q")
      try body("\(folder)/m")
    }
  }

  private func ids(_ output: String) -> [String] {
    output.split(separator: "\n").dropFirst().prefix { $0.contains(".") }.map {
      String($0.split(separator: " ")[2])
    }
  }

  @Test func `a filter leaves what it allows`() throws {
    try withModel { model in
      for (filter, wanted) in [
        ("brand:ryobi", ["d1", "d2"]), ("price:[20 TO 89]", ["d2", "d3"]), ("price:{49 TO *]", ["d1", "d2"]),
        ("stock:true AND NOT brand:Ryobi", ["b1", "d3"]),
        (#"category:"Tools > Bits" OR voltage:230"#, ["b1", "d3"]),
        ("market:de", ["b1", "d1", "d2"]), ("released:[2025-01-01 TO *]", ["d2"]), ("group:d", ["d1", "d2"]),
        ("category:tools", ["b1", "d1", "d2", "d3"]),
      ] {
        let printed = succeed("search", "query", "drill", "--model", model, "--filter", filter)
        #expect(ids(printed).sorted() == wanted, "\(filter)")
      }
    }
  }

  @Test func `facets are counted without their own part of the filter`() throws {
    try withModel { model in
      let printed = succeed(
        "search", "query", "drill", "--model", model, "--filter", "brand:Ryobi AND stock:true", "--facets",
        "brand,category,price")
      let lines = printed.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(
        lines.dropFirst(2).joined(separator: "\n") == """
          1 product in all

          brand
          count  value
              1  Bosch
              1  Makita
              1  Ryobi

          category
          count  value
              1  Tools
              1  Tools > Drills

          price
          count  value
              1  99

          """)
    }
  }

  @Test func `products are ordered by price and newness, and variants grouped`() throws {
    try withModel { model in
      func found(_ options: String...) -> [String] {
        let result = run(["search", "query", "drill", "--model", model] + options, in: .shopkeeper)
        #expect(result.code == 0, "\(result.errors)")
        return ids(result.output)
      }
      #expect(found("--sort", "price") == ["b1", "d3", "d2", "d1"])
      #expect(found("--sort", "price-descending") == ["d1", "d2", "d3", "b1"])
      #expect(found("--sort", "newest").prefix(2) == ["d2", "d1"])
      #expect(found("--sort", "price", "--group") == ["b1", "d3", "d2"])
      #expect(
        misuse("search", "query", "drill", "--sort", "size")
          == ["--sort: given size, expected one of relevance, price, price-descending, newest"])
    }
  }

  @Test func `a filter that leaves nothing offers what is found without a part of it`() throws {
    try withModel { model in
      let printed = succeed(
        "search", "query", "hose", "--model", model, "--filter", "stock:true AND price:[50 TO *]")
      let lines = printed.split(separator: "\n")
      #expect(
        lines.prefix(3) == [
          "filteredOut", "without price:[50 TO *]: 1 product", " score  price  product  title",
        ])
      #expect(lines.count == 4 && lines[3].hasSuffix("  19.00  h1       Garden hose"))
      let json = try document(
        succeed("search", "query", "hose", "--model", model, "--filter", "price:[50 TO *]", "--json"))
      #expect(json["status"]?.text == "filteredOut" && json["results"]?.elements.isEmpty == true)
      #expect(json["relaxation"]?["step"]?.text == "droppedFilter")
      #expect(json["relaxation"]?["dropped"]?.text == "price:[50 TO *]")
      #expect(json["suggestions"]?[0]?["id"]?.text == "h1")
    }
  }

  @Test func `filters and facets that cannot be are refused`() throws {
    try withModel { model in
      let fields = "brand, category, group, market, price, released, stock, voltage"
      #expect(
        failure(
          "search", "query", "drill", "--model", model, "--filter", "size:3 AND price:x", "--facets", "shape")
          == [
            "filter: given the field size, expected one of \(fields)",
            "price: given a text, expected a number, true or false",
            "facets: given the field shape, expected one of \(fields)",
          ])
      #expect(
        failure("search", "query", "drill", "--model", model, "--filter", "price:[1 TO")
          == [
            "filter: given its end, expected a number or *. For example brand:\"Ryobi\" AND price:[20 TO 50] AND NOT"
              + " stock:false."
          ])
    }
  }

  @Test func `corrections are told and switched off by exact`() throws {
    try withTemporaryFolder { folder in
      let lines = (0..<6).map { #"{"product_id":"d\#($0)","title":"Cordless drill \#($0)"}"# }
      let catalogue = try file("c.jsonl", in: folder, lines.joined(separator: "\n"))
      succeed("search", "train", "--catalogue", catalogue, "--out", "\(folder)/m", "-q")
      let printed = succeed("search", "query", "cordles dril", "--model", "\(folder)/m", "-k", "1")
      let told = printed.split(separator: "\n")
      #expect(told.first == "results for: cordless drill" && told.last == "nothing is spelt as it was typed")
      #expect(
        succeed("search", "query", "cordles dril", "--model", "\(folder)/m", "--exact") == "nothingFound\n")
      let json = try document(succeed("search", "query", "Cordles drill", "--model", "\(folder)/m", "--json"))
      #expect(json["correctedQuery"]?.text == "cordless drill" && json["relaxation"] == nil)
      #expect(json["corrections"]?[0]?["typed"]?.text == "cordles")
      #expect(json["results"]?[0]?["highlights"]?[0] == .array([.integer(0), .integer(8)]))
      let words = succeed(
        "search", "query", "drill zebra", "--model", "\(folder)/m", "--all-words", "-k", "1")
      #expect(words.hasSuffix("no product holds all words, left out: zebra; 50% of the words are known\n"))
    }
  }
}

/// What `search train` tells of events.
struct SearchTrainEventsTests {
  private func event(
    _ action: String, _ search: Int, _ product: String, _ position: Int, client: String = "c"
  ) -> String {
    #"{"action_name":"\#(action)","query_id":"q\#(search)","user_query":"table","client_id":"\#(client)","#
      + #""timestamp":\#(search * 1000),"event_attributes":{"object":{"object_id":"\#(product)"},"position":{"ordinal":\#(position)}}}"#
  }

  @Test func `robots, repetitions and rare pairs are counted, and what is identified is said`() throws {
    try withTemporaryFolder { folder in
      let catalogue = try file("c.csv", in: folder, "product_id,title", "a1,Oak desk", "a2,Red lamp")
      var lines: [String] = []
      for search in 0..<100 {
        let first = search % 2 == 0 ? ("a1", "a2") : ("a2", "a1")
        lines += [event("impression", search, first.0, 1), event("impression", search, first.1, 2)]
        if search % 4 < 2 { lines.append(event("click", search, "a1", first.0 == "a1" ? 1 : 2)) }
      }
      lines.append(lines[0])
      for search in 1000..<1202 { lines.append(event("click", search, "a2", 1, client: "robot")) }
      lines.append(#"{"action_name":"search","user_query":"ta"}"#)
      lines.append(#"{"action_name":"click","event_attributes":{"object":{"object_id":"a1"}}}"#)
      let events = try file("e.jsonl", in: folder, lines.joined(separator: "\n"))
      let trained = run(
        ["search", "train", "--quiet", "--catalogue", catalogue, "--events", events, "--out", "\(folder)/m"],
        in: .shopkeeper)
      let told = notes(trained)
      #expect(told.count == 6, "\(told)")
      #expect(told[2] == "1 pair of 100 searches, 200 impressions, 50 of them acted upon; weights: gamma")
      #expect(told[3].hasPrefix("positions looked at: 1.00 1.00 (from 200 impressions)"), "\(told[3])")
      #expect(
        told[4]
          == "left out: 1 repetition, 404 records of 1 robot, 1 event without a search, 1 event that teach nothing"
      )
    }
  }

  @Test func `options of pairs are checked`() {
    #expect(
      misuse(
        "search", "train", "--catalogue", "c", "--out", "m", "--pair-weight", "clicks", "--action-weights",
        "1,2",
        "--min-impressions", "0", "--positions-from", "some") == [
          "--pair-weight: given clicks, expected one of gamma, inverse-propensity, clicks-over-expected, raw;"
            + " did you mean clicks-over-expected?",
          "--action-weights: given 1,2, expected three numbers of 0 or more, as in 1,3,5",
          "--min-impressions: given 0, expected an integer from 1 to 1000000",
          "--positions-from: given some, expected one of all, randomised",
        ])
  }
}
