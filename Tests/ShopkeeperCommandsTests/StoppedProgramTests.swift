import TestSupport
import Testing

@testable import ShopkeeperCommands

/// The real program, stopped or without room in the middle of its work.
@Suite(.enabled(if: builtProgram != nil)) struct StoppedProgramTests {
  private func shell(_ folder: String, _ script: String) throws -> (code: Int32, output: String) {
    let program = try #require(builtProgram)
    return try runShell(
      "bash -s", input: "cd '\(folder)'\nshopkeeper() { '\(program)' \"$@\"; }\n\(script)\n")
  }

  /// Shell that waits until the process `child` listens to SIGINT, the second bit of the signals it catches.
  private static let untilListening =
    "until grep -q 'SigCgt:.*[2367abef]$' /proc/$child/status; do sleep 0.02; done"

  /// Sends Ctrl-C to the program `delay` seconds after it began to listen.
  private func interrupted(_ arguments: String, after delay: String) -> String {
    """
    program=$(declare -f shopkeeper | grep -o "'.*'" | tr -d "'")
    "$program" \(arguments) > output 2> errors & child=$!
    \(Self.untilListening); sleep \(delay); kill -INT $child; wait $child; echo $?
    cat output; cat errors; rm output errors
    """
  }

  @Test func `training that is interrupted leaves nothing and ends with 130`() throws {
    try withTemporaryFolder { folder in
      let made = try shell(
        folder,
        "shopkeeper generate --click-log --products 20000 --out log && shopkeeper generate --products 2000"
          + " --customers 4000 --out shop")
      #expect(made.code == 0)
      let searchTrain =
        "search train --catalogue shop/catalogue.jsonl --events shop/ubi_queries.jsonl --events shop/ubi_events.jsonl"
      // Early and in the middle; training must last longer than that also where it is fastest.
      for (arguments, delays) in [
        ("xmr train --clicks log/train.tsv --out model -q", ["0.2", "1.2"]),
        ("\(searchTrain) --out model -q", ["0", "0.2"]),
      ] {
        for delay in delays {
          let stopped = try shell(folder, interrupted(arguments, after: delay))
          let lines = stopped.output.split(separator: "\n")
          #expect(lines.first == "130" && lines.last == "shopkeeper: interrupted", "\(stopped.output)")
          let left = try names(in: folder)
          #expect(left == ["log", "shop"])
        }
      }
    }
  }

  @Test func `standard input that ends by an interruption is not taken for the whole`() throws {
    try withTemporaryFolder { folder in
      let catalogue = try file("c.csv", in: folder, "product_id,title", "d1,Oak desk", "l1,Red lamp")
      let clicks = try file("t.tsv", in: folder, "oak desk\td1:1", "red lamp\tl1:1")
      succeed("search", "train", "--catalogue", catalogue, "--out", "\(folder)/s", "-q")
      succeed("xmr", "train", "--clicks", clicks, "--out", "\(folder)/x", "-q")
      let before = try names(in: folder)
      for arguments in [
        "xmr train --clicks - --out m -q", "xmr train --text - --out m -q",
        "xmr predict --model x --text - --out P.npz -q", "search train --catalogue - --out m -q",
        "search train --catalogue c.csv --pairs - --out m -q",
        "search evaluate --model s --queries - --judgments t.tsv --run R -q",
      ] {
        let line =
          arguments.hasPrefix("search train --catalogue -") ? "product_id,title\\nd1,Oak" : "q1\\td1:1"
        let stopped = try shell(
          folder,
          """
          program=$(declare -f shopkeeper | grep -o "'.*'" | tr -d "'")
          mkfifo pipe; { printf '\(line)\\n'; exec sleep 20; } > pipe & writer=$!
          "$program" \(arguments) < pipe > output 2> errors & child=$!
          \(Self.untilListening); sleep 0.3; kill -INT $child; wait $child; echo $?
          cat output errors; kill $writer; rm pipe output errors
          """)
        let lines = stopped.output.split(separator: "\n")
        #expect(lines.first == "130" && lines.last == "shopkeeper: interrupted", "\(arguments): \(lines)")
        let after = try names(in: folder)
        #expect(after == before, "\(arguments)")
      }
    }
  }

  @Test func `a disk without room leaves the old model in place`() throws {
    try withTemporaryFolder { folder in
      let made = try shell(
        folder,
        """
        shopkeeper generate --click-log --products 60 --out log && shopkeeper generate --click-log --products 3000 --out big
        shopkeeper generate --products 300 --customers 500 --out shop
        shopkeeper xmr train --clicks log/train.tsv --out model -q
        printf 'product_id,title\\nd1,Oak desk\\n' > c.csv; shopkeeper search train --catalogue c.csv --out found -q
        """)
      #expect(made.code == 0)
      let (old, oldSearch) = (
        try contents(ofFolder: "\(folder)/model"), try contents(ofFolder: "\(folder)/found")
      )
      let before = try names(in: folder)
      // The limit is on the size of a file, in units of 1,024 bytes.
      for (arguments, out) in [
        ("xmr train --clicks big/train.tsv --out model -q", "model"),
        ("search train --catalogue shop/catalogue.jsonl --out found -q", "found"),
        ("xmr prune --model model --threshold 0 --out model -q", "model"),
      ] {
        let full = try shell(folder, "ulimit -f 4; shopkeeper \(arguments) 2>&1")
        #expect(full.code == 1)
        #expect(
          full.output.contains("shopkeeper: error: cannot write \(out).partial-")
            && full.output.hasSuffix(": File too large\n"), "\(full.output)")
        let after = try names(in: folder)
        #expect(after == before)
      }
      let (new, newSearch) = (
        try contents(ofFolder: "\(folder)/model"), try contents(ofFolder: "\(folder)/found")
      )
      #expect(new == old && newSearch == oldSearch)
    }
  }

  @Test func `queries come from standard input, one a line`() throws {
    try withTemporaryFolder { folder in
      let catalogue = try file("c.csv", in: folder, "product_id,title", "d1,Oak desk", "l1,Red lamp")
      succeed("search", "train", "--catalogue", catalogue, "--out", "\(folder)/s", "-q")
      let json = try shell(
        folder, "printf 'oak\\n\\nzebra\\nlamp' | shopkeeper search query - --model s --json")
      let rows = try json.output.split(separator: "\n").map { try document("\($0)\n") }
      #expect(rows.map { $0["query"]?.text } == ["oak", "", "zebra", "lamp"])
      #expect(rows.map { $0["status"]?.text } == ["ok", "emptyQuery", "nothingFound", "ok"])
      #expect(rows[3]["results"]?[0]?["id"]?.text == "l1")
      let text = try shell(folder, "printf 'oak\\nzebra\\n' | shopkeeper search query - --model s")
      let lines = text.output.split(separator: "\n")
      #expect(lines.count == 5 && lines[0] == "oak" && lines[2].hasSuffix("  d1       Oak desk"))
      #expect(lines[3...] == ["zebra", "nothingFound"])
      let texts = try shell(folder, "printf 'red\\n' | shopkeeper search query - --model nowhere 2>&1")
      #expect(
        texts == (1, "shopkeeper: error: cannot open nowhere/model.json: No such file or directory\n"))
    }
  }

  @Test func `arguments that are not UTF-8 are no trouble`() throws {
    try withTemporaryFolder { folder in
      let catalogue = try file("c.csv", in: folder, "product_id,title", "d1,Oak desk")
      succeed("search", "train", "--catalogue", catalogue, "--out", "\(folder)/s", "-q")
      let found = try shell(folder, "shopkeeper search query $'oak\\xff\\xfe' --model s")
      #expect(found.code == 0 && found.output.hasSuffix("  d1       Oak desk\n"))
      let lone = try shell(
        folder, "printf 'oak\\xed\\xa0\\x80 \\xc0\\x80\\x00\\n' | shopkeeper search query - --model s")
      #expect(lone.code == 0 && lone.output.hasSuffix("  d1       Oak desk\n"), "\(lone.output)")
    }
  }
}
