import Learning
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// Runs of any engine, measured without a model.
struct EngineRunTests {
  private let folder = fixtures() + "/engine"

  private func evaluate(_ arguments: String...) -> (code: Int32, output: String, errors: String) {
    run(
      [
        "search", "evaluate", "--queries", "\(folder)/queries.tsv", "--judgments",
        "\(folder)/judgments.qrels",
        "--engine-run", "\(folder)/engine.run",
      ] + arguments, in: .shopkeeper)
  }

  /// nDCG@10, MRR, recall@10, recall@100 as an independent implementation of the same definitions gave them for
  /// these files: of the run, of the baseline; and the difference of nDCG@10.
  struct Expected {
    let arguments: [String]
    let run: [String]
    let baseline: [String]
    let difference: String
  }

  @Test func `figures are those of an independent implementation, digit for digit`() throws {
    let trained = ["--protocol", "D", "--training-judgments", "\(folder)/training.qrels"]
    let cases = [
      Expected(
        arguments: ["--preset", "homedepot"], run: ["0.5415", "0.5008", "0.5838", "0.7384"],
        baseline: ["0.4758", "0.5997", "0.5127", "0.6034"], difference: "0.0657"),
      Expected(
        arguments: ["--preset", "homedepot"] + trained, run: ["0.5787", "0.4341", "0.7576", "0.7576"],
        baseline: ["0.4635", "0.4538", "0.5181", "0.5389"], difference: "0.1152"),
      Expected(
        arguments: ["--preset", "clicks"], run: ["0.6085", "0.9583", "0.5677", "0.6927"],
        baseline: ["0.5416", "1.0000", "0.4896", "0.5938"], difference: "0.0670"),
      Expected(
        arguments: ["--preset", "icecat"] + trained, run: ["0.6541", "0.8993", "0.7071", "0.7235"],
        baseline: ["0.5357", "0.8816", "0.5605", "0.5794"], difference: "0.1184"),
    ]
    for expected in cases {
      let result = run(
        [
          "search", "evaluate", "--queries", "\(folder)/queries.tsv", "--judgments",
          "\(folder)/judgments.qrels", "--engine-run", "\(folder)/engine.run", "--baseline",
          "\(folder)/baseline.run", "--json",
        ] + expected.arguments, in: .shopkeeper)
      let rows = try document(result.output)
      for (row, figures) in [(0, expected.run), (1, expected.baseline)] {
        let names = ["ndcg10", "mrr", "recall10", "recall100"]
        #expect(names.map { rows[row]?[$0]?.number?.fixed(4) } == figures, "\(expected.arguments)")
        #expect(rows[row]?["queries"]?.number == 24)
      }
      #expect(rows[1]?["difference"]?["ndcg10"]?.number?.fixed(4) == expected.difference)
    }
  }

  @Test func `the table names the runs and their difference`() {
    let result = evaluate("--preset", "homedepot", "--baseline", "\(folder)/baseline.run")
    let (engine, baseline) = ("\(folder)/engine.run", "\(folder)/baseline.run")
    let pad = String(repeating: " ", count: baseline.count - engine.count)
    let room = String(repeating: " ", count: baseline.count - "ranker".count)
    #expect(
      result.output == """
        24 queries with a relevant product
        ranker\(room)  nDCG@10  95 % interval        MRR    R@10   R@100  first minus this one
        \(engine)\(pad)   0.5415  0.4616 to 0.6160  0.5008  0.5838  0.7384
        \(baseline)   0.4758  0.4040 to 0.5497  0.5997  0.5127  0.6034  0.0657 [-0.0479, 0.1725]

        """)
  }

  @Test func `the order of the lines of a run does not matter`() throws {
    try withTemporaryFolder { folder in
      let lines = try text(ofFile: self.folder + "/engine.run").split(separator: "\n").sorted().reversed()
      let turned = try file("turned.run", in: folder, lines.joined(separator: "\n"))
      let rows = try document(evaluate("--baseline", turned, "--json").output)
      #expect(rows[0]?["ndcg10"] == rows[1]?["ndcg10"] && rows[0]?["mrr"] == rows[1]?["mrr"])
      #expect(rows[1]?["difference"]?["high"]?.number == 0)
    }
  }

  @Test func `other products than those of a restriction do not count`() throws {
    try withTemporaryFolder { folder in
      let all = try file("all", in: folder, (0..<40).map { "p\($0)" }.joined(separator: "\n"))
      #expect(evaluate("--restrict", all).output == evaluate().output)
      let some = try file("some", in: folder, (0..<3).map { "p\($0)" }.joined(separator: "\n"))
      let row = try document(evaluate("--restrict", some, "--json").output)[0]
      #expect(row?["queries"]?.number == 15)
      let none = try file("none", in: folder, "other")
      #expect(
        evaluate("--restrict", none).output.hasPrefix("0 queries with a relevant product\n"))
    }
  }

  @Test func `a run of which nothing can be read is refused, one with some wrong lines is read`() throws {
    try withTemporaryFolder { folder in
      let wrong = try file("wrong.run", in: folder, "q1 p36 1", "q2 p1 0.5")
      let queries = [
        "--queries", "\(self.folder)/queries.tsv", "--judgments", "\(self.folder)/judgments.qrels",
      ]
      let result = run(["search", "evaluate", "--engine-run", wrong] + queries, in: .shopkeeper)
      #expect(
        result == (
          1, "",
          "shopkeeper: error: \(wrong), line 1: given 2 lines of which none is usable, expected at least one usable"
            + " line. The first reason is: line: given 3 parts, expected query Q0 product rank score tag. Look at the"
            + " file; docs/formats.md states what is read.\n"
        ))
      let partly = try file("partly.run", in: folder, "q1 Q0 p36 1 2.5 x", "q1 Q0 p19 2 high x")
      let read = run(["search", "evaluate", "--engine-run", partly] + queries, in: .shopkeeper)
      #expect(read.code == 0)
      #expect(
        notes(read) == [
          "\(partly): 1 line rejected, the first: line 2: score: given a text that is not a number, expected a decimal"
            + " number"
        ])
    }
  }

  @Test func `options that belong together are asked for`() {
    #expect(
      misuse("search", "evaluate", "--engine-run", "x.run") == ["--queries and --judgments must be given"])
    #expect(
      misuse("search", "evaluate", "--queries", "q.tsv") == ["--queries and --judgments go together"])
    #expect(
      misuse("search", "evaluate", "--engine-run", "x.run", "--run", "y.run", "--queries", "q")
        == ["--run and --engine-run exclude each other"])
    #expect(
      misuse("search", "evaluate", "--queries", "q", "--judgments", "j", "--protocol", "D")
        == ["--protocol D needs --training-judgments"])
    #expect(
      misuse("search", "evaluate", "--protocol", "A")
        == ["--protocol: given A, expected one of C, D; did you mean C?"])
  }

  @Test func `missing files are named`() {
    #expect(
      failure("search", "evaluate", "--queries", "no.tsv", "--judgments", "no.qrels")
        == ["cannot open no.tsv: No such file or directory"])
    let result = evaluate("--baseline", "no.run")
    #expect(result.errors == "shopkeeper: error: cannot open no.run: No such file or directory\n")
  }

  @Test func `a judged query without a text is told`() throws {
    try withTemporaryFolder { folder in
      let queries = try file("q.tsv", in: folder, "q1\tred lamp", "q1\tagain", "no tab")
      let result = run(
        [
          "search", "evaluate", "--queries", queries, "--judgments", "\(self.folder)/judgments.qrels",
          "--engine-run", "\(self.folder)/engine.run",
        ], in: .shopkeeper)
      #expect(result.code == 0)
      #expect(
        notes(result) == [
          "\(queries): 2 lines rejected, the first: line 2: id: given an id that came before, expected unique ids",
          "23 judged queries without a text in \(queries): searched by the id",
        ])
    }
  }
}
