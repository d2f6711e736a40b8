import FoundationEssentials
import StoreSimulator
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// What `bench lexical-search` prints.
struct BenchLexicalSearchTests {
  private struct Document: Decodable {
    let bench: String
    let figures: [String: Double]
  }

  private let keys: Set = [
    "bm25_us", "bm25_p99_us", "bm25_ndcg10_c", "bm25_ndcg10_c_low", "bm25_ndcg10_c_high", "bm25_recall10_c",
    "bm25_recall100_c", "index_cpu_s", "index_bytes",
  ]

  private func figures(_ arguments: String...) throws -> [String: Double] {
    let (code, output, errors) = run(
      ["bench", "lexical-search", "--json", "--quiet"] + arguments, in: .shopkeeper)
    try #require(code == 0, "\(errors)")
    let document = try JSONDecoder().decode(Document.self, from: Data(output.utf8))
    #expect(document.bench == "lexical-search")
    return document.figures
  }

  @Test func `the generated shop gives every figure, and none is empty`() throws {
    let found = try figures("--products", "1000")
    #expect(Set(found.keys) == keys)
    #expect(found.values.allSatisfy { $0 > 0 })
    #expect(found["bm25_us"]! <= found["bm25_p99_us"]!)
    // The texts of products name most of what shoppers type; chance would find hardly anything.
    for key in ["bm25_ndcg10_c", "bm25_recall10_c", "bm25_recall100_c"] {
      #expect((0.3...1).contains(found[key]!), "\(key)")
    }
    #expect(found["bm25_ndcg10_c_low"]! < found["bm25_ndcg10_c"]!)
    #expect(found["bm25_ndcg10_c"]! < found["bm25_ndcg10_c_high"]!)
    #expect(found["bm25_recall10_c"]! < found["bm25_recall100_c"]!)
    #expect(found["index_bytes"]! > 50 * 1000)
  }

  @Test func `the files of a generated shop give the quality that the shop itself gives`() throws {
    try withTemporaryFolder { folder in
      var recipe = ShopRecipe()
      (recipe.products, recipe.customers, recipe.days) = (500, 1, 1)
      try SampleShop(recipe).write(to: folder)
      let files = try figures(
        "--catalogue", "\(folder)/catalogue.jsonl", "--queries", "\(folder)/validation/queries.tsv",
        "--judgments", "\(folder)/validation/judgments.qrels")
      let shop = try figures("--products", "500")
      for key in keys where key.contains("_c_") || key.hasSuffix("_c") || key == "index_bytes" {
        #expect(files[key] == shop[key])
      }
      let quality = try figures(
        "--products", "500", "--protocol", "D", "--training-judgments",
        "\(folder)/validation/judgments.qrels")
      #expect(quality["bm25_ndcg10_d"] != nil && quality["bm25_ndcg10_c"] == nil)
    }
  }

  @Test func `files that go together are asked for`() {
    func problem(_ arguments: String...) -> String {
      run(["bench", "lexical-search"] + arguments, in: .shopkeeper).errors
    }
    let hint = "shopkeeper: for help type: shopkeeper bench lexical-search --help\n"
    let catalogue = "shopkeeper: error: --catalogue needs --queries and --judgments\n"
    #expect(problem("--catalogue", "none") == catalogue + hint)
    #expect(
      problem("--queries", "none") == "shopkeeper: error: --queries and --judgments need --catalogue\n" + hint
    )
    #expect(
      problem("--catalogue", "none", "--queries", "none")
        == "shopkeeper: error: --queries and --judgments go together\n" + hint)
  }
}
