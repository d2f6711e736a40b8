import Learning
import TestSupport
import Testing

@testable import ShopkeeperCommands

struct BenchAndDemoTests {
  private static let figures = [
    "batch_us", "bytes_per_label_f16", "bytes_per_label_f32", "bytes_per_label_i8", "index_cpu_s", "ndcg10",
    "ndcg10_f16", "ndcg10_i8", "open_ms", "predict_single_p99_us", "predict_single_us", "recall10",
    "recall100",
    "single_total_us", "total_train_cpu_s", "train_cpu_s", "vectorise_train_cpu_s", "vectorise_us",
  ]

  @Test func `extreme ranking is measured in all of its figures`() throws {
    let measured = try document(succeed("bench", "extreme-ranking", "--labels", "100", "--json", "-q"))
    #expect(measured.keys == ["bench", "figures"] && measured["bench"]?.text == "extreme-ranking")
    #expect(measured["figures"]?.keys == Self.figures)
    for name in Self.figures { #expect((measured["figures"]?[name]?.number ?? 0) > 0, "\(name)") }
    let table = succeed("bench", "extreme-ranking", "--labels", "100", "-q").split(separator: "\n")
    #expect(table.count == Self.figures.count + 1 && table[0].hasPrefix("figure "))
  }

  @Test func `a log of one's own and answers of PECOS are measured`() throws {
    try withTemporaryFolder { folder in
      let log = "\(folder)/log"
      succeed("generate", "--click-log", "--products", "100", "--out", log)
      let model = "\(folder)/m"
      succeed("xmr", "train", "--clicks", "\(log)/train.tsv", "--grams", "words+pairs", "--out", model, "-q")
      succeed("xmr", "export", "--model", model, "\(folder)/pecos")
      // The answers of the model itself in place of those of PECOS.
      let queries = try text(ofFile: "\(log)/test.tsv").split(separator: "\n").map {
        $0.prefix { $0 != "\t" }
      }
      let texts = try file("q", in: folder, queries.joined(separator: "\n"))
      let names = columns(succeed("xmr", "tree", "--model", model)).map { $0[1] }.sorted()
      let rows = try succeed("xmr", "predict", "--model", model, "--text", texts, "-q", "--json")
        .split(separator: "\n").map { try document("\($0)\n") }
      let lines = rows.map { row in
        zip(row["labels"]?.elements ?? [], row["scores"]?.elements ?? []).map { label, score in
          "\(names.firstIndex(of: label.text ?? "") ?? -1):\(score.number ?? 0)"
        }.joined(separator: " ")
      }
      let answers = try file("answers", in: folder, lines.joined(separator: "\n"))
      func share(_ answers: String) throws -> Double? {
        try document(
          succeed(
            "bench", "extreme-ranking", "--train", "\(log)/train.tsv", "--test", "\(log)/test.tsv", "--pecos",
            "\(folder)/pecos", "--pecos-answers", answers, "--json", "-q"))["figures"]?["pecos_topk_equal"]?
          .number
      }
      let equal = try share(answers)
      #expect(equal == 1)
      let turned = lines.map { $0.split(separator: " ").reversed().joined(separator: " ") }
      let wrong = try share(try file("turned", in: folder, turned.joined(separator: "\n")))
      #expect((wrong ?? 1) < 0.5)
      let short = try file("short", in: folder, "0:1")
      #expect(
        failure(
          "bench", "extreme-ranking", "--train", "\(log)/train.tsv", "--test", "\(log)/test.tsv",
          "--pecos-answers", short, "-q") == [
            "\(short): given 1 lines, expected \(queries.count), one a test query"
          ])
    }
  }

  @Test func `growth is measured over the sizes asked for`() throws {
    try withTemporaryFolder { folder in
      let measured = try document(
        succeed(
          "bench", "extreme-ranking-scale", "--labels", "200", "--labels", "100", "--logs", folder, "--json",
          "-q"))
      let names = [
        "bytes_per_label", "peak_mib", "query_p99_us", "query_us", "recall10", "train_cpu_s", "train_wall_s",
      ]
      let all = names.flatMap { ["\($0)_100", "\($0)_200"] } + ["query_growth", "train_exponent"]
      #expect(measured["figures"]?.keys == all.sorted())
      let logs = try files(inFolder: folder)
      #expect(logs.count == 6 && logs.contains("100/train.tsv") && logs.contains("200/test.tsv"))
    }
  }

  @Test func `options of benchmarks that belong together are told`() {
    #expect(misuse("bench", "extreme-ranking", "--train", "t") == ["--train and --test go together"])
    #expect(
      misuse("bench", "extreme-ranking-scale", "--labels", "5")
        == ["--labels: given 5, expected an integer from 100 to 2000000"])
  }

  @Test func `the demo makes a shop, trains and prints what it reaches`() throws {
    try withTemporaryFolder { folder in
      let demo = [
        "demo", "--no-serve", "--products", "100", "--customers", "900", "--out", "\(folder)/shop", "-q",
      ]
      let printed = run(demo, in: .shopkeeper)
      #expect(printed.code == 0 && printed.errors.isEmpty)
      let lines = printed.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(
        lines[0].hasPrefix("A shop of 100 products and ")
          && lines[0].contains("searches, made and learned in"))
      #expect(lines[2].hasPrefix("search ranker  nDCG@10  95 % interval"))
      #expect(
        lines[3..<7].map { $0.split(separator: " ")[0] } == ["bm25", "bm25_clicks", "centroid", "xr"])
      #expect(lines[3..<7].count { $0.hasSuffix("  answers") } == 1)
      #expect(lines[8] == "Chosen on validation queries, measured on 300 test queries. Next:")
      #expect(lines[9].hasSuffix("--model \(folder)/shop/models/search"))
      #expect(lines[11].hasPrefix("what members value  truth  estimate  95 % interval"))
      #expect(
        lines[12..<18].map { $0.split(separator: " ")[0] } == [
          "ship", "video", "music", "base", "price", "join",
        ])
      #expect(lines[19].hasSuffix("a logit of today alone finds that members like to pay. Next:"))
      #expect(lines[22].hasPrefix("completing what is typed  "))
      #expect(lines[22].hasSuffix("  MRR@10  gain, 95 % interval over users  us a key"))
      #expect(lines[23].hasPrefix("most popular ") && lines[24].hasPrefix("after the session "))

      // The figures are those that `search evaluate` computes from the files.
      let json = try document(run(demo + ["--json"], in: .shopkeeper).output)
      #expect(
        json[0]?.keys == [
          "answers", "high", "low", "microseconds", "ndcg10", "queries", "ranker", "recall100",
        ])
      let evaluated = try document(
        succeed(
          "search", "evaluate", "--model", "\(folder)/shop/models/search", "--queries",
          "\(folder)/shop/test/queries.tsv", "--judgments", "\(folder)/shop/test/judgments.qrels", "--json",
          "-q"))
      for row in json.elements {
        let same = evaluated.elements.first { $0["name"] == row["ranker"] }
        #expect(same?["ndcg10"] == row["ndcg10"] && same?["recall100"] == row["recall100"])
      }
      let chosen = json.elements.first { $0["answers"] == .bool(true) }
      #expect(chosen?["ranker"] == evaluated[0]?["name"])
    }
  }
}
