import Learning
import TestSupport
import Testing

@testable import DynamicChoice

struct ClusteredErrorsTests {
  private func panel(_ customers: Int, copies: Int32 = 1) throws -> ChoicePanel {
    let rows = try SampleMembership.simulator().rows(customers: customers, months: 30, seed: 5)
    var all = rows
    for copy in 1..<max(1, copies) {
      all.customers += rows.customers.map { $0 + copy * Int32(customers) }
      all.months += rows.months
      all.actions += rows.actions
      for column in rows.states.indices { all.states[column] += rows.states[column] }
    }
    return try ChoicePanel(all)
  }

  private func estimate(_ data: ChoiceData, _ errors: StandardErrors) throws -> StructuralEstimate {
    var recipe = NestedFixedPoint()
    recipe.errors = errors
    return try recipe.fit(data)
  }

  @Test func `errors that allow for habits agree with plain ones where customers have none`() throws {
    let data = try SampleMembership.simulator().model.data(panel(400)).data
    #expect(data.customers!.count == 400)
    let (plain, clustered) = (try estimate(data, .given), try estimate(data, .clustered))
    for (a, b) in zip(plain.parameters, clustered.parameters) {
      #expect(a.value == b.value)
      #expect((0.75...1.35).contains(b.standardError! / a.standardError!), "\(a.name)")
    }
  }

  @Test func `a customer who is counted three times counts once`() throws {
    // Every customer's weight is 3: plain errors shrink by the root of 3, clustered ones stay.
    let model = try SampleMembership.simulator().model
    var rows = try panel(200).rows
    let once = try estimate(model.data(ChoicePanel(rows)).data, .clustered)
    rows.weights = [Double](repeating: 3, count: rows.count)
    let data = try model.data(ChoicePanel(rows)).data
    #expect(data.customers!.weights.count == data.customers!.cells.count)
    let (plain, clustered) = (try estimate(data, .given), try estimate(data, .clustered))
    for k in once.parameters.indices {
      #expect(
        isClose(clustered.parameters[k].standardError!, to: once.parameters[k].standardError!, relative: 5e-3)
      )
      #expect(clustered.parameters[k].standardError! > 1.4 * plain.parameters[k].standardError!)
    }
  }

  @Test func `data that do not say whose choices they are have no clustered errors`() throws {
    let problem = try World.random(states: 8, months: [1, 1], parameters: 2)
    let data = try ChoiceData(problem: problem, counts: LikelihoodTests.counts(problem, seed: 1))
    #expect(
      throws: InvalidInput(
        "errors", given: "cluster", expected: "given or two-step",
        advice: "The data do not say whose choices they are.")
    ) { try estimate(data, .clustered) }
  }
}
