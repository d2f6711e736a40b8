import Learning
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// Judging policies from the command line.
struct RecommendEvaluateTests {
  /// Writes decisions between two actions, shown with .75 and .25, rewarded by a fixed pattern.
  private func log(in folder: String, rows: Int = 2400, extra: [String] = []) throws -> String {
    let lines = (0..<rows).map { row in
      let action = row % 4 == 3 ? "b" : "a"
      return """
        {"decision_id":"d\(row)","time":\(row),"context":{"device":"phone"},"actions":["a","b"],"action":"\(action)","propensity":\
        \(action == "a" ? 0.75 : 0.25),"reward":\(row % 8 == 3 ? 1 : row % 16 == 0 ? 1 : 0)}
        """
    }
    let path = folder + "/log.jsonl"
    try write(Array(((lines + extra).joined(separator: "\n") + "\n").utf8), toFile: path)
    return path
  }

  @Test func `an evaluation is printed as text and as one document`() throws {
    try withTemporaryFolder { folder in
      let log = try log(in: folder)
      let text = succeed(
        "recommend", "evaluate", "--log", log, "--policy", "uniform", "--interval", "linear", "--estimator",
        "ips,dr",
        "-q")
      #expect(
        text == """
          trusted: 2,400 decisions, 450 rewarded, effective sample size 1800.0, largest weight 2.000, mean weight 1.000 ± 0.012
          estimator   value     low    high
          ips        0.2917  0.2650  0.3183
          dr         0.2917  0.2707  0.3127
          logged     0.1875       -       -
          dr minus logged: 0.1042 [0.09172, 0.1166]

          """)
      let document = try document(
        succeed("recommend", "evaluate", "--log", log, "--policy", "uniform", "--json", "-q", "--replay"))
      #expect(document["status"]?.text == "trusted" && document["rows"]?.number == 2400)
      #expect(document["estimates"]?["ips"]?["value"]?.number.map { abs($0 - 0.29166666) < 1e-6 } == true)
      #expect(document["estimates"]?["dm"]?.keys == ["value"])
      #expect(document["unsafe"] == nil && document["replay"]?["accepted"] != nil)
    }
  }

  @Test func `a refusal is a result unless it is asked to be an error`() throws {
    try withTemporaryFolder { folder in
      let log = try log(in: folder, rows: 60)
      let document = try document(
        succeed("recommend", "evaluate", "--log", log, "--policy", "uniform", "--json", "-q"))
      #expect(document["status"]?.text == "refused" && document["estimates"] == nil)
      #expect(document["unsafe"]?["ips"] != nil)
      #expect(document["reason_codes"] == .array([.string("few_effective_rows"), .string("few_rewards")]))
      let strict = shopkeeper(
        "recommend", "evaluate", "--log", log, "--policy", "uniform", "--json", "-q", "--require-trusted")
      #expect(
        strict.code == 1 && strict.errors == "shopkeeper: error: status: given refused, expected trusted\n")
    }
  }

  @Test func `policies are compared on the same rows`() throws {
    try withTemporaryFolder { folder in
      let log = try log(in: folder)
      let document = try document(
        succeed(
          "recommend", "evaluate", "--log", log, "--policy", "uniform", "--against", "frequency:\(log)",
          "--json",
          "-q", "--interval", "bootstrap:200"))
      let comparison = try #require(document["comparisons"]?[0])
      #expect(comparison["verdict"]?.text == "better")
    }
  }

  @Test func `a log with wrong lines is refused unless they are tolerated`() throws {
    try withTemporaryFolder { folder in
      let log = try log(in: folder, extra: ["{}", "not JSON"])
      #expect(
        failure("recommend", "validate", "--log", log, "-q") == [
          "\(log): given 2 lines rejected, the first: line 2401: actions: given nothing, expected a list of actions, expected"
            + " only usable lines. Correct the log, or leave such lines out with --tolerate."
        ])
      let result = shopkeeper("recommend", "validate", "--log", log, "-q", "--tolerate")
      #expect(result.code == 0 && result.output.hasPrefix("2,400 decisions among 2 actions, 450 rewarded\n"))
      #expect(
        notes(result) == [
          "\(log): 2 lines rejected, the first: line 2401: actions: given nothing, expected a list of actions"
        ])
    }
  }

  @Test func `findings are printed with code, count and first row`() throws {
    try withTemporaryFolder { folder in
      let log = try file(
        "log", in: folder, #"{"actions":["a","b"],"action":"a","propensity":0,"reward":3}"#,
        #"{"actions":["a","b"],"action":"a"}"#)
      let text = succeed("recommend", "validate", "--log", log, "-q")
      #expect(text.hasPrefix("2 decisions among 2 actions, 1 rewarded\n"))
      for code in [
        "propensity_range      1          1", "reward_range          1          1",
        "no_propensity         1          2",
      ] {
        #expect(text.contains(code), "\(text)")
      }
      let document = try document(succeed("recommend", "validate", "--log", log, "-q", "--json"))
      #expect(document["findings"]?.elements.count == 3 && document["propensity_low"] == nil)
      #expect(
        failure("recommend", "evaluate", "--log", log, "--policy", "uniform", "-q") == [
          "propensity: given row 1: 0.0, row 2: nothing, expected above 0 and at most 1. Log the probability with which the"
            + " action was shown, or let it be estimated.",
          "reward: given row 1: 3.0, expected 0.0 to 1.0. State the range of rewards that are not in 0 to 1.",
        ])
    }
  }

  @Test func `a log goes to Vowpal Wabbit and back`() throws {
    try withTemporaryFolder { folder in
      let log = try log(in: folder, rows: 5)
      let (blocks, back) = (folder + "/log.vw", folder + "/back.jsonl")
      succeed("recommend", "convert", "--log", log, "--to", "vw-adf", "--out", blocks, "-q")
      #expect(
        try text(ofFile: blocks).hasPrefix(
          "shared 'd0|s device=phone\n0:-1.0:0.75 |a id=a\n|a id=b\n\nshared 'd1|s device=phone\n0:0.0:0.75 |a id=a\n"
        ))
      #expect(
        succeed(
          "recommend", "convert", "--log", blocks, "--format", "vw-adf", "--to", "jsonl", "--out", back, "-q")
          == "5 decisions written to \(back)\n")
      let lines = try text(ofFile: back).split(separator: "\n")
      #expect(
        lines[3]
          == #"{"decision_id":"d3","context":{"device":"phone"},"actions":[{"id":"a"},{"id":"b"}],"action":"b","propensity":0.25,"propensity_kind":"exact","reward":1}"#
      )
    }
  }

  @Test func `what cannot be understood is told before anything is read`() {
    #expect(
      misuse("recommend", "evaluate", "--log", "none", "--policy", "uniform", "--estimator", "dr,foo", "-q")[
        0
      ]
      .hasPrefix("estimator foo: there are ips, clipped, snips, dm, dr, sndr, switch_dr"))
    #expect(
      misuse("recommend", "evaluate", "--log", "none", "--policy", "uniform", "--interval", "bootstrap:0")
        .count >= 1)
    #expect(
      misuse("recommend", "validate", "--log", "none", "--items", "x", "-q")[0]
        == "--items goes together with --format obd")
  }
}

/// Learning recommendations from the command line.
struct RecommendTrainTests {
  private func log(_ name: String, in folder: String, rows: Int = 1200) throws -> String {
    let lines = (0..<rows).map { row in
      let action = ["a", "b"][row / 2 % 2]
      let device = row % 2 == 0 ? "phone" : "desk"
      let isLiked = (action == "a") == (device == "phone")
      return """
        {"context":{"device":"\(device)"},"actions":["a","b"],"action":"\(action)","propensity":0.5,"reward":\
        \(row % 12 < 4 && isLiked ? 1 : 0)}
        """
    }
    let path = "\(folder)/\(name)"
    try write(Array((lines.joined(separator: "\n") + "\n").utf8), toFile: path)
    return path
  }

  @Test func `a model is trained, decides with reasons, and is judged on another log`() throws {
    try withTemporaryFolder { folder in
      let (first, second, model) = (
        try log("a.jsonl", in: folder), try log("b.jsonl", in: folder), folder + "/model"
      )
      let text = succeed("recommend", "train", "--log", first, "--cross", "device:id", "--out", model, "-q")
      #expect(text.hasPrefix("1,200 decisions, 9 features; spread: context "))
      let requests = try file(
        "r.jsonl", in: folder, #"{"context":{"device":"phone"},"actions":["a","b"]}"#,
        #"{"context":{"device":"desk"},"actions":["a","b"]}"#)
      let lines = succeed(
        "recommend", "decide", "--model", model, "--requests", requests, "--json", "--explain", "-q"
      ).split(separator: "\n")
      let answers = try lines.map { try JSONValue(parsing: $0.utf8) }
      #expect(answers.map { $0["action"]?.text } == ["a", "b"])
      #expect(answers[1]["sequence"]?.number == 1 && (answers[0]["propensity"]?.number ?? 0) > 0.9)
      #expect(answers[0]["explanation"]?.elements.isEmpty == false)
      let report = try document(
        succeed(
          "recommend", "evaluate", "--log", second, "--policy", model, "--json", "-q", "--against", "uniform")
      )
      #expect(report["comparisons"]?[0]?["verdict"]?.text == "better")
      #expect(
        misuse("recommend", "train", "--log", first, "--cross", "x", "--out", model, "-q")[0].hasPrefix(
          "cross x: give"))
    }
  }
}
