import Learning
import TestSupport
import Testing

@testable import ShopkeeperCommands

struct LayoutCommandTests {
  private func page(in folder: String, _ more: String = #","batch":"5""#) throws -> String {
    let spec = try file(
      "layout.json", in: folder,
      """
      {"widgets":[{"name":"title","contents":["short","long"]},{"name":"image","contents":["none","big"]}]\(more)}
      """)
    let state = folder + "/page"
    #expect(
      succeed("layout", "create", "--spec", spec, "--state", state)
        == "2 widgets, 4 layouts; written to \(state)\n")
    return state
  }

  @Test func `a page is created, decides, learns and reports`() throws {
    try withTemporaryFolder { folder in
      let state = try page(in: folder)
      let first = try document(succeed("layout", "decide", "--state", state, "--json"))
      #expect(first["decision_id"]?.text == "d0" && first["model"]?.text == "automatic@0")
      #expect(first["layout"]?.keys == ["image", "title"])
      #expect((first["propensity"]?.number ?? 0) > 0.1)
      #expect(succeed("layout", "reward", "--state", state, "--decision", "d0") == "1 applied\n")
      #expect(succeed("layout", "reward", "--state", state, "--decision", "d0") == "1 duplicate\n")
      let rewards = try file(
        "r", in: folder, #"{"decision_id":"d0","kind":"click"}"#, #"{"decision_id":"d99"}"#)
      #expect(succeed("layout", "reward", "--state", state, "--file", rewards) == "1 parked, 1 recorded\n")
      let many = succeed("layout", "decide", "--state", state, "--count", "8", "--json").split(
        separator: "\n")
      #expect(many.count == 8 && many[7].contains("automatic@1"), "refreshed after five decisions")
      let report = try document(succeed("layout", "report", "--state", state, "--json"))
      #expect(report["decisions"]?.number == 9 && report["conversions"]?.number == 1)
      #expect(report["contents"]?.elements.count == 4 && report["layouts"]?.elements.count == 4)
      #expect(
        succeed("layout", "report", "--state", state).hasPrefix("9 decisions, 1 conversion, 1 refresh\n"))
    }
  }

  @Test func `a decision is explained, and the page is reported in one file`() throws {
    try withTemporaryFolder { folder in
      let state = try page(in: folder)
      succeed("layout", "decide", "--state", state, "--count", "40")
      for decision in 0..<4 {
        succeed("layout", "reward", "--state", state, "--decision", "d\(decision)", "--refresh")
      }
      let why = try document(succeed("layout", "explain", "--state", state, "--decision", "d2", "--json"))
      #expect(why["decision_id"]?.text == "d2" && why["parts"]?.elements.count == 3)
      let parts = why["parts"]?.elements.compactMap { $0["part"]?.text } ?? []
      #expect(parts.count { $0.contains(" × ") } == 1 && parts.contains { $0.hasPrefix("title=") })
      #expect(why["parts"]?.elements.allSatisfy { ($0["shown"]?.number ?? 0) > 0 } == true)
      let text = succeed("layout", "explain", "--state", state, "--decision", "d2")
      #expect(text.hasPrefix("Shown ") && text.contains("with probability"))
      #expect(
        failure("layout", "explain", "--state", state, "--decision", "d999")
          == ["decision: given d999, expected the id of a decision of this page"])
      let events = succeed("layout", "log", "--state", state).split(separator: "\n")
      #expect(events.count { $0.contains(#""event":"decision""#) } == 40)
      let out = folder + "/report"
      succeed("layout", "report", "--state", state, "--out", out)
      let first = try bytes(ofFile: out + "/report.html")
      succeed("layout", "report", "--state", state, "--out", out)
      #expect(try bytes(ofFile: out + "/report.html") == first, "equal bytes for equal input")
      let html = String(decoding: first, as: UTF8.self)
      #expect(html.contains("40 decisions, 4 conversions"))
      #expect(!html.contains("<script") && !html.contains("src=") && !html.contains("NaN"))
      for chart in ["posterior.svg", "traffic.svg", "pairs.svg"] {
        let svg = String(decoding: try bytes(ofFile: out + "/" + chart), as: UTF8.self)
        #expect(svg.hasPrefix("<svg ") && html.contains(svg))
      }
    }
  }

  @Test func `wrong pages and states are refused`() throws {
    try withTemporaryFolder { folder in
      let state = try page(in: folder)
      let spec = folder + "/layout.json"
      #expect(
        failure("layout", "create", "--spec", spec, "--state", state)
          == ["\(state): given a folder that holds a page, expected a new folder"])
      #expect(
        failure("layout", "decide", "--state", folder + "/none")
          == ["\(folder)/none: given a folder without layout.json, expected a state made by layout create"])
      #expect(
        failure("layout", "decide", "--state", state, "--context", #"{"x":"y"}"#)
          == ["context x: given a name, expected a context feature of the page"])
      let closed = try file(
        "closed.json", in: folder, #"{"widgets":[{"name":"a","contents":["x"]}],"forbidden":[{"a":"x"}]}"#)
      #expect(
        failure("layout", "create", "--spec", closed, "--state", folder + "/p") == [
          "\(closed): given constraints that allow no layout: forbidden 1, expected at least one allowed layout. Drop one of"
            + " them."
        ])
      let timeless = try file(
        "batch.json", in: folder, #"{"widgets":[{"name":"a","contents":["x"]}],"batch":"soon"}"#)
      #expect(
        failure("layout", "create", "--spec", timeless, "--state", folder + "/p")
          == ["batch: given soon, expected a time such as 30s, 10m, 1h, 1d, or a number of decisions"])
      #expect(misuse("layout", "reward", "--state", state)[0] == "give one of: --decision, --file")
    }
  }

  @Test func `policies are simulated on generated pages and on files`() throws {
    try withTemporaryFolder { folder in
      let rows = try document(
        succeed(
          "layout", "simulate", "--seeds", "0:2", "--steps", "1000", "--batch", "500", "--policies",
          "random,d_mabs",
          "--json", "-q"))
      #expect(rows.elements.map { $0["policy"]?.text } == ["random", "d_mabs"])
      #expect(rows.elements.allSatisfy { $0["environments"]?.number == 2 && ($0["regret"]?.number ?? 0) > 0 })
      let small = try file(
        "tiny_7.json", in: folder,
        #"{"meta":{"kind":"tiny","seed":7},"sizes":[2],"weights":[0,0,0],"p":[0.1,0.9]}"#)
      let figures = try document(
        succeed(
          "bench", "bandits-layouts", "--data", folder, "--policies", "auto,mvt1,d_mabs,mvt2_em", "--steps",
          "2000",
          "--batch", "500", "--json", "-q"))["figures"]
      #expect(figures?["tiny_seeds"]?.number == 1 && figures?["tiny_auto_minus_best"] != nil)
      _ = try file(
        "tiny_7.json", in: folder,
        #"{"meta":{"kind":"tiny","seed":7},"sizes":[3],"weights":[],"p":[0.1,0.9]}"#)
      #expect(
        failure("layout", "simulate", "--environments", folder, "-q")
          == ["\(small): p: given 2 probabilities, expected 3, one for each layout"])
      #expect(
        misuse("layout", "simulate", "--policies", "best", "-q")[0].hasPrefix(
          "policy best: there are random,"))
    }
  }
}
