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
  private func said(_ rows: String, columns: String = Self.header, _ options: [String] = []) throws -> Said {
    try withTemporaryFolder { folder -> Said in
      try write(Array(SampleMembership.document.text().utf8), toFile: "\(folder)/model.json")
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
