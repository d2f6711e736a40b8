import DynamicChoice
import Learning
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// Panels and model files that cannot mean anything, and panels that cannot tell.
struct MembershipRefusalTests {
  private static let header = "customer,month,status,ship,video,music,regime,action\n"

  private struct Said {
    /// Lines of errors, without the program's name and the folder.
    let errors: [String]
    let output: String
  }

  /// What estimation says of a panel.
  private func said(
    _ rows: String, columns: String = Self.header, _ options: [String] = [],
    model change: (inout [String: JSONValue]) -> Void = { _ in }
  ) throws -> Said {
    try withTemporaryFolder { folder -> Said in
      guard case .object(var root) = SampleMembership.document else { return Said(errors: [], output: "") }
      change(&root)
      try write(Array(JSONValue.object(root).text().utf8), toFile: "\(folder)/model.json")
      try write(Array((columns + rows).utf8), toFile: "\(folder)/panel.csv")
      let files = [
        "--panel", "\(folder)/panel.csv", "--model", "\(folder)/model.json", "--out", "\(folder)/out",
      ]
      let result = run(["membership", "estimate", "-q"] + files + options, in: .shopkeeper)
      let lines = result.errors.split(separator: "\n").map { line in
        String(line).replacing("shopkeeper: error: ", with: "").replacing("\(folder)/", with: "")
      }
      return Said(errors: lines, output: result.output)
    }
  }

  @Test(arguments: [
    ("0,0,Q,2,2,0,1,none", "panel.csv, line 2, status: given Q, expected one of N, M1, M2, M3, A1, A2"),
    ("0,0,N,9,2,0,1,none", "panel.csv, line 2, ship: given 9, expected an integer from 0 to 2"),
    (
      "0,0,N,2,2,0,1,weekly",
      "panel.csv, line 2, action: given weekly, expected one of none, monthly, annual, locked"
    ),
    (
      "0,1.5,N,2,2,0,1,none",
      "panel.csv, line 2, month: given 1.5, expected an integer from -1000000 to 1000000"
    ),
    (
      "0,0,N,2,2,0,1,none\n0,0,N,2,2,0,1,none",
      "panel.csv, line 3: given month 0 twice for one customer, expected one row for each customer and month"
    ),
    (
      "0,0,N,2,2,0,1,none\n0,5,N,2,2,0,1,none",
      "panel.csv: given 1 gaps between months in 2 rows, expected gaps after at most 5 % of the rows."
        + " Allow gaps if months are really missing; transitions over them are left out."
    ),
    (
      "0,0,N,2,2,0,1,locked",
      "panel.csv, line 2: given a locked month without a plan that runs, expected locked only inside a plan of several months"
    ),
    (
      "0,0,N,2,2,0,1,annual\n0,1,A1,2,2,0,1,none",
      "panel.csv, line 3: given a choice inside a running plan (11 months to go), expected locked until the plan ends."
        + " Say \"early_cancel\": true in the model if members may leave early."
    ),
    ("", "panel.csv: given no rows, expected 1 or more"),
  ])
  func `rows that mean nothing are refused with file, line and what is allowed`(rows: String, message: String)
    throws
  {
    #expect(try said(rows + "\n").errors == [message])
  }

  @Test func `a weight that is no number is refused`() throws {
    let found = try said("0,0,N,2,2,0,1,none,nan\n", columns: String(Self.header.dropLast()) + ",weight\n")
    #expect(found.errors == ["panel.csv, line 2, weight: given nan, expected a number, 0 or more"])
  }

  @Test func `gaps that are allowed are told`() throws {
    let found = try said("0,0,N,2,2,0,1,none\n0,5,N,2,2,0,1,none\n", ["--allow-gaps"])
    #expect(
      found.errors.contains { $0.hasSuffix("1 gap between months: no transition is taken over them") },
      "\(found.errors)")
  }

  @Test func `a column that is missing is named with those that are there`() throws {
    let found = try said("0,0,N,2,2,1,none\n", columns: "customer,month,status,ship,video,regime,action\n")
    #expect(
      found.errors == [
        "panel.csv, header: given no column music among customer, month, status, ship, video, regime, action, expected one"
          + " column music"
      ])
  }

  @Test func `a column that divides customers one by one is refused once`() throws {
    let rows = (0..<150).map { "\($0),0,N,2,2,0,1,none\n" }.joined()
    #expect(
      try said(rows, ["--segment", "customer"]).errors == [
        "panel.csv, line 102, customer: given more than 100 different values, expected a column that divides the customers"
          + " into at most 100 segments"
      ])
  }

  @Test func `a member may leave a running plan where the model says so`() throws {
    let rows = "0,0,N,2,2,0,1,annual\n0,1,A1,2,2,0,1,none\n0,2,N,2,2,0,1,monthly\n"
    let found = try said(rows) { $0["early_cancel"] = .bool(true) }
    #expect(found.errors == [] && found.output.hasPrefix("3 choices of 1 customer, "), "\(found)")
  }

  /// Customers who choose now this and now that of some plans.
  private func mixed(_ plans: [String], statuses: [String]) -> String {
    (0..<40).map { customer in
      let row =
        "\(customer),0,\(statuses[customer % statuses.count]),\(customer % 3),\(customer / 3 % 3),\(customer / 9 % 3)"
      return row + ",\(customer % 2),\(plans[customer * 7 % 5 % plans.count])\n"
    }.joined()
  }

  @Test func `a plan that nobody chose has a reason`() throws {
    try withTemporaryFolder { folder in
      try write(Array(SampleMembership.document.text().utf8), toFile: "\(folder)/model.json")
      let rows = Self.header + mixed(["none", "monthly"], statuses: ["N", "M1", "M2"])
      try write(Array(rows.utf8), toFile: "\(folder)/panel.csv")
      let found = run(
        [
          "membership", "identify", "-q", "--panel", "\(folder)/panel.csv", "--model", "\(folder)/model.json",
        ],
        in: .shopkeeper)
      #expect(found.output.contains("\nannual was never chosen: its reward is not identified\n"), "\(found)")
    }
  }

  @Test func `a discount near 1, and an anchor of several months, are told`() throws {
    let rows = mixed(["none", "monthly", "annual"], statuses: ["N", "M1", "M2"])
    let near = try said(rows) { $0["discount"] = .number(0.9999) }
    #expect(
      near.errors.contains {
        $0.hasSuffix("a discount above .9995 a month multiplies errors of rewards by 1/(1 - discount)")
      }, "\(near.errors)")
    let long = try said(rows, ["--method", "pqr", "--se", "given"]) {
      $0["anchor"] = .object(["action": .string("annual"), "reward": .number(0)])
    }
    #expect(
      long.errors.contains {
        $0.hasSuffix("the anchor annual lasts 12 months: values go on with the discount of that time")
      }, "\(long.errors)")
  }

  @Test func `probabilities of 0 that carry rewards are told`() throws {
    let rows = mixed(["none", "monthly", "annual"], statuses: ["N", "M1", "M2"])
    let found = try said(rows, ["--method", "pqr", "--se", "given", "--policy", "shares"])
    #expect(
      found.errors.contains {
        $0.contains(
          " % of the choice probabilities were 0 and raised to 1e-12: the rewards of what was not chosen")
      }, "\(found.errors)")
    #expect(try said(rows, ["--method", "pqr", "--se", "given"]).errors == [])
  }

  @Test func `one row, and a customer who always does the same, give a reason and no number`() throws {
    let always = (0...20).map { "0,\($0),N,2,2,0,1,none\n" }.joined()
    for rows in ["0,0,N,2,2,0,1,none\n", always] {
      let text = try said(rows).output
      #expect(text.contains("nfxp: not-identified"))
      #expect(
        text.contains(
          "the choices are predicted perfectly by the features, so the parameters have no bound; use a ridge")
      )
      let ship = try #require(text.split(separator: "\n").first { $0.hasPrefix("ship ") })
      #expect(ship.split(separator: " ").dropFirst().prefix(4).allSatisfy { $0 == "-" }, "\(ship)")
    }
    let rewards = try said(always, ["--method", "pqr", "--se", "given"]).output
    #expect(rewards.contains("the anchor none is always chosen, so no other reward is identified"))
    #expect(!rewards.contains("ship"))
  }

  @Test func `an anchor that nobody chose gives a reason and no number`() throws {
    let text = try said(
      (0...20).map { "0,\($0),N,2,2,0,1,monthly\n" }.joined(), ["--method", "pqr", "--se", "given"]
    ).output
    #expect(text.contains("the anchor none is never chosen, so the level of rewards is not identified"))
    #expect(!text.contains("ship"))
  }

  @Test func `discounts out of range are refused`() {
    for discount in [1.0, -1, 2, 0.999999] {
      guard case .object(var root) = SampleMembership.document else { return }
      root["discount"] = .number(discount)
      #expect(
        throws: InvalidInput(
          "discount", given: discount, expected: "0 to 0.99999 (1 only with a horizon)")
      ) { try ChoiceModelFile(.object(root)) }
    }
  }

  @Test func `ways to find errors that do not exist are refused with those that do`() throws {
    let found = try said("0,0,N,2,2,0,1,none\n", ["--se", "bootstrap:1"])
    #expect(
      found.errors.first
        == "--se: given bootstrap:1, expected one of given, two-step, cluster, bootstrap:N with N from 2 to 100000;"
        + " did you mean bootstrap:200?", "\(found.errors)")
  }
}
