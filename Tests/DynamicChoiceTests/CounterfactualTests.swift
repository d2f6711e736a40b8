import Learning
import TestSupport
import Testing

@testable import DynamicChoice

struct CounterfactualTests {
  private static let text = """
    [{"name":"no music","scale":{"music":0}},{"name":"annual -20","fees":{"annual":-20}},
     {"name":"monthly +3","fees":{"monthly":3}},{"name":"shipping","chains":{"ship":{"class":"member","up":0.1}}},
     {"name":"no annual","drop":["annual"]},{"name":"half","add":[{"name":"half","months":6,"fee":65,"like":"annual"}]}]
    """

  private static func cases() throws -> [CounterfactualCase] {
    try CounterfactualCase.read(
      JSONValue(parsing: Array(text.utf8)), for: MembershipModel(SampleMembership.document))
  }

  /// Shares of none, monthly, annual, surplus and revenue that an independent program finds on the same truth.
  @Test func `cases on the truth agree with an independent program`() throws {
    let known: [(Double, Double, Double, Double, Double)] = [
      (0.1644, 0.2474, 0.5882, -97.00, 9.74), (0.0432, 0.1786, 0.7782, 125.35, 9.56),
      (0.0768, 0.1552, 0.7680, -59.72, 10.87), (0.0642, 0.2377, 0.6981, 75.21, 10.81),
      (0.5442, 0.4558, 0, -214.005, 6.31),
    ]
    var recipe = Counterfactual()
    recipe.paths = [
      ["monthly", "monthly", "annual"],
      ["monthly", "monthly", "none", "none", "none", "monthly", "monthly", "monthly", "monthly", "monthly"],
    ]
    let report = try recipe.run(
      Self.cases(), truth: SampleMembership.simulator(), theta: SampleMembership.theta)
    for (found, expected) in zip(report.cases, known) {
      let shares = found.outcomes.shares
      #expect(isClose(shares["none"]!, to: expected.0, absolute: 1e-4))
      #expect(isClose(shares["monthly"]!, to: expected.1, absolute: 1e-4))
      #expect(isClose(shares["annual"] ?? 0, to: expected.2, absolute: 1e-4))
      #expect(isClose(found.surplus!, to: expected.3, absolute: 0.01))
      #expect(isClose(found.outcomes.revenuePerMonth, to: expected.4, absolute: 0.01))
    }
    let base = report.base.outcomes
    let renewal = [base.renewal["M"]!!, base.renewal["A"]!!]
    #expect(difference(of: renewal, from: [0.9011, 0.9182], absolute: 1e-4) == nil)
    let paths = recipe.paths.map { base.paths[$0.joined(separator: " ")]! }
    #expect(difference(of: paths, from: [0.06036, 0.00059], absolute: 1e-5) == nil)
    // Nobody comes to the annual statuses any more: no rate, not 0.
    #expect(report.cases[4].outcomes.renewal["A"]! == nil)
    #expect(report.cases.map(\.kind) == [.rewards, .rewards, .rewards, .dynamics, .plans, .plans])
  }

  @Test func `a dearer monthly plan that raises membership is said to, not hidden`() throws {
    let report = try Counterfactual().run(
      Self.cases(), truth: SampleMembership.simulator(), theta: SampleMembership.theta)
    let expected = """
      monthly +3: membership rises from 91.4 % to 92.3 %, annual rises from 67.6 % to 76.8 %, revenue rises from $10.57 to \
      $10.87 a month and customer, a new customer loses $59.72; dearer and yet more members: customers move to another plan, \
      which keeps them longer.
      """
    #expect(report.cases[2].explanation == expected)
  }

  private func estimate(customers: Int = 800) throws -> ChoiceEstimate {
    let rows = try SampleMembership.simulator().rows(customers: customers, months: 40, seed: 6)
    return try ChoiceEstimate(
      ChoiceModelFile(SampleMembership.document), ChoicePanel(rows), recipe: EstimationRecipe())
  }

  @Test func `the anchor decides about dynamics and new plans, not about fees, benefits and dropped plans`()
    throws
  {
    var recipe = Counterfactual()
    (recipe.hasSamplingBands, recipe.months) = (false, 0)
    let report = try recipe.run(Self.cases(), estimate())
    #expect(report.cases.map(\.dependsOnAnchor) == [false, false, false, true, false, true])
    for found in report.cases {
      for (name, band) in found.anchorBand! {
        let width = band.high - band.low
        if found.dependsOnAnchor! {
          if name == "surplus_usd" { #expect(width > 1e-3) }
        } else {
          #expect(width < 1e-6 * max(1, abs(band.high)), "\(found.name) \(name)")
        }
      }
    }
  }

  @Test func `sampling bands hold their figures and shrink with customers`() throws {
    var recipe = Counterfactual()
    (recipe.anchorBand, recipe.months) = (0, 0)
    let small = try recipe.run(Self.cases(), estimate(customers: 300))
    let large = try recipe.run(Self.cases(), estimate(customers: 1200))
    for (a, b) in zip(small.cases, large.cases) {
      let (wide, narrow) = (a.samplingBand!["surplus_usd"]!, b.samplingBand!["surplus_usd"]!)
      #expect(wide.low < a.surplus! && a.surplus! < wide.high)
      #expect(wide.high - wide.low > 1.3 * (narrow.high - narrow.low))
    }
  }

  @Test func `bands by draws agree with those of the delta method, whatever the number of threads`() throws {
    var recipe = Counterfactual()
    (recipe.anchorBand, recipe.months) = (0, 0)
    let estimate = try estimate(customers: 200)
    let cases = Array(try Self.cases().prefix(1))
    let delta = try recipe.run(cases, estimate)
    (recipe.draws, recipe.seed) = (60, 4)
    let drawn = try recipe.run(cases, estimate)
    for (a, b) in zip(delta.cases, drawn.cases) {
      for name in ["surplus_usd", "share_annual", "revenue_per_month"] {
        let (first, second) = (a.samplingBand![name]!, b.samplingBand![name]!)
        let width = first.high - first.low
        #expect(abs((second.high - second.low) / width - 1) < 0.5, "\(a.name) \(name)")
        #expect(abs(second.low - first.low) < 0.4 * width, "\(a.name) \(name)")
      }
    }
    recipe.draws = 3
    #expect(
      try recipe.run(cases, estimate, on: Execution(threads: 1))
        == recipe.run(cases, estimate, on: Execution(threads: 2)))
    recipe.draws = -1
    #expect(throws: InvalidInput("draws", given: -1, expected: "0 to 100000")) {
      try recipe.run(cases, estimate)
    }
  }

  @Test func `the months ahead begin with today's customers and end in the long run`() throws {
    var recipe = Counterfactual()
    (recipe.hasSamplingBands, recipe.anchorBand, recipe.months) = (false, 0, 400)
    let estimate = try estimate()
    let base = try recipe.run([], estimate).base.outcomes
    #expect(base.sharesByMonth.allSatisfy { isClose($0.values.reduce(0, +), to: 1, absolute: 1e-9) })
    for (plan, share) in base.shares {
      #expect(isClose(base.sharesByMonth[399][plan] ?? 0, to: share, absolute: 1e-3), "\(plan)")
    }
    // Those on running annual plans are still on them next month.
    let running = estimate.today!.groups.filter { $0.plan == 2 && $0.months > 1 }.reduce(0) {
      $0 + $1.customers
    }
    #expect(base.sharesByMonth[0]["annual"]! >= running / 800)
  }

  @Test func `an estimate is the same after writing and reading`() throws {
    try withTemporaryFolder { folder in
      let estimate = try estimate(customers: 200)
      try estimate.write(to: folder + "/estimate")
      let read = try ChoiceEstimate(contentsOf: folder + "/estimate")
      #expect(read.parameters == estimate.parameters && read.today == estimate.today)
      let (a, b) = (
        try Counterfactual().run(Self.cases(), estimate), try Counterfactual().run(Self.cases(), read)
      )
      #expect(a == b)
      let one = try Counterfactual().run(Self.cases(), estimate, on: Execution(threads: 1))
      #expect(one == a)
    }
  }

  @Test func `surplus is withheld where a dollar has no value, and what is not identified is not simulated`()
    throws
  {
    let rows = try SampleMembership.simulator().rows(customers: 200, months: 30, seed: 6)
    let file = try ChoiceModelFile(SampleMembership.document)
    var recipe = EstimationRecipe()
    recipe.method = .static
    let estimate = try ChoiceEstimate(file, ChoicePanel(rows), recipe: recipe)
    #expect(estimate.priceCoefficient == nil)
    let report = try Counterfactual().run(Self.cases(), estimate)
    #expect(report.cases.allSatisfy { $0.surplus == nil })
    recipe.method = .pqr
    let rewards = try ChoiceEstimate(file, ChoicePanel(rows), recipe: recipe)
    #expect(throws: InvalidInput.self) { try Counterfactual().run(Self.cases(), rewards) }
  }

  @Test func `cases that do not fit the model are refused with all violations`() throws {
    let text = """
      [{"name":"a","fees":{"weekly":1},"scale":{"tv":0},"drop":["none"]},
       {"name":"a","add":[{"name":"annual","months":0,"fee":1,"like":"x"}],"chains":{"tv":{}}}]
      """
    do {
      _ = try CounterfactualCase.read(
        JSONValue(parsing: Array(text.utf8)), for: MembershipModel(SampleMembership.document))
      Issue.record("accepted")
    } catch let error as InvalidInput {
      #expect(
        error.violations.map(\.description) == [
          "cases[0].scale.tv: given an unknown name, expected one of ship, video, music, base, price, join",
          "cases[0].fees.weekly: given an unknown name, expected one of annual, monthly",
          "cases[0].drop: given none, expected plans of the model other than none",
          "cases[1].chains.tv: given an unknown block, expected one of ship, video, music, regime",
          "cases[1].add[0].months: given 0.0, expected an integer from 1 to 1200",
          "cases[1].add[0].name: given annual, expected a new name",
          "cases[1].add[0].like: given x, expected one of none, monthly, annual",
          "cases: given a name that comes twice, expected different names",
        ])
    }
    #expect(throws: InvalidInput.self) {
      var faster = CounterfactualCase("too fast")
      faster.shifts = [.init(block: "ship", kind: "member", up: 0.9, down: 0)]
      _ = try Counterfactual().run(
        [faster], truth: SampleMembership.simulator(), theta: SampleMembership.theta)
    }
  }

  @Test func `numbers are rounded to their decimals`() {
    let texts = [fixed(1.005, 2), fixed(-0.004, 2), fixed(-2.5, 0), fixed(12, 1), fixed(0.999, 2)]
    #expect(texts == ["1.00", "0.00", "-3", "12.0", "1.00"])
  }
}
