public import Learning
public import PolicyEvaluation

/// Learns from logged decisions which action converts in which situation.
///
///     var recipe = Recommender()
///     recipe.crosses = [FeatureCross(context: "device", action: "brand")]
///     let model = try recipe.fit(log)
///     try model.probabilities(in: situation)
///
/// A diagonal probit filter over the log in its order; then the spread of each group of features is learned from what the data
/// say beyond the prior, and the log is read again from the start with these priors: actions that were shown rarely lean on what
/// they have in common with others.
public struct Recommender: Estimator {
  /// Context features that are combined with features of actions.
  public var crosses: [FeatureCross] = []

  /// Whether spreads are learned; otherwise every weight starts from N(0, `startVariance`).
  public var learnsPriors = true

  /// Variance that weights start with, 0.0001 to 4.
  public var startVariance = 0.1

  /// How exploration is weighed: Thompson sampling with a scale, mixed, epsilon or greedy.
  public var exploration = Exploration.thompson(scale: 1)

  /// Least probability of each action, 0 to 1; at most .2 in all is used.
  public var floor = 0.0005

  /// Posterior draws behind the probabilities of a situation, 1 to 100,000.
  public var draws = 128

  /// Seed of the draws.
  public var seed: UInt64 = 0

  /// Creates the default recipe.
  public init() {}

  /// Every hyper-parameter out of range.
  public var violations: [Violation] {
    var problems = Violations(exploration.violations)
    problems.require(
      startVariance >= 1e-4 && startVariance <= 4, "startVariance", given: startVariance,
      expected: "0.0001 to 4")
    problems.require(floor >= 0 && floor <= 1, "floor", given: floor, expected: "0 to 1")
    problems.require((1...100_000).contains(draws), "draws", given: draws, expected: "1 to 100000")
    switch exploration {
    case .topTwo, .upperBound:
      problems.require(
        false, "exploration", given: "another rule", expected: "thompson, mixed, epsilon or greedy")
    case .thompson, .mixed, .epsilon, .greedy: break
    }
    return problems.all
  }

  /// Learns from a log.
  ///
  /// - Throws: ``InvalidInput`` listing what is wrong with recipe and log; `CancellationError`.
  /// - Complexity: O(decisions · features of a decision)
  public func fit(_ log: DecisionLog, on execution: Execution) throws -> RecommenderModel {
    var problems = Violations(violations)
    problems.require(
      log.count > 0, "log", given: "no decision", expected: "at least one decision to learn from")
    let rewards = (0..<log.count).filter { !(0...1).contains(log[$0].reward ?? 0) }
    problems.require(
      rewards.isEmpty, "reward", given: "a number outside of 0 to 1 in row \((rewards.first ?? 0) + 1)",
      expected: "0 to 1")
    try problems.throwIfAny()
    var dictionary = FeatureDictionary(crosses: crosses)
    var outcomes: [Outcome] = []
    for row in 0..<log.count {
      if row & 0xFFF == 0 { try report("reading decisions", row, log.count, execution) }
      let decision = log[row]
      let action = decision.situation.actions[decision.chosen]
      outcomes.append(
        Outcome(dictionary.learn(decision.situation, action: action), isConverted: (decision.reward ?? 0) > 0)
      )
    }
    var bad = Violations()
    for outcome in outcomes where !outcome.features.values.allSatisfy(\.isFinite) {
      bad.require(false, "features", given: "a value that is not finite", expected: "finite numbers")
      break
    }
    try bad.throwIfAny()
    let start =
      [GroupPrior()] + [GroupPrior](repeating: GroupPrior(variance: startVariance), count: 4)
    var prior = NormalPrior(groups: dictionary.groups, priors: start)
    var filter = try filtered(outcomes, prior, "learning", execution)
    var learned = MetaPrior(
      method: .divided, priors: start, raw: [Double?](repeating: nil, count: 5), rounds: 0, isConverged: true)
    if learnsPriors {
      learned = MetaPrior.dividedMoments(
        mean: filter.mean, variance: filter.variance, prior: prior, groups: dictionary.groups, start: start)
      prior = NormalPrior(groups: dictionary.groups, priors: learned.priors)
      filter = try filtered(outcomes, prior, "learning with learned priors", execution)
    }
    try execution.cancellation.check()
    return RecommenderModel(
      recipe: self, dictionary: dictionary, priors: learned.priors, mean: filter.mean,
      variance: filter.variance,
      decisionCount: log.count)
  }

  private func filtered(
    _ outcomes: [Outcome], _ prior: NormalPrior, _ stage: String, _ execution: Execution
  ) throws -> ProbitFilter {
    var filter = ProbitFilter(prior: prior)
    for (row, outcome) in outcomes.enumerated() {
      if row & 0xFFF == 0 { try report(stage, row, outcomes.count, execution) }
      outcome.features.indices.withUnsafeBufferPointer { indices in
        outcome.features.values.withUnsafeBufferPointer {
          filter.update(indices, $0, isConverted: outcome.isConverted)
        }
      }
    }
    return filter
  }

  private func report(_ stage: String, _ row: Int, _ count: Int, _ execution: Execution) throws {
    try execution.cancellation.check()
    execution.progress.report(ProgressEvent(stage: stage, completed: row, total: count))
  }
}
