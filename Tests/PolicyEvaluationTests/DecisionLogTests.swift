import PolicyEvaluation
import Testing

struct DecisionLogTests {
  private let situation = Situation(actions: [Action("a"), Action("b")])

  private func decision(_ id: String, reward: Double? = 0) -> LoggedDecision {
    LoggedDecision(id: id, situation: situation, chosen: 0, propensity: 0.5, reward: reward)
  }

  @Test func `a decision comes back as it was given`() {
    var log = DecisionLog()
    var decision = decision("d1", reward: nil)
    decision.time = 17
    decision.rewardTime = 20
    decision.policy = "p"
    decision.probabilities = [0.5, 0.5]
    decision.propensityKind = .incumbent
    log.append(decision)
    var second = self.decision("")
    second.propensity = nil
    log.append(second)
    #expect(log.count == 2 && log[0] == decision && log[1] == second)
  }

  @Test func `a decision given twice counts once, one that contradicts it is a conflict`() {
    var log = DecisionLog()
    for decision in [decision("d1"), decision("d1"), decision("d2"), decision("d1", reward: 1)] {
      log.append(decision)
    }
    #expect(log.count == 2 && log.repeatedCount == 1 && log.conflicts.map(\.second) == [3])
    #expect {
      try OffPolicyEvaluation().evaluate(UniformPolicy(), on: log)
    } throws: { error in
      "\(error)".hasPrefix(
        "decision in row 4: given other contents than in row 1 under the same id, expected one decision an id and slot"
      )
    }
  }

  @Test func `slots of one list share an id`() {
    var log = DecisionLog()
    for slot in 1...3 {
      var decision = decision("list")
      decision.situation = Situation(actions: situation.actions, slot: slot)
      log.append(decision)
    }
    #expect(log.count == 3 && log.conflicts.isEmpty)
  }

  @Test func `a validator finds nothing in a good log`() {
    let validation = SyntheticLog.log(seed: 3, rows: 3000).validated()
    #expect(validation.findings.isEmpty, "\(validation.findings)")
    #expect(validation.rows == 3000 && validation.actions == 6 && validation.unreported == 0)
  }

  @Test func `a validator names each problem once with its first row`() {
    let original = SyntheticLog.log(seed: 3, rows: 500)
    var log = DecisionLog()
    for place in 0..<500 {
      var decision = original[place]
      decision.time = Int64(place)
      switch place {
      case 1: decision.propensity = nil
      case 2, 3: decision.propensity = 1.5
      case 4: decision.propensity = 1
      case 5: decision.propensity = 0.0005
      case 6: decision.reward = 4
      case 7: decision.rewardTime = 2
      case 8: decision.rewardTime = 20
      case 9: decision.time = 3
      case 10: decision.probabilities = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
      case 11: decision.probabilities = [1, 0, 0, 0, 0, 0]
      default: break
      }
      log.append(decision)
    }
    let validation = log.validated()
    let rows = Dictionary(uniqueKeysWithValues: validation.findings.map { ($0.code, $0.firstRow) })
    #expect(
      rows == [
        "no_propensity": 2, "propensity_range": 3, "certain_choice": 5, "tiny_propensity": 6,
        "reward_range": 7,
        "reward_before_decision": 8, "clock_backwards": 10, "probability_table": 11, "propensity_differs": 12,
      ])
    #expect(validation.findings.first { $0.code == "propensity_range" }?.count == 2)
    #expect(validation.delays?.count == 1 && validation.delays?.maximum == 12)
  }

  @Test func `a constant propensity of an uneven policy is found`() {
    var log = DecisionLog()
    for place in 0..<1000 {
      var decision = decision("d\(place)")
      decision.chosen = place % 10 == 0 ? 1 : 0
      log.append(decision)
    }
    let codes = Set(log.validated().findings.map(\.code))
    #expect(codes.contains("constant_propensity") && codes.contains("action_frequency"))
  }

  @Test func `scores logged instead of probabilities are found`() {
    let original = SyntheticLog.log(seed: 4, rows: 2000)
    var log = DecisionLog()
    for place in 0..<2000 {
      var decision = original[place]
      decision.propensity = 0.05
      log.append(decision)
    }
    #expect(Set(log.validated().findings.map(\.code)).contains("inverse_propensity"))
  }

  @Test func `frequencies are the shares of another log in each slot`() throws {
    var log = DecisionLog()
    for place in 0..<10 {
      var decision = decision("")
      decision.chosen = place < 3 ? 1 : 0
      log.append(decision)
    }
    let policy = try FrequencyPolicy(log)
    #expect(try policy.probabilities(in: situation) == [0.7, 0.3])
    #expect(try policy.probabilities(in: Situation(actions: [Action("b"), Action("c")])) == [1, 0])
    #expect {
      try policy.probabilities(in: Situation(actions: situation.actions, slot: 2))
    } throws: {
      "\($0)" == "slot: given 2, expected a slot of the counted log. Count a log of the same page."
    }
    #expect {
      try policy.probabilities(in: Situation(actions: [Action("z")]))
    } throws: {
      "\($0)" == "actions: given none that the counted log has shown in slot 0, expected at least one"
    }
  }
}
