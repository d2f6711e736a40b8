import Learning
import Probability
import TestSupport
import Testing

@testable import Bandits

struct LayoutSimulationTests {
  @Test func `generated environments equal the reference's`() throws {
    let reference = try JSONValue(parsing: bytes(ofFile: fixtures() + "/layout_regression.json"))
    for entry in reference["environments"]?.elements ?? [] {
      let family = try #require(LayoutEnvironment.Family(rawValue: entry["kind"]?.text ?? ""))
      let environment = try LayoutEnvironment(family, seed: UInt64(entry["seed"]?.number ?? 0))
      let p = environment.probabilities
      let shown = stride(from: 0, to: p.count, by: max(1, p.count / 16)).map { p[$0] }
      #expect(difference(of: shown, from: entry["p"]?.numbers ?? [], absolute: 1e-10) == nil)
    }
    let published = try LayoutEnvironment(.conversionWeak, seed: 100).probabilities
    #expect(isClose(published.max() ?? 0, to: 0.081640030263, absolute: 1e-11))
  }

  private func short(_ model: LayoutModel) throws -> LayoutSimulation.Result {
    var simulation = LayoutSimulation()
    (simulation.steps, simulation.batch) = (3000, 500)
    var recipe = LayoutRecipe(model)
    recipe.draws = 64
    return try simulation.run(recipe, on: LayoutEnvironment(.conversionStrong, seed: 7))
  }

  @Test(arguments: LayoutModel.allCases)
  func `a run is repeated exactly and loses no more than chance`(_ model: LayoutModel) throws {
    let first = try short(model)
    #expect(try short(model) == first)
    #expect(first.regret.count == 6 && first.regret.allSatisfy { $0 >= 0 })
    let random = try short(.random)
    if model != .random { #expect(first.total < random.total) }
  }

  @Test func `the floor costs what it says`() throws {
    let environment = try LayoutEnvironment(.hill, seed: 3)
    var simulation = LayoutSimulation()
    (simulation.steps, simulation.batch) = (1000, 500)
    let recipe = LayoutRecipe(.random, floor: 1)
    #expect(isClose(recipe.floor(choices: 512), to: 0.2 / 512, relative: 1e-12))
    let result = try simulation.run(recipe, on: environment)
    let p = environment.probabilities
    let gap = (p.max() ?? 0) - p.reduce(0, +) / 512
    #expect(isClose(result.floorCost, to: 1000 * 0.2 * gap, relative: 1e-9))
  }

  @Test func `parameters out of range are told at once`() throws {
    var recipe = LayoutRecipe(.interactions, exploration: .mixed(most: 0, rest: 20, share: 2), floor: -1)
    recipe.draws = 0
    #expect(
      recipe.violations.map(\.description) == [
        "scale: given 0.0, expected above 0, at most 10", "scale: given 20.0, expected above 0, at most 10",
        "share: given 2.0, expected 0 to 1", "floor: given -1.0, expected 0 to 1",
        "draws: given 0, expected 1 to 1000000",
      ])
    var simulation = LayoutSimulation()
    simulation.batch = 0
    #expect(throws: InvalidInput.self) {
      try simulation.run(LayoutRecipe(), on: LayoutEnvironment(.conversionWeak, seed: 1))
    }
  }

  @Test func `cancellation stops a run`() {
    let execution = Execution()
    execution.cancellation.cancel()
    #expect(throws: CancellationError.self) {
      try LayoutSimulation().run(
        LayoutRecipe(.random), on: LayoutEnvironment(.conversionWeak, seed: 1), execution: execution)
    }
  }
}
