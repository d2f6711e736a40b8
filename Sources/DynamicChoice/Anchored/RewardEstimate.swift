internal import Glibc
public import Learning
internal import LinearAlgebra

/// Rewards of every state and action, under an anchor.
public struct RewardEstimate: Predictor {
  /// What it was estimated with.
  public let recipe: AnchoredReward

  /// Number of states S.
  public let stateCount: Int

  /// Number of actions A.
  public let actionCount: Int

  /// r(s, a), A x S numbers, all states of an action together.
  public let rewards: [Double]

  /// V(s), S numbers.
  public let values: [Double]

  /// pi(a | s), A x S probabilities that the rewards come from.
  public let policy: [Double]

  /// What is known of rewards.
  public let anchor: Anchor

  /// What to know before the rewards are believed.
  public let diagnostics: RewardDiagnostics

  /// How the estimation ended.
  public let status: FitStatus

  /// Solves the anchor equation of a policy.
  init(
    data: ChoiceData, recipe: AnchoredReward, policy: [Double], shrinkage: Double?, pairs: [PairTest]?,
    floored: Int
  ) {
    let (states, actions) = (data.problem.stateCount, data.problem.actions.count)
    let equation = AnchorEquation(problem: data.problem)
    let solved = equation.solve(logPolicy: policy.map { log($0) }, anchor: recipe.anchor, policy: policy)
    self.init(
      recipe: recipe, stateCount: states, actionCount: actions, rewards: solved.rewards,
      values: solved.values,
      policy: policy, anchor: recipe.anchor,
      diagnostics: RewardDiagnostics(data: data, recipe: recipe, policy, solved, shrinkage, pairs, floored),
      status: Self.status(data, recipe.anchor))
  }

  init(
    recipe: AnchoredReward, stateCount: Int, actionCount: Int, rewards: [Double], values: [Double],
    policy: [Double], anchor: Anchor, diagnostics: RewardDiagnostics, status: FitStatus
  ) {
    (self.recipe, self.stateCount, self.actionCount) = (recipe, stateCount, actionCount)
    (self.rewards, self.values, self.policy) = (rewards, values, policy)
    (self.anchor, self.diagnostics, self.status) = (anchor, diagnostics, status)
  }

  /// The reward of an action in a state.
  ///
  /// - Precondition: both are in range.
  public func reward(state: Int, action: Int) -> Double { rewards[action * stateCount + state] }

  /// The probability of each action in a state.
  ///
  /// - Throws: ``InvalidInput`` when there is no such state.
  public func predict(_ query: Int) throws -> [Double] {
    try probabilities(in: query, of: policy, states: stateCount, actions: actionCount)
  }

  /// The rewards of the same choices under another anchor.
  ///
  /// - Throws: ``InvalidInput`` when the anchor or the problem does not fit.
  public func renormalised(to anchor: Anchor, in problem: DecisionProblem) throws -> RewardEstimate {
    var problems = Violations(anchor.violations(states: stateCount, actions: actionCount))
    problems.require(
      problem.stateCount == stateCount && problem.actions.count == actionCount, "problem",
      given: "\(problem.stateCount) states, \(problem.actions.count) actions",
      expected: "\(stateCount) states, \(actionCount) actions")
    try problems.throwIfAny()
    let moved = AnchorEquation(problem: problem).renormalise(rewards: rewards, anchor: anchor, policy: policy)
    return RewardEstimate(
      recipe: recipe, stateCount: stateCount, actionCount: actionCount, rewards: moved.rewards,
      values: zip(values, moved.shift).map { $0 + $1 }, policy: policy, anchor: anchor,
      diagnostics: diagnostics,
      status: status)
  }

  private static func status(_ data: ChoiceData, _ anchor: Anchor) -> FitStatus {
    guard case .action(let action) = anchor.weighting else { return .converged }
    let chosen = data.counts.ofActions
    let name = data.problem.actions[action].name
    if chosen[action] == 0 {
      return .notIdentified(["the anchor \(name) is never chosen, so the level of rewards is not identified"])
    }
    if chosen[action] == data.counts.total, data.problem.actions.count > 1 {
      return .notIdentified(["the anchor \(name) is always chosen, so no other reward is identified"])
    }
    return .converged
  }
}
