import Bandits
import Learning
import Probability
import StoreSimulator
import TestSupport
import Testing

struct CalloutWorldTests {
  @Test func `the plain world is the reference's`() throws {
    // Printed by Fixtures/callouts.py.
    let expected: [(seed: UInt64, level: Double, favourites: [Int], benefits: Int, categories: [Int])] = [
      (100, -1.871937458492, [3, 1], 6, [7, 2, 5, 5]), (101, -2.168034625825, [1, 4], 9, [2, 4, 7, 2]),
    ]
    let probabilities: [UInt64: [(Int, Int, Int, Double, Double, Bool)]] = [
      100: [
        (0, 0, 0, 0.026171651935, 0.177575443579, false), (7, 23, 23, 0.010563729872, 0.139261808953, false),
        (59_999, 81, 11, 0.003630143239, 0.168820422175, false),
        (30_000, 5, 17, 0.043511652530, 0.162047179833, false),
      ],
      101: [
        (0, 0, 0, 0.030927186455, 0.206546823256, true), (7, 23, 23, 0.002635395573, 0.188588718897, false),
        (59_999, 81, 11, 0.024359714653, 0.284984869457, false),
        (30_000, 5, 17, 0.016796875720, 0.317691142106, false),
      ],
    ]
    for world in expected {
      let found = try CalloutWorld(seed: world.seed)
      #expect(isClose(found.level, to: world.level, absolute: 1e-11))
      #expect(found.visitor(7) == CalloutVisitor(segments: [1], favourites: world.favourites))
      #expect(found.items.prefix(24).count { $0.kind == 1 } == world.benefits)
      #expect(found.items.prefix(4).map { $0.attributes[0] } == world.categories)
      for (request, item, format, p, best, converts) in probabilities[world.seed] ?? [] {
        let visitor = found.visitor(request)
        let truth = found.probability(item, format: format, request: request, visitor)
        #expect(isClose(truth, to: p, absolute: 1e-11))
        #expect(isClose(found.bestProbability(request: request, visitor), to: best, absolute: 1e-11))
        #expect(found.converts(request, truth) == converts)
      }
    }
  }

  @Test func `what is added leaves the rest of the world as it is`() throws {
    let (plain, full) = (
      try CalloutWorld(seed: 3), try CalloutWorld(seed: 3, extras: [.ages, .delays, .drift])
    )
    #expect(plain.level == full.level && plain.items == full.items)
    for request in [0, 999, 40_000] {
      let (one, other) = (plain.visitor(request), full.visitor(request))
      #expect(one.favourites == other.favourites && one.segments[0] == other.segments[0])
      #expect((other.segments[1] == 5) == (one.segments[0] == 0))
    }
    #expect(plain.delay(5, kind: 0) == 0 && full.delay(5, kind: 0) > 0)
    #expect(full.delay(5, kind: 1) == 2 * full.delay(5, kind: 0))
    let none = CalloutVisitor(segments: [0, 5], favourites: [])
    #expect(
      full.probability(0, format: 0, request: 29_999, none)
        != full.probability(0, format: 0, request: 30_000, none))
    #expect(
      full.probability(24, format: 0, request: 29_999, none)
        == full.probability(24, format: 0, request: 30_000, none))
    let mean = (0..<20_000).reduce(0) { $0 + full.delay($1, kind: 0) } / 20_000
    #expect(isClose(mean, to: 0.35 * 40 + 0.65 * 4000, relative: 0.05))
  }

  @Test func `a recommender loses far less than chance, and the same each time`() throws {
    var simulation = CalloutSimulation()
    simulation.requests = 6000
    let world = try CalloutWorld(seed: 5, extras: [.ages, .delays])
    var recipe = CalloutRecipe()
    (recipe.window, recipe.late, recipe.draws, recipe.floor) = (3000, .estimated, 32, 0.01)
    let learned = try simulation.run(.recommender(recipe), in: world, seed: 1)
    #expect(learned.total == (try simulation.run(.recommender(recipe), in: world, seed: 1)).total)
    let chance = try simulation.run(.random, in: world, seed: 1)
    #expect(learned.regret.last! < 0.6 * chance.regret.last!)
    #expect(learned.predictions.count == 6000 && learned.regret.count == 3)
  }
}
