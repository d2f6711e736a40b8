import Learning
import TestSupport
import Testing

@testable import ShopkeeperCommands

struct MembershipCommandTests {
  /// A panel of 300 customers, its model file, and three cases.
  private func withPanel(_ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let simulated = succeed(
        "membership", "simulate", "--customers", "300", "--months", "36", "--seed", "1", "--out",
        "\(folder)/members.csv", "--truth", "\(folder)/truth.json")
      #expect(simulated.hasPrefix("10,800 rows of 300 customers over 36 months, "))
      #expect(simulated.hasSuffix(" inside running plans; written to \(folder)/members.csv\n"))
      let truth = try JSONValue(parsing: bytes(ofFile: "\(folder)/truth.json"))
      try write(Array(truth["model"]!.text().utf8), toFile: "\(folder)/model.json")
      let cases = """
        [{"name":"annual -20","fees":{"annual":-20}},
         {"name":"shipping","chains":{"ship":{"class":"member","up":0.1}}},{"name":"no annual","drop":["annual"]}]
        """
      try write(Array(cases.utf8), toFile: "\(folder)/cases.json")
      try body(folder)
    }
  }

  @Test func `simulate, estimate, identify and counterfactual work one after the other`() throws {
    try withPanel { folder in
      let input = ["--panel", "\(folder)/members.csv", "--model", "\(folder)/model.json"]
      let estimate = run(
        ["membership", "estimate", "--out", "\(folder)/estimate", "--json", "-q"] + input, in: .shopkeeper)
      #expect(estimate.code == 0, "\(estimate.errors)")
      let found = try JSONValue(parsing: Array(estimate.output.utf8))
      #expect(
        found.keys == [
          "bellman", "chains", "customers", "decisions", "iterations", "loglik", "mean_loglik", "method",
          "newton",
          "reasons", "rows", "sec", "states", "states_seen", "status", "theta",
        ])
      #expect(found["status"] == .string("converged") && found["customers"] == .integer(300))
      #expect(
        found["theta"]![4]!.keys == ["dollars_per_month", "high", "low", "name", "se", "value", "verdict"])
      let identify = run(
        ["membership", "identify", "--profile", "ship", "--discounts", "0.9,0.99", "-q"] + input,
        in: .shopkeeper)
      #expect(
        identify.code == 0 && identify.output.contains("all parameters are separately identified"),
        "\(identify)")
      #expect(identify.output.contains("ship: .95 by likelihood ratio"))
      let report = succeed(
        "membership", "counterfactual", "--estimate", "\(folder)/estimate", "--cases", "\(folder)/cases.json",
        "--paths", "monthly*2 annual", "--json", "-q")
      let counterfactual = try JSONValue(parsing: Array(report.utf8))
      #expect(counterfactual["cases"]![1]!["type"] == .string("II"))
      #expect(counterfactual["cases"]![1]!["depends_on_anchor"] == .bool(true))
      #expect(
        counterfactual["cases"]![0]!.keys == [
          "anchor_band", "churn", "depends_on_anchor", "explanation", "name", "path_by_month", "paths",
          "renewal",
          "renewal_by_status", "revenue_new_customer", "revenue_per_month", "sampling_band", "shares",
          "surplus_usd",
          "type", "verdict", "win_back",
        ])
      let text = succeed(
        "membership", "counterfactual", "--estimate", "\(folder)/estimate", "--cases", "\(folder)/cases.json",
        "-q")
      #expect(text.contains("no annual: membership falls from"))
    }
  }

  @Test func `segments and types are estimated beside all customers, each into a folder of its own`() throws {
    try withPanel { folder in
      // Even customers live in the country.
      let panel = String(decoding: try bytes(ofFile: "\(folder)/members.csv"), as: UTF8.self)
      let divided = panel.split(separator: "\n").enumerated().map { place, line in
        let customer = Int(line.prefix { $0 != "," })
        return line + (place == 0 ? ",area" : (customer ?? 0) % 2 == 0 ? ",rural" : ",urban") + "\n"
      }
      try write(Array(divided.joined().utf8), toFile: "\(folder)/divided.csv")
      let found = run(
        [
          "membership", "estimate", "--panel", "\(folder)/divided.csv", "--model", "\(folder)/model.json",
          "--segment",
          "area", "--types", "1", "--se", "given", "--out", "\(folder)/all", "--json", "-q",
        ], in: .shopkeeper)
      let document = try JSONValue(parsing: Array(found.output.utf8))
      #expect(document["segments"]![0]!["name"] == .string("rural"))
      #expect(document["segments"]![1]!.keys == ["customers", "equal_tastes_p", "name", "se", "theta"])
      #expect(document["types"]![0]!.keys == ["se", "share", "theta"])
      for part in ["all", "all-rural", "all-urban", "all-type-1"] {
        let cases = succeed(
          "membership", "counterfactual", "--estimate", "\(folder)/\(part)", "--cases",
          "\(folder)/cases.json",
          "--bands", "0", "--anchor-band", "0", "-q")
        #expect(cases.contains("no annual: membership falls from"), "\(part)")
      }
    }
  }

  @Test func `a report is one page with its charts, the same bytes each time`() throws {
    try withPanel { folder in
      succeed(
        "membership", "estimate", "--panel", "\(folder)/members.csv", "--model", "\(folder)/model.json",
        "--out",
        "\(folder)/estimate", "-q")
      for name in ["a", "b"] {
        #expect(
          succeed(
            "membership", "report", "--estimate", "\(folder)/estimate", "--cases", "\(folder)/cases.json",
            "--charts",
            "\(folder)/charts", "--out", "\(folder)/\(name).html", "-q")
            == "6 charts, 3 cases; written to \(folder)/\(name).html\n")
      }
      let page = try bytes(ofFile: "\(folder)/a.html")
      #expect(try page == bytes(ofFile: "\(folder)/b.html"))
      let text = String(decoding: page, as: UTF8.self)
      #expect(!text.contains("<script") && !text.contains("http://") || text.contains("www.w3.org/2000/svg"))
      for name in ["reward", "renewal", "counterfactuals", "anchor", "paths", "profile"] {
        let chart = String(decoding: try bytes(ofFile: "\(folder)/charts/\(name).svg"), as: UTF8.self)
        #expect(chart.hasPrefix("<svg ") && chart.hasSuffix("</svg>\n") && text.contains(chart))
        #expect(chart.contains("<title>") && chart.contains("<desc>") && chart.contains("viewBox=\"0 0 390 "))
        // Every element is closed.
        let opened = chart.split(separator: "<text").count - 1
        #expect(opened == chart.split(separator: "</text>").count - 1)
      }
    }
  }

  @Test func `names cannot break the markup of a chart`() {
    var chart = SVGChart(title: "<b> & \"c\"", summary: "s")
    chart.text("a<b", x: 0, y: 20)
    #expect(
      chart.document.contains("<title>&lt;b&gt; &amp; &quot;c&quot;</title>")
        && chart.document.contains(">a&lt;b</text>"))
  }

  @Test func `the static logit gives the price the wrong sign, and dollars are withheld`() throws {
    try withPanel { folder in
      let text = succeed(
        "membership", "estimate", "--panel", "\(folder)/members.csv", "--model", "\(folder)/model.json",
        "--method",
        "static", "--out", "\(folder)/static", "-q")
      #expect(text.contains("static: converged"))
      let price = try #require(text.split(separator: "\n").first { $0.hasPrefix("price ") })
      #expect(price.split(separator: " ")[1].hasPrefix("-0.0"))
      let report = succeed(
        "membership", "counterfactual", "--estimate", "\(folder)/static", "--cases", "\(folder)/cases.json",
        "-q")
      #expect(
        report.contains(
          "Surplus in dollars is withheld: the price coefficient is not positive, or its interval covers 0."))
    }
  }

  @Test func `files that do not fit are refused with what is wrong`() throws {
    try withPanel { folder in
      try write(Array("customer,month\n".utf8), toFile: "\(folder)/empty.csv")
      let missing = failure(
        "membership", "estimate", "--panel", "\(folder)/empty.csv", "--model", "\(folder)/model.json",
        "--out",
        "\(folder)/x", "-q")
      #expect(
        missing.first
          == "\(folder)/empty.csv, header: given no column action among customer, month, expected one column action"
      )
      succeed(
        "membership", "estimate", "--panel", "\(folder)/members.csv", "--model", "\(folder)/model.json",
        "--out",
        "\(folder)/estimate", "-q")
      try write(Array(#"{"kind":"panel"}"#.utf8), toFile: "\(folder)/other.json")
      #expect(
        failure(
          "membership", "identify", "--panel", "\(folder)/members.csv", "--model", "\(folder)/other.json",
          "-q"
        )
        .contains("discount: given nothing, expected a number"))
      #expect(
        failure(
          "membership", "counterfactual", "--estimate", "\(folder)/estimate", "--cases",
          "\(folder)/cases.json",
          "--paths", "weekly*2", "-q")
          == ["--paths: given weekly*2, expected one of none, monthly, annual, perhaps with *2 and so on"])
      #expect(
        misuse("membership", "simulate", "--out", "x", "--theta", "t.json")
          == ["--model, --theta and --chains go together"])
    }
  }

  @Test func `an estimate of another model file is refused by its fingerprint`() throws {
    try withPanel { folder in
      succeed(
        "membership", "estimate", "--panel", "\(folder)/members.csv", "--model", "\(folder)/model.json",
        "--out",
        "\(folder)/estimate", "-q")
      guard case .object(var root) = try JSONValue(parsing: bytes(ofFile: "\(folder)/model.json")) else {
        return
      }
      root["discount"] = .number(0.98)
      try write(Array(JSONValue.object(root).text().utf8), toFile: "\(folder)/other.json")
      let errors = failure(
        "membership", "counterfactual", "--estimate", "\(folder)/estimate", "--cases", "\(folder)/cases.json",
        "--model", "\(folder)/other.json", "-q")
      #expect(errors.first?.hasSuffix("The estimate was made by another model file; estimate again.") == true)
    }
  }

  @Test func `a panel of any kind runs through the same commands`() throws {
    try withTemporaryFolder { folder in
      let model = """
        {"kind":"panel","discount":0.95,"horizon":12,"columns":{"customer":"bus","time":"month","action":"replaced"},
         "state":[{"name":"bin","from":0,"to":4}],"actions":[{"name":"keep","code":0},{"name":"replace","code":1}],
         "transitions":{"kind":"rules","rules":{"keep":{"bin":"+1"},"replace":{"bin":"=0"}}},
         "anchor":{"action":"replace","reward":-2},
         "features":[{"name":"cost","action":"keep","scale":-1,"terms":[{"column":"bin"}]}]}
        """
      try write(Array(model.utf8), toFile: "\(folder)/model.json")
      var csv = "bus,month,bin,replaced\n"
      for bus in 1...40 {
        var bin = 0
        for month in 1...12 {
          let replaces = (bus * 7 + month * 3) % 5 < bin
          csv += "\(bus),\(month),\(bin),\(replaces ? 1 : 0)\n"
          bin = replaces ? 0 : min(bin + 1, 4)
        }
      }
      try write(Array(csv.utf8), toFile: "\(folder)/buses.csv")
      for method in ["nfxp", "npl", "hotz-miller", "mce", "static", "pqr", "genpqr"] {
        let text = succeed(
          "membership", "estimate", "--panel", "\(folder)/buses.csv", "--model", "\(folder)/model.json",
          "--method",
          method, "--out", "\(folder)/\(method)", "-q")
        #expect(text.contains("480 choices of 40 customers") && text.contains("cost"), "\(method): \(text)")
      }
    }
  }
}
