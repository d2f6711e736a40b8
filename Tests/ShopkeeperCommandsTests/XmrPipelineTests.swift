import FoundationEssentials
import Learning
import LinearAlgebra
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// A generated click log of sixty products and a model trained on it.
struct TrainedLog {
  let folder: String
  let log: String
  let model: String
  /// The test queries, one a line.
  let queries: String

  init(in folder: String, _ options: String...) throws {
    (self.folder, log, model) = (folder, "\(folder)/log", "\(folder)/model")
    succeed("generate", "--click-log", "--products", "60", "--out", log)
    let trained = run(
      ["xmr", "train", "--clicks", "\(log)/train.tsv", "--out", model, "--quiet"] + options, in: .shopkeeper)
    #expect(trained.code == 0, "\(trained.errors)")
    let lines = try text(ofFile: "\(log)/test.tsv").split(separator: "\n")
    queries = try file(
      "queries", in: folder, lines.map { String($0.prefix { $0 != "\t" }) }.joined(separator: "\n"))
  }

  func answers(of model: String? = nil, _ options: String...) -> String {
    let result = run(
      ["xmr", "predict", "--model", model ?? self.model, "--text", queries, "--quiet"] + options,
      in: .shopkeeper)
    #expect(result.code == 0, "\(result.errors)")
    return result.output
  }
}

struct XmrPipelineTests {
  @Test func `a click log is learned, asked and measured`() throws {
    try withTemporaryFolder { folder in
      let log = "\(folder)/log"
      succeed("generate", "--click-log", "--products", "60", "--out", log)
      let trained = shopkeeper("xmr", "train", "--clicks", "\(log)/train.tsv", "--out", "\(folder)/m", "-q")
      #expect(
        trained == (
          0, "206 instances, 58 labels, 611 features; tree 58; 252 bytes a label; written to \(folder)/m\n",
          ""
        ))
      let again = try document(
        succeed("xmr", "train", "--clicks", "\(log)/train.tsv", "--out", "\(folder)/m", "-q", "--json"))
      #expect(again.keys == ["bytes", "features", "instances", "labels", "levels", "out"])
      #expect(again["levels"] == .array([.integer(58)]) && again["labels"]?.number == 58)

      let first = try text(ofFile: "\(log)/test.tsv").prefix { $0 != "\t" }
      let query = try file("q", in: folder, String(first), "zzzzqqqq")
      let lines = succeed("xmr", "predict", "--model", "\(folder)/m", "--text", query, "-k", "2", "-q")
        .split(separator: "\n").map { $0.split(whereSeparator: { $0 == "\t" || $0 == " " }) }
      #expect(lines.count == 2 && lines[0].count == 3 && lines[0][0] == "0")
      #expect(lines[1] == ["1", "noKnownFeature"])
      let json = succeed(
        "xmr", "predict", "--model", "\(folder)/m", "--text", query, "-k", "2", "-q", "--json"
      )
      .split(separator: "\n").map { try? JSONValue(parsing: $0.utf8) }
      #expect(json.count == 2 && json[0]?.keys == ["labels", "row", "scores", "status"])
      let labels = json[0]?["labels"]?.elements.compactMap(\.text) ?? []
      #expect(labels == lines[0].dropFirst().map { String($0.prefix { $0 != ":" }) })
      #expect(json[1]?["status"]?.text == "noKnownFeature" && json[1]?["labels"]?.elements.isEmpty == true)

      let table = shopkeeper(
        "xmr", "evaluate", "--model", "\(folder)/m", "--clicks", "\(log)/test.tsv", "-k", "2", "-q")
      let rows = table.output.split(separator: "\n")
      #expect(rows.count == 4 && rows[0] == "22 instances" && rows[1] == "k  precision  recall")
      let figures = try document(
        succeed("xmr", "evaluate", "--model", "\(folder)/m", "--clicks", "\(log)/test.tsv", "-q", "--json"))
      #expect(figures.keys == ["instances", "precision", "recall"])
      #expect(figures["precision"]?.elements.count == 10)
      #expect(rows[2].hasSuffix(figures["recall"]?[0]?.number?.fixed(4) ?? "-"))
    }
  }

  @Test func `precision and recall are those of the answers`() throws {
    try withTemporaryFolder { folder in
      let trained = try TrainedLog(in: folder)
      let relevant = try text(ofFile: "\(trained.log)/test.tsv").split(separator: "\n").map { line in
        line.split(separator: "\t")[1].split(separator: ",").map { $0.prefix { $0 != ":" } }
      }
      let answers = trained.answers(of: nil, "-k", "5").split(separator: "\n").map { line in
        line.split(separator: "\t")[1].split(separator: " ").map { $0.prefix { $0 != ":" } }
      }
      let known = Set(columns(succeed("xmr", "tree", "--model", trained.model)).map { $0[1] })
      var (precision, recall) = (0.0, 0.0)
      for (labels, found) in zip(relevant, answers) {
        let wanted = labels.filter { known.contains(String($0)) }
        let hits = Double(found.prefix(5).count { wanted.contains($0) })
        precision += hits / 5
        recall += wanted.isEmpty ? 0 : hits / Double(wanted.count)
      }
      let figures = try document(
        succeed(
          "xmr", "evaluate", "--model", trained.model, "--clicks", "\(trained.log)/test.tsv", "-k", "5", "-q",
          "--json"))
      let count = Double(relevant.count)
      #expect(abs((figures["precision"]?[4]?.number ?? 0) - precision / count) < 1e-12)
      #expect(abs((figures["recall"]?[4]?.number ?? 0) - recall / count) < 1e-12)
    }
  }

  @Test func `a model that goes to PECOS and back answers the same`() throws {
    try withTemporaryFolder { folder in
      let trained = try TrainedLog(in: folder, "--grams", "words+pairs", "--max-leaf", "8")
      let (pecos, back) = ("\(folder)/pecos", "\(folder)/back")
      #expect(succeed("xmr", "export", "--model", trained.model, pecos) == "written to \(pecos)\n")
      let names = try names(in: pecos)
      #expect(names == ["output_items.json", "preprocessor", "xlinear_ensemble"])
      #expect(
        succeed("xmr", "import", pecos, "--out", back, "-q").hasSuffix(
          "features, 1 tree; written to \(back)\n"))
      #expect(trained.answers(of: back) == trained.answers())
      #expect(
        succeed("xmr", "tree", "--model", back) == succeed("xmr", "tree", "--model", trained.model))
      #expect(
        try document(succeed("xmr", "export", "--model", back, pecos, "--json"))
          == .object(["out": .string(pecos)]))
      let json = try document(succeed("xmr", "import", pecos, "--out", back, "-q", "--json"))
      #expect(json.keys == ["features", "labels", "out", "trees"] && json["labels"]?.number == 58)
    }
  }

  @Test func `trigrams go to PECOS and back for texts with their ends marked`() throws {
    try withTemporaryFolder { folder in
      let trained = try TrainedLog(in: folder)
      succeed("xmr", "export", "--model", trained.model, "\(folder)/pecos")
      succeed("xmr", "import", "\(folder)/pecos", "--out", "\(folder)/back", "-q")
      let plain = trained.answers()
      let lines = try text(ofFile: trained.queries).split(separator: "\n").map { " \($0) " }
      _ = try file("queries", in: folder, lines.joined(separator: "\n"))
      #expect(trained.answers(of: "\(folder)/back") == plain)
    }
  }

  @Test func `models that PECOS wrote answer and go back`() throws {
    try withTemporaryFolder { folder in
      let root = fixtures().replacing("ShopkeeperCommandsTests", with: "ExtremeRankingTests")
      for name in ["deep", "flat"] {
        let (own, pecos) = ("\(folder)/\(name)", "\(folder)/\(name).pecos")
        succeed("xmr", "import", "\(root)/pecos/\(name)", "--out", own, "-q")
        succeed("xmr", "export", "--model", own, pecos)
        succeed("xmr", "import", pecos, "--out", "\(own).again", "-q")
        let (first, second) = (try contents(ofFolder: own), try contents(ofFolder: "\(own).again"))
        #expect(first == second, "\(name)")
      }
    }
  }

  @Test func `pruning makes a model smaller, and to nothing more changes nothing`() throws {
    try withTemporaryFolder { folder in
      let trained = try TrainedLog(in: folder)
      let small = "\(folder)/small"
      let same = succeed("xmr", "prune", "--model", trained.model, "--out", small, "-q")
      let bytes = same.split(separator: " ")
      #expect(same.hasSuffix(" after; written to \(small)\n") && bytes[0] == bytes[3])
      #expect(trained.answers(of: small) == trained.answers())

      let less = try document(
        succeed(
          "xmr", "prune", "--model", trained.model, "--threshold", "0.4", "--format", "int8", "--out", small,
          "-q",
          "--json"))
      #expect(less.keys == ["bytes", "bytesBefore", "out"])
      #expect((less["bytes"]?.number ?? 0) < 0.6 * (less["bytesBefore"]?.number ?? 0))
      // Training with that threshold gives the same weights.
      let direct = "\(folder)/direct"
      succeed(
        "xmr", "train", "--clicks", "\(trained.log)/train.tsv", "--threshold", "0.4", "--format", "int8",
        "--out",
        direct, "-q")
      #expect(trained.answers(of: small) == trained.answers(of: direct))
    }
  }

  @Test func `the tree holds every label once`() throws {
    try withTemporaryFolder { folder in
      let trained = try TrainedLog(in: folder, "--max-leaf", "4", "--branching", "3", "--trees", "2")
      for number in ["1", "2"] {
        let lines = succeed("xmr", "tree", "--model", trained.model, "--number", number).split(
          separator: "\n")
        #expect(lines.count == 58 && Set(lines.map { $0.split(separator: "\t")[1] }).count == 58)
        let depth = lines[0].split(separator: "\t")[0].count { $0 == "/" }
        #expect(depth >= 2 && lines.allSatisfy { $0.split(separator: "\t")[0].count { $0 == "/" } == depth })
      }
      #expect(
        failure("xmr", "tree", "--model", trained.model, "--number", "3")
          == ["number: given 3, expected at most 2, as many as trees"])
      let json = try document(succeed("xmr", "tree", "--model", trained.model, "--json"))
      #expect(!json.keys.isEmpty)
    }
  }

  @Test func `labels that are not wanted are never answered, in one tree and in several`() throws {
    try withTemporaryFolder { folder in
      for trees in ["1", "3"] {
        let trained = try TrainedLog(in: folder, "--trees", trees, "--max-leaf", "4", "--branching", "4")
        let wanted = ["p1", "p7", "p12", "p30"]
        let only = try file("only", in: folder, wanted.joined(separator: "\n"), "p999", "")
        let result = shopkeeper(
          "xmr", "predict", "--model", trained.model, "--text", trained.queries, "--only", only, "-q")
        #expect(notes(result) == ["1 of \(only) are no labels of the model"])
        let rows = result.output.split(separator: "\n").map {
          $0.split(separator: "\t")[1].split(separator: " ").map { String($0.prefix { $0 != ":" }) }
        }
        #expect(rows.count == 22 && rows.allSatisfy { $0.sorted() == wanted.sorted() }, "\(trees) trees")
        let none = try file("only", in: folder, "p999")
        let empty = trained.answers(of: nil, "--only", none).split(separator: "\n")
        #expect(empty.allSatisfy { $0.hasSuffix("\tfilteredOut") })
      }
    }
  }
}
