import Learning
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// From a shop's log to suggestions on the command line.
struct CompleteCommandTests {
  /// A shop, its examples and a model, in a folder.
  private func prepare(_ folder: String) {
    succeed(
      "generate", "--products", "300", "--customers", "1500", "--days", "30", "--out", "\(folder)/shop", "-q")
    succeed(
      "complete", "import", "--format", "amazonqac", "--log", "\(folder)/shop/searches.jsonl.gz", "--out",
      "\(folder)/pairs", "-q")
    succeed(
      "complete", "train", "--format", "amazonqac", "--log", "\(folder)/shop/searches.jsonl.gz",
      "--catalogue",
      "\(folder)/shop/catalogue.jsonl", "--k-anonymity", "2", "--out", "\(folder)/m", "-q")
  }

  @Test func `a log becomes examples, a model and suggestions, and every verb tells what it did`() throws {
    try withTemporaryFolder { folder in
      prepare(folder)
      #expect(try names(in: "\(folder)/pairs") == ["test.jsonl", "train.jsonl", "val.jsonl"])
      let list = try document(
        succeed(
          "complete", "query", "cor", "--after", "saw blades", "--explain", "--json", "--model", "\(folder)/m"
        ))
      let first = try #require(list["suggestions"]?[0])
      #expect(first["text"]?.text?.hasPrefix("cor") == true && first["tier"]?.text == "exact")
      #expect(first["explanation"]?["parts"]?.elements.count == 13)
      let scoped = list["suggestions"]?.elements.compactMap { $0["scope"]?["category"]?.text } ?? []
      #expect(!scoped.isEmpty && scoped.allSatisfy { $0.contains(" > ") })
      let only = try document(
        succeed("complete", "query", "c", "--scope", scoped[0], "--json", "--model", "\(folder)/m"))
      #expect(only["suggestions"]?.elements.allSatisfy { $0["tier"]?.text != "generated" } == true)
      let inspected = try document(succeed("complete", "inspect", "--json", "--model", "\(folder)/m"))
      #expect(inspected["anonymity"]?.number == 2 && (inspected["report"]?["labels"]?.number ?? 0) > 50)
      let figures = try document(
        succeed(
          "complete", "evaluate", "--pairs", "\(folder)/pairs", "--model", "\(folder)/m", "--write-lists",
          "\(folder)/l.jsonl", "--json", "-q"))["figures"]
      let mean = figures?["model mrr all"]?.number ?? 0
      #expect(mean > 0.2 && mean < 1)
      // The lists that were written are judged alike, and differ by nothing.
      let again = try document(
        succeed(
          "complete", "evaluate", "--pairs", "\(folder)/pairs", "--model", "\(folder)/m", "--lists",
          "\(folder)/l.jsonl", "--json", "-q"))["figures"]
      #expect(again?["model - \(folder)/l.jsonl all"]?.number == 0)
      #expect(again?["\(folder)/l.jsonl mrr all"]?.number == mean)
      let bench = try document(
        succeed(
          "bench", "completion", "--data", "\(folder)/pairs", "--catalogue", "\(folder)/shop/catalogue.jsonl",
          "--quick",
          "--json", "-q"))["figures"]
      for name in [
        "mrr", "mrr_generated", "mrr_typo", "ingest_per_s", "visible_s", "bytes_per_label",
        "heads_short_cap3",
      ] {
        #expect((bench?[name]?.number ?? 0) > 0, "\(name)")
      }
      #expect(bench?["personal_served"]?.number == 0 && bench?["blocked_served"]?.number == 0)
    }
  }

  @Test func `what is wrong is told, and no folder is left`() throws {
    try withTemporaryFolder { folder in
      let log = try file("log", in: folder, "{}\n")
      #expect(misuse("complete", "train", "--out", "\(folder)/m").first == "--log must be given")
      #expect(
        misuse(
          "complete", "train", "--format", "aol", "--log", log, "--k-anonymity", "4", "--out", "\(folder)/m"
        ).first
          == "--k-anonymity: given 4, expected 5 or more for a log of real people")
      #expect(
        misuse("complete", "query", "a", "--limit", "-1").first?.contains("expected an integer from 0 to 100")
          == true)
      #expect(
        misuse("complete", "query", "a", "--limit", "101").first?.contains(
          "expected an integer from 0 to 100") == true)
      #expect(!failure("complete", "query", "a", "--model", "\(folder)/none").isEmpty)
      #expect(!failure("complete", "train", "--log", log, "--out", "\(folder)/m").isEmpty)
      #expect(try !names(in: folder).contains("m"))
      let rules = try file("r.json", in: folder, "{\"blocks\":[{\"kind\":\"pattern\",\"text\":\"a{2}\"}]}")
      let told = failure("complete", "rules", rules, "--text", "a")
      #expect(
        told.count == 1 && told[0].hasPrefix("block 1: pattern: given what is not understood at character 2"))
      let good = try file("g.json", in: folder, "{\"blocks\":[{\"kind\":\"contains\",\"text\":\"casino\"}]}")
      let verdicts = try document(
        succeed("complete", "rules", good, "--text", "c a $ 1 n o", "--text", "rug", "--json"))
      #expect(verdicts[0]?["blockedBy"]?.text == "contains" && verdicts[1]?["blockedBy"] == nil)
      let broken = try file("b.json", in: folder, "[")
      #expect(failure("complete", "rules", broken).first?.contains("text that is no set of rules") == true)
    }
  }
}
