import Bandits
import Learning
import Probability
import TestSupport
import Testing

struct LayoutPolicyTests {
  private func policy(draws: Int = 256, sizes: [Int] = [2, 3]) throws -> LayoutPolicy {
    var recipe = LayoutRecipe()
    recipe.draws = draws
    return try LayoutPolicy(LayoutSpace(sizes: sizes), recipe: recipe, seed: 2)
  }

  private func decision(_ answer: LayoutPolicy.Answer) throws -> LayoutDecision {
    guard case .layout(let decision) = answer else {
      throw InvalidInput("answer", given: "none", expected: "a layout")
    }
    return decision
  }

  @Test func `what is drawn is drawn as often as its propensity says`() throws {
    var policy = try policy()
    var (counts, propensities) = ([[Int]: Double](), [[Int]: Double]())
    let draws = 60_000
    for sequence in 0..<UInt64(draws) {
      let decision = try decision(policy.decide(context: [], sequence: sequence, time: 0))
      counts[decision.layout, default: 0] += 1
      propensities[decision.layout] = decision.propensity
    }
    var statistic = 0.0
    for (layout, propensity) in propensities {
      let expected = propensity * Double(draws)
      statistic +=
        (counts[layout, default: 0] - expected) * (counts[layout, default: 0] - expected) / expected
    }
    #expect(isClose(propensities.values.reduce(0, +), to: 1, absolute: 1e-12) && propensities.count == 6)
    #expect(ChiSquared(degreesOfFreedom: 5).upperTail(statistic) > 1e-3)
  }

  @Test func `rewards in any order, some of them twice, give the same posterior`() throws {
    var (first, second) = (try policy(), try policy())
    var rewards: [LayoutReward] = []
    for sequence in 0..<2000 as Range<UInt64> {
      let event = LayoutEvent.decision(try decision(first.decide(context: [], sequence: sequence, time: 0)))
      first.take(event)
      second.take(event)
      if sequence % 9 == 0 { rewards.append(LayoutReward(decision: "d\(sequence)", time: 1)) }
    }
    for reward in rewards { #expect(first.take(.reward(reward)) == .applied) }
    var generator = SeededGenerator(seed: 4)
    var shuffled = rewards + rewards.prefix(50)
    for place in stride(from: shuffled.count - 1, to: 0, by: -1) {
      shuffled.swapAt(place, generator.integer(below: place + 1))
    }
    let receipts = shuffled.map { second.take(.reward($0)) }
    #expect(receipts.count { $0 == .duplicate } == 50)
    first.take(.refresh(time: 2))
    second.take(.refresh(time: 2))
    #expect(first.posterior == second.posterior && first.priors == second.priors)
    #expect(first.totals.conversions == rewards.count)
  }

  @Test func `a reward before its decision waits for it, one of another kind is only recorded`() throws {
    var policy = try policy()
    #expect(policy.take(.reward(LayoutReward(decision: "d0", time: 0))) == .parked)
    #expect(policy.take(.reward(LayoutReward(decision: "d0", time: 0))) == .duplicate)
    #expect(policy.totals.conversions == 0)
    policy.take(.decision(try decision(policy.decide(context: [], sequence: 0, time: 1))))
    #expect(policy.totals == (1, 1))
    #expect(policy.take(.reward(LayoutReward(decision: "d0", kind: "click", time: 2))) == .recorded)
    #expect(policy.take(.reward(LayoutReward(decision: "d0", kind: "click", time: 2))) == .duplicate)
    #expect(policy.totals == (1, 1))
  }

  @Test func `it learns which content converts, and in which context`() throws {
    let space = try LayoutSpace(
      widgets: [Widget("image", contents: ["a", "b", "c"]), Widget("copy", contents: ["x", "y"])],
      context: [LayoutContext("device", values: ["phone", "desk"])])
    var policy = try LayoutPolicy(space, seed: 1)
    let luck = CounterStream("TEST", seed: 9)
    for sequence in 0..<6000 as Range<UInt64> {
      let context = [Int(sequence % 2)]
      let chosen = try decision(policy.decide(context: context, sequence: sequence, time: 0))
      policy.take(.decision(chosen))
      let likes = context[0] == 0 ? 0 : 2
      if luck.uniform(sequence) < (chosen.layout[0] == likes ? 0.3 : 0.1) {
        policy.take(.reward(LayoutReward(decision: chosen.id, time: 0)))
      }
      if sequence % 500 == 499 { policy.take(.refresh(time: 0)) }
    }
    #expect(policy.likeliest(1, context: [0])[0].layout[0] == 0)
    #expect(policy.likeliest(1, context: [1])[0].layout[0] == 2)
    let shares = policy.likeliest(6, context: [0]).map(\.propensity)
    #expect(shares == shares.sorted(by: >) && shares.allSatisfy { $0 >= 0.0005 })
  }

  @Test func `layouts that a context forbids are never shown there`() throws {
    let space = try LayoutSpace(
      widgets: [Widget("image", contents: ["small", "big"]), Widget("copy", contents: ["x", "y"])],
      context: [LayoutContext("device", values: ["phone", "desk"])],
      forbidden: [["device": "phone", "image": "big"], ["copy": "x", "image": "small", "device": "desk"]])
    var policy = try LayoutPolicy(space)
    var seen: [[Int]: Set<[Int]>] = [:]
    for sequence in 0..<4000 as Range<UInt64> {
      let context = [Int(sequence % 2)]
      let chosen = try decision(policy.decide(context: context, sequence: sequence, time: 0))
      seen[context, default: []].insert(chosen.layout)
    }
    #expect(seen[[0]] == [[0, 0], [0, 1]] && seen[[1]] == [[0, 1], [1, 0], [1, 1]])
  }

  @Test func `a context without any layout is answered with the conflict`() throws {
    let space = try LayoutSpace(
      widgets: [Widget("image", contents: ["small", "big"])],
      context: [LayoutContext("d", values: ["0", "1"])],
      forbidden: [["image": "small", "d": "1"], ["image": "big", "d": "1"]])
    var policy = try LayoutPolicy(space)
    #expect(
      policy.decide(context: [1], sequence: 0, time: 0)
        == .infeasible(conflict: ["forbidden 1", "forbidden 2"]))
  }

  @Test func `a page too large to list is decided by ascent with exact propensities`() throws {
    var policy = try policy(sizes: [4, 4, 4, 4, 4, 4, 4])
    var counts: [[Int]: Double] = [:]
    for sequence in 0..<3000 as Range<UInt64> {
      let chosen = try decision(policy.decide(context: [], sequence: sequence, time: 0))
      counts[chosen.layout, default: 0] += 1
      #expect(chosen.propensity > 0 && chosen.propensity <= 1)
    }
    #expect(counts.count > 20)
  }

  @Test func `contexts and recipes that do not fit are told at once`() throws {
    let space = try LayoutSpace(
      widgets: [Widget("a", contents: ["1"])], context: [LayoutContext("device", values: ["phone", "desk"])])
    let policy = try LayoutPolicy(space)
    #expect(try policy.contextNumbers(["device": "desk"]) == [1])
    #expect {
      try policy.contextNumbers(["device": "fridge", "mood": "good"])
    } throws: { error in
      "\(error)" == """
        context device: given fridge, expected one of phone, desk
        context mood: given a name, expected a context feature of the page
        """
    }
    #expect(throws: InvalidInput.self) { try LayoutPolicy(space, recipe: LayoutRecipe(.perLayout)) }
  }
}
