import Learning
import TestSupport
import Testing

@testable import DynamicChoice

struct TasteTypesTests {
  /// Customers of two price coefficients, three in five of the first.
  private static func data(_ prices: (Double, Double), customers: Int32 = 250) throws -> ChoiceData {
    let first = customers * 3 / 5
    var rows = PanelRows(stateColumns: 5)
    for (price, count, seed) in [(prices.0, first, UInt64(1)), (prices.1, customers - first, 2)] {
      var theta = SampleMembership.theta
      theta[4] = price
      let simulator = try MembershipSimulator(
        model: SampleMembership.simulator().model, theta: theta, chains: SampleMembership.chains)
      rows.append(customersOf: simulator.rows(customers: Int(count), months: 48, seed: seed))
    }
    return try SampleMembership.simulator().model.data(ChoicePanel(rows)).data
  }

  private static var recipe: TasteTypesRecipe {
    var recipe = TasteTypesRecipe()
    (recipe.starts, recipe.firstRounds, recipe.rounds, recipe.tolerance) = (1, 4, 25, 0.05)
    recipe.orderedBy = 4
    return recipe
  }

  @Test func `two types are told apart, and no round lowers the likelihood`() throws {
    let found = try TasteTypes(Self.data((0.04, 0.1)), recipe: Self.recipe)
    for (a, b) in zip(found.path, found.path.dropFirst()) { #expect(b >= a - 1e-6) }
    for (type, (price, share)) in zip(found.types, [(0.04, 0.6), (0.1, 0.4)]) {
      let parameter = type.estimate.parameters[4]
      #expect(abs(parameter.value - price) < 0.02, "\(parameter)")
      let error = try #require(parameter.standardError)
      #expect(error > 0 && abs(parameter.value - price) < 4 * error)
      #expect(abs(type.share - share) < 0.08, "\(type.share)")
      #expect(try #require(type.shareError) < 0.08)
    }
    #expect(found.memberships.allSatisfy { isClose($0.reduce(0, +), to: 1, absolute: 1e-12) })
    // Most customers are put where they come from.
    let right = found.memberships.enumerated().count { $1[$0 < 150 ? 0 : 1] > 0.5 }
    #expect(right > 200)
  }

  @Test func `the criterion asks for one type where there is one`() throws {
    var recipe = Self.recipe
    recipe.count = 0
    let found = try TasteTypes(Self.data((0.06, 0.06), customers: 60), recipe: recipe)
    #expect(found.types.count == 1 && found.types[0].share == 1)
    var whole = NestedFixedPoint()
    whole.errors = .given
    let plain = try whole.fit(Self.data((0.06, 0.06), customers: 60))
    #expect(difference(of: found.types[0].estimate.theta, from: plain.theta, absolute: 1e-3) == nil)
  }

  @Test func `data without customers and numbers out of range are refused together`() throws {
    let problem = try World.random(states: 4, months: [1, 1], parameters: 2)
    let data = try ChoiceData(problem: problem, counts: LikelihoodTests.counts(problem, seed: 1))
    var recipe = TasteTypesRecipe()
    (recipe.count, recipe.orderedBy) = (21, 2)
    do {
      _ = try TasteTypes(data, recipe: recipe)
      Issue.record("accepted")
    } catch let error as InvalidInput {
      #expect(
        error.violations.map(\.description) == [
          "count: given 21, expected 0 to 20",
          "customers: given choices of nobody in particular, expected the choices of each customer",
          "orderedBy: given 2, expected 0 to 1",
        ])
    }
  }

  @Test func `more types than there are leave some empty or alike, and choices that say nothing are refused`()
    throws
  {
    var recipe = Self.recipe
    (recipe.count, recipe.rounds) = (5, 8)
    let found = try TasteTypes(Self.data((0.06, 0.06), customers: 20), recipe: recipe)
    #expect(isClose(found.types.reduce(0) { $0 + $1.share }, to: 1, absolute: 1e-9))
    #expect(found.types.allSatisfy { $0.estimate.theta.allSatisfy(\.isFinite) })
    // Nobody ever joins.
    var rows = PanelRows(stateColumns: 5)
    rows.customers = (0..<6).map { $0 / 3 }
    rows.months = (0..<6).map { $0 % 3 }
    rows.actions = [Int32](repeating: 0, count: 6)
    rows.states = [[Int32]](repeating: [Int32](repeating: 0, count: 6), count: 5)
    let silent = try SampleMembership.simulator().model.data(ChoicePanel(rows)).data
    #expect(
      throws: InvalidInput(
        "types", given: "status not-identified of all customers together", expected: "converged",
        advice: "What is not identified for all is not identified for types.")
    ) { try TasteTypes(silent, recipe: Self.recipe) }
  }
}
