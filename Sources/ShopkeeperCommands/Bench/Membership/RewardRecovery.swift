internal import DynamicChoice
internal import Glibc
internal import Learning
internal import LinearAlgebra
internal import Probability

/// Recovers the rewards of a decision process with known truth.
struct RewardRecovery {
  private let states = 50
  private let actions = 3
  private let execution: Execution
  private let problem: DecisionProblem
  /// The same rewards under other transitions.
  private let moved: DecisionProblem
  private let rewards: [Double]
  private let policy: [Double]
  private let movedPolicy: [Double]
  private let choices: [[AliasSampler]]
  private let moves: [[AliasSampler]]

  init(fixture: String, execution: Execution) throws {
    self.execution = execution
    let rows = [try DoubleMatrix(npz: fixture, array: "P"), try DoubleMatrix(npz: fixture, array: "P_new")]
    let reward = try DoubleMatrix(npz: fixture, array: "reward")
    guard rows.allSatisfy({ $0.rows == 150 && $0.columns == 50 }), reward.rows == 50, reward.columns == 3
    else {
      throw FileFormatError(
        path: fixture, given: "other shapes", expected: "P and P_new 3 x 50 x 50, reward 50 x 3",
        advice: "Make the file again.")
    }
    rewards = reward.transposed().values
    let rewards = rewards
    let problems = try rows.map { rows in
      try DecisionProblem(
        actions: (0..<3).map { ChoiceAction("action \($0)") }, discount: 0.9,
        transitions: SparseTransitions(stateCount: 50, actionCount: 3, dense: rows.values),
        features: RewardFeatures(names: [], stateCount: 50, actionCount: 3, values: [], offset: rewards))
    }
    (problem, moved) = (problems[0], problems[1])
    let policies = problems.map { ValueSolver().solve($0, rewards: rewards).policy }
    (policy, movedPolicy) = (policies[0], policies[1])
    let policy = policy
    choices = [(0..<50).map { s in AliasSampler(weights: (0..<3).map { policy[$0 * 50 + s] }) }]
    moves = (0..<3).map { a in (0..<50).map { s in AliasSampler(weights: Array(rows[0].row(a * 50 + s))) } }
  }

  private struct Sample {
    var (states, actions, next) = ([Int32](), [Int32](), [Int32]())
  }

  /// Paths of 100 choices from uniform starts.
  private func simulate(_ count: Int, seed: UInt64) -> Sample {
    var sample = Sample()
    for path in 0..<count / 100 {
      var generator = SeededGenerator(seed: seed, stream: UInt64(path))
      var state = generator.integer(below: states)
      for _ in 0..<100 {
        let action = choices[0][state].draw(using: &generator)
        let next = moves[action][state].draw(using: &generator)
        sample.states.append(Int32(state))
        sample.actions.append(Int32(action))
        sample.next.append(Int32(next))
        state = next
      }
    }
    return sample
  }

  private func data(_ sample: Sample) throws -> ChoiceData {
    let transitions = try TransitionCounts(
      states: sample.states, actions: sample.actions, next: sample.next, stateCount: states,
      actionCount: actions
    ).transitions(unseen: .uniform)
    return try ChoiceData(
      problem: DecisionProblem(
        actions: problem.actions, discount: problem.discount, transitions: transitions,
        features: RewardFeatures(names: [], stateCount: states, actionCount: actions, values: [])),
      counts: ChoiceCounts(
        states: sample.states, actions: sample.actions, stateCount: states, actionCount: actions))
  }

  /// What is missed when the policy is known exactly.
  func addExactness(to figures: inout BenchFigures) throws {
    let counts = try ChoiceCounts(
      stateCount: states, actionCount: actions, values: policy.map { $0 * 1e15 })
    let data = try ChoiceData(problem: problem, counts: counts)
    var recipe = AnchoredReward()
    recipe.policy = .exactShares
    figures["exact_max_error"] = worst(try recipe.fit(data).rewards)
    recipe.anchor = Anchor(.uniform)
    figures["general_max_error"] = worst(
      try recipe.fit(data).renormalised(to: .action(0), in: problem).rewards)
  }

  private func worst(_ found: [Double]) -> Double { zip(found, rewards).map { abs($0 - $1) }.max() ?? 0 }

  /// - Parameter baselineSeeds: how many of the seeds the slower baselines have, too.
  func addRecovery(
    choices: Int, key: String, seeds: [UInt64], baselineSeeds: Int, to figures: inout BenchFigures
  ) throws {
    var means: [String: [Double]] = [:]
    for (place, seed) in seeds.enumerated() {
      try execution.cancellation.check()
      let data = try data(simulate(choices, seed: seed))
      func note(_ name: String, _ found: [Double]) {
        means["\(name)rmse_\(key)", default: []].append(rootMeanSquare(found))
        means["\(name)policy_error_\(key)", default: []].append(policyError(found))
      }
      var recipe = AnchoredReward()
      for (policy, name) in [(PolicyStep.halfCounts, ""), (.counts, "eb_"), (.logOdds, "logodds_")] {
        recipe.policy = policy
        let estimate = try recipe.fit(data, on: execution)
        note(name, estimate.rewards)
        if policy == .halfCounts {
          let logs = estimate.policy.map { log($0) }
          note("logpolicy_", logs.indices.map { logs[$0] - logs[$0 % states] })
        }
      }
      if choices <= 50_000, place < baselineSeeds {
        note("nfxp_", try saturated(data))
        var entropy = EntropyRewards()
        entropy.scope = .state
        let estimate = try entropy.fit(data, on: execution)
        note("maxent_", (0..<actions).flatMap { _ in estimate.theta })
      }
    }
    for (name, values) in means.sorted(by: { $0.key < $1.key }) {
      // Empirical Bayes keeps the place that its figure is known by: rmse_10k_eb.
      let isShrunk = name.hasPrefix("eb_")
      figures[isShrunk ? name.dropFirst(3) + "_eb" : name] = values.mean
    }
  }

  /// One reward for each state and action but the anchor.
  private func saturated(_ data: ChoiceData) throws -> [Double] {
    let free = states * (actions - 1)
    var values = [Double](repeating: 0, count: actions * free * states)
    for action in 1..<actions {
      for s in 0..<states { values[(action * free + (action - 1) * states + s) * states + s] = 1 }
    }
    let features = try RewardFeatures(
      names: (0..<free).map { "\($0)" }, stateCount: states, actionCount: actions, values: values)
    var recipe = NestedFixedPoint()
    (recipe.ridge, recipe.errors) = (1, .given)
    let full = try ChoiceData(
      problem: data.problem.with(features: features), counts: data.counts)
    return features.rewards(try recipe.fit(full, on: execution).theta)
  }

  private func rootMeanSquare(_ found: [Double]) -> Double {
    let errors = (states..<states * actions).map { found[$0] - rewards[$0] }
    return (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
  }

  private func policyError(_ found: [Double]) -> Double {
    let policy = ValueSolver().solve(moved, rewards: found).policy
    return zip(policy, movedPolicy).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 / Double(states)
  }

  /// Processor seconds from moves to rewards.
  func addSpeed(seed: UInt64, moves: Int, to figures: inout BenchFigures) throws {
    let sample = simulate(moves, seed: seed)
    let recipe = AnchoredReward()
    var seconds: [Double] = []
    for _ in 0..<5 {
      seconds.append(
        try Stopwatch.processSeconds { _ = try recipe.fit(data(sample), on: Execution(threads: 1)) }.1)
    }
    figures["million_sec"] = seconds.sorted()[2]
    let counted = try data(sample)
    var given = recipe
    given.policy = .halfCounts
    figures["solve_ms"] =
      try Stopwatch.microseconds(count: 1, passes: 21) { _ in
        _ = try given.fit(counted, on: Execution(threads: 1))
      }[0] / 1000
  }
}
