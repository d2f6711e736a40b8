import Learning
import Probability
import TestSupport
import Testing

@testable import DynamicChoice

struct MembershipModelTests {
  private func document(_ change: (inout [String: JSONValue]) -> Void) -> JSONValue {
    guard case .object(var root) = SampleMembership.document else { return .null }
    change(&root)
    return .object(root)
  }

  private func violations(_ document: JSONValue) -> [String] {
    do {
      _ = try ChoiceModelFile(document)
      return []
    } catch {
      return (error as? InvalidInput)?.violations.map(\.description) ?? ["\(error)"]
    }
  }

  @Test func `the sample model is read, and everything wrong with another is said at once`() throws {
    let model = try MembershipModel(SampleMembership.document)
    #expect(model.stateCount == 324 && model.plans.map(\.months) == [1, 1, 12] && model.anchorPlan == 0)
    let found = violations(
      document { root in
        root["discount"] = .number(1)
        root["anchor"] = .object(["action": .string("nobody")])
        root["fees"] = .object([
          "component": .string("regime"), "monthly": .array([.number(1)]), "weekly": .array([]),
        ])
        root["features"] = .array([
          .object(["name": .string("x"), "kind": .string("flow"), "component": .string("tv")])
        ])
      })
    #expect(
      found == [
        "discount: given 1.0, expected 0 to 0.99999 (1 only with a horizon)",
        "anchor.action: given nobody, expected one of none, monthly, annual",
        "fees.monthly: given 1 fees, expected 2, one for each level",
        "fees.weekly: given an unknown plan, expected one of none, monthly, annual",
        "features[0].component: given tv, expected one of ship, video, music, regime",
      ])
    #expect(
      violations(.array([])) == [
        "model: given a list, expected an object", "kind: given nothing, expected membership or panel",
      ])
  }

  @Test func `blocks beyond all indices are refused`() {
    let block = JSONValue.object([
      "name": .string("b"),
      "components": .array([.object(["name": .string("c"), "levels": .integer(1000)])]),
    ])
    let found = violations(document { $0["blocks"] = .array([JSONValue](repeating: block, count: 5)) })
    #expect(found.contains("blocks: given more than 2147483647 states, expected at most 2147483647 states"))
    #expect(found.contains("blocks: given the name c twice, expected different names"))
  }

  @Test func `the flow of a twelve-month plan is the discounted sum of expected levels`() throws {
    let model = try MembershipModel(SampleMembership.document)
    let problem = try model.problem(SampleMembership.chains)
    let features = problem.features
    let chain = SampleMembership.chains.byBlock["video"]!["member"]!
    for level in 0..<3 {
      var distribution = [0.0, 0, 0]
      distribution[level] = 1
      var (sum, factor) = (0.0, 1.0)
      for _ in 0..<12 {
        sum += factor * (distribution[1] + 2 * distribution[2])
        distribution = (0..<3).map { j in (0..<3).reduce(0) { $0 + distribution[$1] * chain[$1][j] } }
        factor *= 0.99
      }
      for status in [0, 4] {
        let state = model.state(status: status, levels: [1, level, 2, 1])
        #expect(
          isClose(features.values[features.start(action: 2, feature: 1) + state], to: sum, relative: 1e-12))
        #expect(features.values[features.start(action: 2, feature: 4) + state] == -139)
        #expect(features.values[features.start(action: 1, feature: 5) + state] == (status == 0 ? -1 : 0))
        #expect(features.values[features.start(action: 0, feature: 1) + state] == 0)
      }
    }
    let theta = SampleMembership.theta
    let direct = try model.problem(SampleMembership.chains, theta: theta).features.offset
    #expect(difference(of: direct, from: features.rewards(theta), absolute: 1e-12) == nil)
  }

  @Test func `a simulated panel gives the truth back, whatever the order of its rows`() throws {
    let simulator = try SampleMembership.simulator()
    let rows = simulator.rows(customers: 1500, months: 40, seed: 3)
    let (data, report) = try simulator.model.data(ChoicePanel(rows))
    #expect(report.rows == 60_000 && report.decisions + report.locked == 60_000 && report.forbidden.isEmpty)
    let estimate = try NestedFixedPoint().fit(data)
    #expect(estimate.status == .converged)
    for (parameter, truth) in zip(estimate.parameters, SampleMembership.theta) {
      #expect(abs(parameter.value - truth) < 4 * parameter.standardError!)
    }
    #expect((8...25).contains(estimate.diagnosis.conditionIndex!))
    var shuffled = rows
    var order = Array(0..<rows.count)
    var generator = SeededGenerator(seed: 4)
    order.shuffle(using: &generator)
    shuffled.customers = order.map { rows.customers[$0] }
    shuffled.months = order.map { rows.months[$0] }
    shuffled.actions = order.map { rows.actions[$0] }
    shuffled.states = rows.states.map { column in order.map { column[$0] } }
    let (again, _) = try simulator.model.data(ChoicePanel(shuffled))
    #expect(again.counts == data.counts && again.dynamics!.rows == data.dynamics!.rows)
  }

  @Test func `chains are estimated from locked months too`() throws {
    let simulator = try SampleMembership.simulator()
    let rows = simulator.rows(customers: 400, months: 60, seed: 5)
    let (data, report) = try simulator.model.data(ChoicePanel(rows))
    let moves = data.dynamics!.rows.map(\.observations)
    // Ship, members and others: every month but the last of each customer.
    #expect(moves[0..<6].reduce(0, +) == Double(report.rows - 400))
  }

  /// One customer: monthly, then annual with `locked` locked months.
  private func panel(_ actions: [Int32], statuses: [Int32], months: [Int32]? = nil) throws -> ChoicePanel {
    var rows = PanelRows(stateColumns: 5)
    rows.actions = actions
    rows.months = months ?? actions.indices.map { Int32($0) }
    rows.customers = actions.map { _ in 7 }
    rows.states = [statuses] + (0..<4).map { _ in actions.map { _ in 0 } }
    return try ChoicePanel(rows, allowsGaps: true)
  }

  @Test func `a locked month without a plan, and a choice inside one, are refused with their rows`() throws {
    let model = try MembershipModel(SampleMembership.document)
    #expect(
      throws: InvalidInput(
        "panel, row 2", given: "a locked month without a plan that runs",
        expected: "locked only inside a plan of several months")
    ) { try model.data(panel([1, -1], statuses: [0, 1])) }
    #expect(
      throws: InvalidInput(
        "panel, row 2", given: "a choice inside a running plan (11 months to go)",
        expected: "locked until the plan ends",
        advice: "Say \"early_cancel\": true in the model if members may leave early.")
    ) { try model.data(panel([2, 0], statuses: [0, 4])) }
    let early = try MembershipModel(document { $0["early_cancel"] = .bool(true) })
    #expect(try early.data(panel([2, 0], statuses: [0, 4])).report.decisions == 2)
  }

  @Test func `a status that does not follow is counted, kept as a choice and left out of transitions`() throws
  {
    let model = try MembershipModel(SampleMembership.document)
    let (data, report) = try model.data(panel([1, 1, 0], statuses: [0, 4, 1]))
    #expect(report.forbidden == ["monthly to A1": 1, "monthly to M1": 1])
    #expect(data.counts.total == 3 && data.dynamics!.rows.allSatisfy { $0.observations == 0 })
  }

  @Test func `months that are missing end what is known of a plan`() throws {
    let model = try MembershipModel(SampleMembership.document)
    let (data, report) = try model.data(panel([2, -1, 1], statuses: [0, 4, 4], months: [0, 1, 30]))
    #expect(report.gaps == 1 && data.counts.total == 2 && report.forbidden.isEmpty)
  }

  @Test func `a price regime that all customers share has only as many moves as months`() throws {
    let simulator = try SampleMembership.simulator()
    var rows = simulator.rows(customers: 50, months: 30, seed: 8)
    // Everyone has the first customer's regime.
    rows.states[4] = rows.months.map { rows.states[4][Int($0)] }
    let (data, report) = try simulator.model.data(ChoicePanel(rows))
    #expect(report.common == ["regime"])
    #expect(isClose(data.dynamics!.rows.suffix(2).reduce(0) { $0 + $1.observations }, to: 29, absolute: 1e-9))
  }

  @Test func `panels without rows, months twice and many gaps are refused`() throws {
    #expect(throws: InvalidInput("panel", given: "no rows", expected: "1 or more")) {
      try ChoicePanel(PanelRows(stateColumns: 1))
    }
    var rows = PanelRows(stateColumns: 1)
    (rows.customers, rows.months, rows.actions, rows.states) = (
      [1, 1, 1], [3, 9, 3], [0, 0, 0], [[0, 0, 0]]
    )
    do {
      _ = try ChoicePanel(rows)
      Issue.record("accepted")
    } catch let error as InvalidInput {
      let expected = [
        "panel, row 2: given month 3 twice for one customer, expected one row for each customer and month",
        """
        panel: given 1 gaps between months in 3 rows, expected gaps after at most 5 % of the rows. Allow gaps if months are \
        really missing; transitions over them are left out.
        """,
      ]
      #expect(error.violations.map(\.description) == expected)
    }
  }

  @Test func `an annual plan taken as twelve choices to stay is another model with other answers`() throws {
    let simulator = try SampleMembership.simulator()
    let rows = simulator.rows(customers: 1500, months: 40, seed: 9)
    var wrong = rows
    // Locked months become choices of the annual plan, as if it lasted a month.
    var plan: Int32 = 0
    for row in 0..<rows.count {
      if rows.actions[row] != PanelRows.locked { plan = rows.actions[row] } else { wrong.actions[row] = plan }
    }
    let model = try MembershipModel(
      document { root in
        guard case .array(var actions)? = root["actions"], case .object(var annual) = actions[2] else {
          return
        }
        annual["months"] = .integer(1)
        actions[2] = .object(annual)
        root["actions"] = .array(actions)
      })
    let right = try NestedFixedPoint().fit(simulator.model.data(ChoicePanel(rows)).data).theta
    let biased = try NestedFixedPoint().fit(model.data(ChoicePanel(wrong)).data).theta
    #expect(abs(right[4] - 0.06) < 0.01 && abs(biased[4] - 0.06) > 0.03)
  }

  @Test(arguments: [(0.05, false), (0.0, true)])
  func `benefits that follow each other are not separately identified, and their sum is known`(
    slip: Double, isSingular: Bool
  ) throws {
    let simulator = try SampleMembership.together(slip: slip)
    let (data, _) = try simulator.model.data(
      ChoicePanel(simulator.rows(customers: 1000, months: 40, seed: 2)))
    let report = try Identification().examine(data, anchor: simulator.model.anchor)
    #expect((report.estimate.diagnosis.conditionIndex == nil) == isSingular)
    #expect(report.groups.map(\.features) == [["ship", "video"]])
    let group = report.groups[0]
    #expect(abs(group.sum - 0.5) < 4 * group.sumError && group.sumError < 0.05)
    #expect(isSingular ? group.differenceError == nil : group.differenceError! > 5 * group.sumError)
    #expect(report.verdict == "ship and video: not separately identified, only in combination")
  }
}

struct BootstrapTests {
  @Test func `a bootstrap over customers agrees with two-step errors, whatever the number of threads`() throws
  {
    let file = try ChoiceModelFile(SampleMembership.document)
    let panel = try ChoicePanel(SampleMembership.simulator().rows(customers: 150, months: 30, seed: 12))
    var recipe = EstimationRecipe()
    let twoStep = try ChoiceEstimate(file, panel, recipe: recipe)
    recipe.bootstrapDraws = 20
    let one = try ChoiceEstimate(file, panel, recipe: recipe, on: Execution(threads: 1))
    let two = try ChoiceEstimate(file, panel, recipe: recipe, on: Execution(threads: 2))
    #expect(one.parameters == two.parameters)
    for (a, b) in zip(one.parameters, twoStep.parameters) {
      #expect(a.value == b.value)
      #expect((0.5...2).contains(a.standardError! / b.standardError!), "\(a.name)")
    }
    recipe.method = .pqr
    recipe.policy = .countsOnLogit
    recipe.bootstrapDraws = 14
    let rewards = try ChoiceEstimate(file, panel, recipe: recipe).parameters
    #expect(rewards.prefix(3).allSatisfy { $0.standardError != nil })
  }
}

struct SegmentTests {
  private func panel(secondTheta: [Double], customers: Int32 = 400) throws -> ChoicePanel {
    let simulator = try SampleMembership.simulator()
    let other = try MembershipSimulator(
      model: simulator.model, theta: secondTheta, chains: SampleMembership.chains)
    var rows = simulator.rows(customers: Int(customers), months: 36, seed: 1)
    let more = other.rows(customers: Int(customers), months: 36, seed: 2)
    rows.append(customersOf: more)
    rows.segments = rows.customers.map { $0 < customers ? 0 : 1 }
    rows.segmentNames = ["rural", "urban"]
    return try ChoicePanel(rows)
  }

  @Test func `segments with other tastes are told apart, and equal ones are not`() throws {
    let file = try ChoiceModelFile(SampleMembership.document)
    var theta = SampleMembership.theta
    let same = try SegmentComparison(file, panel(secondTheta: theta), recipe: EstimationRecipe())
    #expect(same.estimates.map(\.name) == ["rural", "urban"] && same.degreesOfFreedom == 6)
    #expect(same.pValue! > 0.001)
    theta[1] = 0.4
    let different = try SegmentComparison(file, panel(secondTheta: theta), recipe: EstimationRecipe())
    #expect(different.pValue! < 1e-6)
    #expect(different.estimates[1].estimate.parameters[1].value > 0.3)
  }

  @Test func `a customer in two segments is refused with the row`() throws {
    var rows = PanelRows(stateColumns: 1)
    (rows.customers, rows.months, rows.actions, rows.states) = ([1, 1], [1, 2], [0, 0], [[0, 0]])
    (rows.segments, rows.segmentNames) = ([0, 1], ["a", "b"])
    let panel = try ChoicePanel(rows)
    #expect(
      throws: InvalidInput(
        "panel, row 2, segment", given: "another segment of the same customer",
        expected: "one segment for each customer")
    ) { try panel.bySegment() }
  }
}
