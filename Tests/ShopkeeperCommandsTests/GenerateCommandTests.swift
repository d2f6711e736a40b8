import Learning
import StoreData
import TestSupport
import Testing

@testable import ShopkeeperCommands

struct GenerateCommandTests {
  @Test func `a shop has all of its files and says how much is in them`() throws {
    try withTemporaryFolder { folder in
      let printed = succeed(
        "generate", "--products", "40", "--customers", "200", "--days", "5", "--out", "\(folder)/shop")
      #expect(
        printed == "40 products, 366 searches, 2,224 events, 600 judged queries; written to \(folder)/shop\n")
      let written = try files(inFolder: "\(folder)/shop")
      #expect(
        written == [
          "catalogue.jsonl", "members.csv", "membership.json", "products.csv", "sales.csv",
          "searches.jsonl.gz",
          "test/judgments.qrels", "test/queries.tsv",
          "truth/attractiveness.tsv", "truth/choice.json", "truth/membership.json",
          "truth/positions.json", "truth/searches.tsv", "truth/synonyms.tsv", "ubi_events.jsonl",
          "ubi_queries.jsonl",
          "validation/judgments.qrels", "validation/queries.tsv",
        ])
      let catalogue = try Catalogue.read(contentsOf: "\(folder)/shop/catalogue.jsonl")
      #expect(catalogue.report.accepted == 40)
    }
  }

  @Test func `the same options give the same files, another seed others`() throws {
    try withTemporaryFolder { folder in
      for (name, seed, threads) in [("a", "1", "1"), ("b", "1", "3"), ("c", "2", "1")] {
        succeed(
          "generate", "--products", "20", "--customers", "50", "--days", "2", "--seed", seed, "--threads",
          threads, "--out", "\(folder)/\(name)")
      }
      let (a, b) = (try contents(ofFolder: "\(folder)/a"), try contents(ofFolder: "\(folder)/b"))
      let c = try contents(ofFolder: "\(folder)/c")
      #expect(a == b && a != c && a.count == 18)
    }
  }

  @Test func `a click log has products, training and test queries`() throws {
    try withTemporaryFolder { folder in
      let command = ["generate", "--click-log", "--products", "60", "--out", "\(folder)/log"]
      #expect(
        run(command, in: .shopkeeper) == (
          0, "60 products, 206 training queries, 22 test queries; written to \(folder)/log\n", ""
        ))
      let written = try files(inFolder: "\(folder)/log")
      #expect(written == ["products.tsv", "test.tsv", "train.tsv"])
      let document = try document(run(command + ["--json"], in: .shopkeeper).output)
      #expect(document == .object(["products": .integer(60), "test": .integer(22), "train": .integer(206)]))
    }
  }

  @Test func `the summary is a JSON document on request`() throws {
    try withTemporaryFolder { folder in
      let printed = succeed(
        "generate", "--products", "20", "--customers", "50", "--days", "2", "--out", "\(folder)/s", "--json")
      let document = try document(printed)
      #expect(document.keys == ["events", "judgedQueries", "products", "queries"])
      #expect(document["products"]?.number == 20)
    }
  }

  @Test func `sizes out of range and folders that cannot be written are refused`() throws {
    try withTemporaryFolder { folder in
      #expect(
        misuse("generate", "--products", "9", "--days", "0")
          == [
            "--products: given 9, expected an integer from 10 to 2000000",
            "--days: given 0, expected an integer from 1 to 3650", "--out DIR is missing: Where to write.",
          ])
      let file = try file("file", in: folder, "in the way")
      #expect(
        failure("generate", "--products", "10", "--out", "\(file)/shop")
          == ["cannot create folder \(file)/shop: Not a directory"])
    }
  }
}
