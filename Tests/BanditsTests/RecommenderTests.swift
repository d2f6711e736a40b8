import Bandits
import Learning
import PolicyEvaluation
import Probability
import TestSupport
import Testing

struct RecommenderTests {
  private static let actions = ["red", "blue", "green"].map { color in
    Action(color, features: [Feature("price", .number(color == "red" ? 0.5 : 1))])
  }

  /// Shoppers on phones like blue, the others red.
  private static func log(seed: UInt64, rows: Int = 3000) -> DecisionLog {
    let stream = CounterStream("RECO", seed: seed)
    var log = DecisionLog()
    for row in 0..<UInt64(rows) {
      let device = stream.uniform(3 * row) < 0.5 ? "phone" : "desk"
      let chosen = Int(3 * stream.uniform(3 * row + 1))
      let likes = device == "phone" ? "blue" : "red"
      let rate = actions[chosen].id == likes ? 0.3 : 0.08
      log.append(
        LoggedDecision(
          situation: Situation(context: [Feature("device", .category(device))], actions: actions),
          chosen: chosen,
          propensity: 1.0 / 3, reward: stream.uniform(3 * row + 2) < rate ? 1 : 0))
    }
    return log
  }

  private static var recipe: Recommender {
    var recipe = Recommender()
    recipe.crosses = [FeatureCross(context: "device", action: "id")]
    return recipe
  }

  private static func situation(_ device: String, _ actions: [Action] = actions) -> Situation {
    Situation(context: [Feature("device", .category(device))], actions: actions)
  }

  @Test func `it shows each shopper what shoppers like that have liked`() throws {
    let model = try Self.recipe.fit(Self.log(seed: 1))
    let (phone, desk) = (
      try model.probabilities(in: Self.situation("phone")),
      try model.probabilities(in: Self.situation("desk"))
    )
    #expect(phone[1] > 0.9 && desk[0] > 0.9)
    #expect(isClose(phone.reduce(0, +), to: 1, absolute: 1e-12) && phone.allSatisfy { $0 >= 0.0005 })
    let reasons = model.contributions(of: Self.actions[1], in: Self.situation("phone"))
    #expect(reasons.contains { $0.feature == "cross|device=phone×id=blue" && $0.contribution > 0 })
  }

  @Test func `judged on another log it is better than the policy that logged`() throws {
    let model = try Self.recipe.fit(Self.log(seed: 1))
    let report = try OffPolicyEvaluation().evaluate(model, on: Self.log(seed: 2))
    #expect(report.status != .refused && (report.difference?.low ?? -1) > 0.05)
    let value = report["dr"]?.value ?? 0
    #expect(isClose(value, to: 0.3, absolute: 0.04))
  }

  @Test func `what was never seen counts with its group's spread and gets tried`() throws {
    let model = try Self.recipe.fit(Self.log(seed: 1))
    let known = model.prediction(of: Self.actions[1], in: Self.situation("phone"))
    let new = model.prediction(of: Action("violet"), in: Self.situation("phone"))
    #expect(new.scoreVariance > known.scoreVariance)
    let p = try model.probabilities(in: Self.situation("phone", Self.actions + [Action("violet")]))
    #expect(p[3] > 0.001)
    #expect(try model.probabilities(in: Self.situation("tablet", [Action("violet")])) == [1])
  }

  @Test func `decisions are drawn as often as their propensities say`() throws {
    var recipe = Self.recipe
    recipe.exploration = .epsilon(share: 0.3)
    let model = try recipe.fit(Self.log(seed: 1, rows: 500))
    let situation = Self.situation("phone")
    let p = try model.probabilities(in: situation)
    var counts = [0.0, 0, 0]
    for sequence in 0..<4000 as Range<UInt64> {
      let (chosen, propensity) = try model.decide(situation, sequence: sequence)
      #expect(propensity == p[chosen])
      counts[chosen] += 1
    }
    for action in 0..<3 { #expect(isClose(counts[action] / 4000, to: p[action], absolute: 0.03)) }
  }

  @Test(arguments: ContractItem.allCases)
  func `keeps the contract of estimators`(_ item: ContractItem) throws {
    var contract = EstimatorContract(
      Self.recipe, input: Self.log(seed: 1, rows: 400), otherInput: Self.log(seed: 2, rows: 300),
      queries: [Self.situation("phone"), Self.situation("desk")])
    contract.save = { try $0.write(to: $1) }
    contract.load = { try RecommenderModel(contentsOf: $0) }
    contract.smallData = [
      ("empty", DecisionLog(), .isRefused("log: given no decision")),
      ("one row", Self.log(seed: 3, rows: 1), .fits),
    ]
    var broken = Self.log(seed: 1, rows: 5)
    var decision = broken[0]
    decision.situation = Situation(
      context: [Feature("age", .number(.infinity))], actions: decision.situation.actions)
    broken.append(decision)
    contract.inputsNotFinite = [broken]
    contract.queriesNotFinite = [Situation(context: [Feature("age", .number(.nan))], actions: Self.actions)]
    contract.outOfRange = [
      .init("startVariance", 0.0, allowed: "0.0001 to 4") { $0.startVariance = 0 },
      .init("floor", 2.0, allowed: "0 to 1") { $0.floor = 2 },
      .init("draws", 0, allowed: "1 to 100000") { $0.draws = 0 },
      .init("scale", 0.0, allowed: "above 0, at most 10") { $0.exploration = .thompson(scale: 0) },
    ]
    contract.withoutRange = ["crosses", "learnsPriors", "seed"]
    contract.exemptions = [
      .batch: "situations are answered one by one",
      .rowOrder: "a log is learned in the order in which it was made",
      .mismatch: "situations have no size to mismatch: what is unknown counts with its group's prior",
    ]
    #expect(try contract.failures(of: item) == [])
  }

  @Test func `rules that need more than draws of scores are refused`() {
    var recipe = Recommender()
    recipe.exploration = .topTwo(share: 0.5)
    #expect(
      recipe.violations.map(\.description)
        == ["exploration: given another rule, expected thompson, mixed, epsilon or greedy"])
    #expect(throws: InvalidInput.self) {
      try Recommender().fit(Self.log(seed: 1, rows: 50)).probabilities(in: Situation(actions: []))
    }
  }
}
