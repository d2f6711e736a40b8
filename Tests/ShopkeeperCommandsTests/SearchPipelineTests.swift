import Learning
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// Generate, train, ask, measure: what a user does first.
struct SearchPipelineTests {
  @Test func `a model is trained, answers and is measured`() throws {
    try withTemporaryFolder { folder in
      let shop = GeneratedShop(in: folder)
      let model = "\(folder)/model"
      let validation = [
        "--queries", "\(shop.folder)/validation/queries.tsv", "--judgments",
        "\(shop.folder)/validation/judgments.qrels",
      ]
      let trained = run(shop.training + validation + ["--out", model], in: .shopkeeper)
      #expect(trained.code == 0)
      #expect(
        notes(trained) == [
          "40 products read from \(shop.folder)/catalogue.jsonl",
          "366 events read from \(shop.folder)/ubi_queries.jsonl",
          "2,224 events read from \(shop.folder)/ubi_events.jsonl",
          "182 pairs of 366 searches, 1,966 impressions, 201 of them acted upon; weights: raw",
          "position bias is not identified: too few products were seen at several positions",
          "left out: 2 events without a search",
        ])
      let lines = trained.output.split(separator: "\n")
      #expect(lines[0] == "ranker       nDCG@10  95 % interval       MRR   R@10  R@100")
      #expect(
        lines.dropFirst().dropLast().map { $0.split(separator: " ")[0] }
          == ["bm25", "bm25_clicks", "centroid", "xr"])
      let chosen = lines.first { $0.hasSuffix("  answers") }?.split(separator: " ")[0]
      #expect(chosen == "centroid")
      #expect(lines.last == "40 products; centroid answers; written to \(model)")
      let written = try names(in: folder)
      #expect(written == ["model", "shop"])

      let queries = try text(ofFile: "\(shop.folder)/test/queries.tsv").split(separator: "\n")
      let query = String(queries[0].split(separator: "\t")[1])
      let answer = try document(succeed("search", "query", query, "--model", model, "-k", "3", "--json"))
      #expect(
        answer.keys == [
          "corrections", "facets", "isTruncated", "knownShare", "query", "ranker", "results", "status",
          "suggestions",
        ])
      #expect(answer["ranker"]?.text == "centroid" && answer["query"]?.text == query)
      let results = answer["results"]?.elements ?? []
      #expect(
        (1...3).contains(results.count)
          && results[0].keys == ["highlights", "id", "price", "product", "score", "title"])

      let table = measure(
        "search", "evaluate", "--model", model, "--run", "\(folder)/own.run", on: shop)
      let rows = table.split(separator: "\n")
      #expect(rows[0] == "300 queries with a relevant product")
      #expect(
        rows.dropFirst(2).map { $0.split(separator: " ")[0] } == ["centroid", "bm25", "bm25_clicks", "xr"])
      // The run that was written measures as the model did.
      let own = try document(
        measure("search", "evaluate", "--engine-run", "\(folder)/own.run", "--json", on: shop))
      let measured = try document(
        measure("search", "evaluate", "--model", model, "--json", on: shop))
      #expect(
        own[0]?["ndcg10"] == measured[0]?["ndcg10"] && own[0]?["recall100"] == measured[0]?["recall100"])
      #expect(
        measured[1]?.keys == [
          "difference", "high", "low", "mrr", "name", "ndcg10", "queries", "recall10", "recall100",
        ])
      #expect(
        measured[0]?["difference"] == nil && measured[1]?["difference"]?.keys == ["high", "low", "ndcg10"])
    }
  }

  @Test func `how many products a run gets does not change what is measured`() throws {
    try withTemporaryFolder { folder in
      let shop = GeneratedShop(in: folder)
      let model = "\(folder)/model"
      _ = run(shop.training + ["--out", model], in: .shopkeeper)
      let wide = measure("search", "evaluate", "--model", model, on: shop)
      let narrow = measure(
        "search", "evaluate", "--model", model, "-k", "2", "--run", "\(folder)/two.run", on: shop)
      #expect(wide == narrow)
      let lines = try text(ofFile: "\(folder)/two.run").split(separator: "\n").map {
        $0.split(separator: " ")
      }
      #expect(lines.allSatisfy { $0.count == 6 && ["1", "2"].contains($0[3]) && $0[5] == "bm25_clicks" })
    }
  }

  @Test func `protocol D counts products with a positive training pair alone`() throws {
    try withTemporaryFolder { folder in
      let shop = GeneratedShop(in: folder)
      let model = "\(folder)/model"
      _ = run(shop.training + ["--out", model], in: .shopkeeper)
      let training = try file("t.qrels", in: folder, "t 0 P100010 3", "t 0 P100011 1")
      let rows = try document(
        measure(
          "search", "evaluate", "--model", model, "--protocol", "D", "--training-judgments", training,
          "--json",
          on: shop))
      let restricted = try file("ids", in: folder, "P100010")
      let same = try document(
        measure(
          "search", "evaluate", "--model", model, "--restrict", restricted, "--json", on: shop))
      #expect(rows == same)
      #expect((1..<300).contains(rows[0]?["queries"]?.number ?? 0))
    }
  }

  @Test func `the same data and seed give the same model at any number of threads`() throws {
    try withTemporaryFolder { folder in
      let shop = GeneratedShop(in: folder)
      for (name, threads) in [("a", "1"), ("b", "3")] {
        _ = run(shop.training + ["--out", "\(folder)/\(name)", "--threads", threads], in: .shopkeeper)
      }
      let (a, b) = (try contents(ofFolder: "\(folder)/a"), try contents(ofFolder: "\(folder)/b"))
      #expect(a == b && a["model.json"] != nil)
    }
  }

  @Test func `features and weights of words are chosen on judged queries`() throws {
    try withTemporaryFolder { folder in
      let shop = GeneratedShop(in: folder)
      let validation = [
        "--queries", "\(shop.folder)/validation/queries.tsv", "--judgments",
        "\(shop.folder)/validation/judgments.qrels", "--out", "\(folder)/m", "--json",
      ]
      let auto = run(shop.training + ["--features", "auto"] + validation, in: .shopkeeper)
      #expect(
        notes(auto).suffix(3).map { $0.split(separator: ":")[0] } == [
          "features words", "features words+pairs", "features words+pairs+trigrams",
        ])
      let document = try document(auto.output)
      #expect(document.keys == ["chosen", "out", "pairs", "positions", "products", "rankers"])
      #expect(document["pairs"]?["searches"]?.number == 366)
      #expect(document["positions"]?["status"]?.text == "fewMoves")
      #expect(document["rankers"]?[0]?.keys == ["depths", "interval", "metrics", "name", "queries"])
      for option in [["--features", "auto"], ["--tune"]] {
        let alone = run(shop.training + option + ["--out", "\(folder)/n"], in: .shopkeeper)
        #expect(alone.code == 2)
        #expect(alone.errors.contains("\(option.joined(separator: " ")) needs --queries and --judgments"))
      }
    }
  }

  @Test func `pairs train as events do`() throws {
    try withTemporaryFolder { folder in
      let catalogue = try file(
        "c.csv", in: folder, "product_id,title", "d1,Oak desk", "l1,Red lamp", "l2,Blue lamp")
      var lines: [String] = []
      for number in 0..<60 { lines.append("work table \(number)\td1:2,l1:0") }
      for number in 0..<60 { lines.append("night light \(number)\tl2:1,l9:4") }
      let pairs = try file("pairs.tsv", in: folder, lines.joined(separator: "\n"))
      let trained = shopkeeper(
        "search", "train", "--catalogue", catalogue, "--pairs", pairs, "--out", "\(folder)/m", "-q")
      #expect(
        trained.code == 0 && trained.output == "3 products; bm25_clicks answers; written to \(folder)/m\n")
      #expect(
        notes(trained) == [
          "3 products read from \(catalogue)", "120 lines of pairs read from \(pairs)",
          "60 pairs left out: their products are not in the catalogue",
        ])
      let answer = try document(succeed("search", "query", "night light", "--model", "\(folder)/m", "--json"))
      #expect(answer["results"]?[0]?["id"]?.text == "l2" && answer["results"]?.elements.count == 1)
      // With heavier pairs alone nothing leads to the lamp.
      succeed(
        "search", "train", "--catalogue", catalogue, "--pairs", pairs, "--min-weight", "2", "--out",
        "\(folder)/m", "-q")
      #expect(
        succeed("search", "query", "night light", "--model", "\(folder)/m") == """
          nothingFound
          popular instead:
           score  product  title
          0.0000  d1       Oak desk

          """)
    }
  }
}

extension SearchPipelineTests {
  private func measure(_ arguments: String..., on shop: GeneratedShop) -> String {
    let result = run(arguments + shop.judged + ["--quiet"], in: .shopkeeper)
    #expect(result.code == 0 && result.errors.isEmpty, "\(result.errors)")
    return result.output
  }
}
