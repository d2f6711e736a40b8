internal import Glibc
public import Learning
internal import LinearAlgebra

extension AnchoredReward {
  /// Estimates rewards.
  ///
  /// - Throws: ``InvalidInput`` listing every violation; `CancellationError`.
  public func fit(_ input: ChoiceData, on execution: Execution = Execution()) throws -> RewardEstimate {
    let (states, actions) = (input.problem.stateCount, input.problem.actions.count)
    var problems = Violations(violations)
    problems.append(contentsOf: anchor.violations(states: states, actions: actions))
    problems.require(
      !policy.needsDesign || input.design != nil, "policy", given: policy.rawValue,
      expected: "\(PolicyStep.counts.rawValue) or \(PolicyStep.halfCounts.rawValue)",
      advice: "The states are not described by columns.")
    problems.require(
      !policy.needsDesign || actions >= 2, "actions", given: actions, expected: "2 or more for a logit")
    try problems.throwIfAny()
    try execution.cancellation.check()
    execution.progress.report(ProgressEvent(stage: "estimating choice probabilities", completed: 0, total: 2))
    var found = try choiceProbabilities(input, execution)
    try execution.cancellation.check()
    execution.progress.report(ProgressEvent(stage: "solving for values", completed: 1, total: 2))
    var floored = 0
    for i in found.policy.indices where found.policy[i] < floor {
      found.policy[i] = floor
      floored += 1
    }
    return RewardEstimate(
      data: input, recipe: self, policy: found.policy, shrinkage: found.strength, pairs: found.pairs,
      floored: floored)
  }

  private struct Probabilities {
    var policy: [Double]
    var strength: Double?
    var pairs: [PairTest]?
  }

  private func choiceProbabilities(_ input: ChoiceData, _ execution: Execution) throws -> Probabilities {
    var shrinkage = CountShrinkage()
    func shrunk(to base: [Double]? = nil, pairs: [PairTest]? = nil) -> Probabilities {
      let (policy, strength) = shrinkage.policy(input.counts, base: base)
      return Probabilities(policy: policy, strength: shrinkage.halfCounts ? nil : strength, pairs: pairs)
    }
    switch policy {
    case .counts: return shrunk()
    case .halfCounts:
      shrinkage.halfCounts = true
      return shrunk()
    case .exactShares:
      let sums = input.counts.ofStates
      let states = input.problem.stateCount
      return Probabilities(
        policy: input.counts.values.indices.map {
          sums[$0 % states] > 0 ? input.counts.values[$0] / sums[$0 % states] : 0
        })
    case .logOdds where input.problem.actions.count >= 2:
      let base = input.design.map { logit(input, $0) } ?? CountShrinkage.pooled(input.counts)
      return Probabilities(policy: LogOddsShrinkage(input.counts, base: base).policy)
    case .logOdds: return shrunk()
    case .logit, .countsOnLogit, .sieve, .network: break
    }
    guard let design = input.design else { preconditionFailure("checked before") }
    switch policy {
    case .sieve:
      let found = PairScreening(design, counts: input.counts, ridge: ridge)
      return shrunk(to: found.policy, pairs: found.tests)
    case .network:
      return shrunk(
        to: try NetworkPolicy(design, counts: input.counts, ridge: ridge, seed: seed, on: execution).policy)
    default:
      let base = logit(input, design)
      return policy == .logit ? Probabilities(policy: base) : shrunk(to: base)
    }
  }

  /// A x S probabilities of the ridge logit on what describes the states.
  private func logit(_ input: ChoiceData, _ design: StateDesign) -> [Double] {
    let logit = MultinomialLogit(
      design: design.columns, counts: input.counts.byState,
      ridge: [Double](repeating: ridge, count: design.columns.columns))
    return actionMajor(logit.logPolicy(design.columns)).map { exp($0) }
  }
}
