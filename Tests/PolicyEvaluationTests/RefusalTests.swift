import Learning
import PolicyEvaluation
import Testing

struct RefusalTests {
  private func log(rows: Int = 2000, _ change: (Int, inout LoggedDecision) -> Void) -> DecisionLog {
    let original = SyntheticLog.log(seed: 1, rows: rows)
    var log = DecisionLog()
    for place in 0..<rows {
      var decision = original[place]
      change(place, &decision)
      log.append(decision)
    }
    return log
  }

  private func report(_ log: DecisionLog, _ policy: some EvaluablePolicy) throws -> EvaluationReport {
    try SyntheticLog.recipe.evaluate(policy, on: log)
  }

  @Test func `a good log is trusted`() throws {
    for seed in 0..<20 as Range<UInt64> {
      let report = try report(SyntheticLog.log(seed: seed, rows: 2500), SyntheticLog.targetPolicy)
      #expect(report.status == .trusted || report.concerns.allSatisfy { !$0.isGrave }, "\(report.concerns)")
    }
  }

  @Test func `doubled propensities are refused by the mean weight`() throws {
    let report = try report(
      log { _, decision in decision.propensity = min(1, 2 * (decision.propensity ?? 0)) },
      SyntheticLog.targetPolicy)
    #expect(report.status == .refused && report.concerns.map(\.code).contains("mean_weight_not_one"))
  }

  @Test func `actions that were never logged are refused`() throws {
    let missing = log { _, decision in decision.chosen = decision.chosen == 2 ? 3 : decision.chosen }
    let report = try report(missing, SyntheticLog.targetPolicy)
    #expect(report.status == .refused && report.concerns.map(\.code).contains("unsupported_actions"))
    #expect(report.diagnostics.unsupported > 0.05)
  }

  @Test func `a handful of rewards is refused, some dozens call for caution`() throws {
    let few = log(rows: 3000) { place, decision in decision.reward = place % 500 == 0 ? 1 : 0 }
    #expect(try report(few, SyntheticLog.loggingPolicy).concerns == [.hardlyAnyRewards(6)])
    let some = log(rows: 3000) { place, decision in decision.reward = place % 60 == 0 ? 1 : 0 }
    let report = try report(some, SyntheticLog.loggingPolicy)
    #expect(report.status == .caution && report.concerns == [.fewRewards(50)])
    #expect(report.concerns[0].description == "50 positive rewards, fewer than 100")
  }

  @Test func `one row that outweighs the others is refused`() throws {
    let report = try report(
      log { place, decision in if place == 7 { decision.propensity = 1e-6 } }, SyntheticLog.targetPolicy)
    #expect(report.status == .refused)
    #expect(report.concerns.map(\.code).contains("dominating_row"))
    #expect(report.concerns.map(\.code).contains("few_effective_rows"))
  }

  @Test func `a log that cannot judge one policy decides no comparison`() throws {
    let missing = log { _, decision in decision.chosen = decision.chosen == 2 ? 3 : decision.chosen }
    let comparison = try SyntheticLog.recipe.compare(
      [SyntheticLog.targetPolicy], with: SyntheticLog.loggingPolicy, on: missing)[0]
    #expect(comparison.verdict == .refused)
  }

  @Test func `estimated propensities are never trusted`() throws {
    var recipe = SyntheticLog.recipe
    recipe.estimatesPropensities = true
    let unlogged = log(rows: 4000) { _, decision in decision.propensity = nil }
    let report = try recipe.evaluate(SyntheticLog.targetPolicy, on: unlogged)
    #expect(report.status == .caution && report.concerns.last == .estimatedPropensities)
    let exact = try SyntheticLog.recipe.evaluate(SyntheticLog.targetPolicy, on: log(rows: 4000) { _, _ in })
    #expect(abs((report["dr"]?.value ?? 9) - (exact["dr"]?.value ?? 0)) < 0.02)
  }

  @Test func `wrong propensities and rewards are refused with their rows`() {
    let wrong = log(rows: 50) { place, decision in
      decision.propensity = [3: 0, 4: -1, 5: 1.5, 6: .infinity][place] ?? decision.propensity
      if place == 9 { decision.propensity = nil }
      if place == 11 { decision.reward = 2 }
    }
    #expect {
      try report(wrong, SyntheticLog.targetPolicy)
    } throws: { error in
      "\(error)" == """
        propensity: given row 4: 0.0, row 5: -1.0, row 6: 1.5, and 2 more rows, expected above 0 and at most 1. Log the \
        probability with which the action was shown, or let it be estimated.
        reward: given row 12: 2.0, expected 0.0 to 1.0. State the range of rewards that are not in 0 to 1.
        """
    }
  }

  @Test func `an empty log is refused`() {
    #expect {
      try report(DecisionLog(), SyntheticLog.targetPolicy)
    } throws: { error in
      "\(error)"
        == "log: given no decision, expected at least one decision. Name a log that has been written to."
    }
    #expect(throws: InvalidInput.self) { try FrequencyPolicy(DecisionLog()) }
  }

  @Test func `a policy that gives no probabilities is refused`() {
    let halves = SyntheticLog.Policy(table: SyntheticLog.target.map { $0.map { $0 / 2 } })
    #expect {
      try report(log { _, _ in }, halves)
    } throws: {
      "\($0)" == "probabilities: given a sum of 0.5, expected numbers of 0 or more with sum 1"
        || "\($0)".hasPrefix("probabilities: given a sum of 0.")
    }
    let short = SyntheticLog.Policy(table: SyntheticLog.target.map { Array($0.dropLast()) })
    #expect(throws: InvalidInput.self) { try report(log { _, _ in }, short) }
  }

  @Test func `every parameter out of range is named at once`() {
    var recipe = OffPolicyEvaluation()
    (recipe.clip, recipe.switchThreshold, recipe.folds, recipe.smoothing) = (0, -1, 1, 0)
    (recipe.draws, recipe.level, recipe.rewardRange) = (0, 1, 2...2)
    #expect(
      recipe.violations.map(\.description) == [
        "clip: given 0.0, expected above 0", "switchThreshold: given -1.0, expected 0 or more",
        "folds: given 1, expected 2 to 100", "smoothing: given 0.0, expected above 0 and finite",
        "draws: given 0, expected 1 to 1000000", "level: given 1.0, expected above 0 and below 1",
        "rewardRange: given 2.0 to 2.0, expected two finite numbers, the lower one first",
      ])
    #expect(throws: InvalidInput.self) { try recipe.evaluate(UniformPolicy(), on: log { _, _ in }) }
  }

  @Test func `a recipe survives JSON`() throws {
    var recipe = OffPolicyEvaluation()
    (recipe.cluster, recipe.rewardRange, recipe.cellFeatures) = ("customer", -1...3, ["device"])
    let text = try JSONValue(encoding: recipe).text()
    #expect(try JSONValue(parsing: text.utf8).decoded(as: OffPolicyEvaluation.self) == recipe)
  }

  @Test func `cancellation stops the bootstrap`() {
    let execution = Execution()
    execution.cancellation.cancel()
    #expect(throws: CancellationError.self) {
      var recipe = SyntheticLog.recipe
      recipe.interval = .bootstrap
      _ = try recipe.evaluate(SyntheticLog.targetPolicy, on: log { _, _ in }, execution: execution)
    }
  }
}
