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
    var (probabilities, strength) = choiceProbabilities(input)
    try execution.cancellation.check()
    execution.progress.report(ProgressEvent(stage: "solving for values", completed: 1, total: 2))
    var floored = 0
    for i in probabilities.indices where probabilities[i] < floor {
      probabilities[i] = floor
      floored += 1
    }
    return RewardEstimate(
      data: input, recipe: self, policy: probabilities, shrinkage: strength, floored: floored)
  }

  private func choiceProbabilities(_ input: ChoiceData) -> (policy: [Double], strength: Double?) {
    var shrinkage = CountShrinkage()
    switch policy {
    case .counts: return shrinkage.policy(input.counts)
    case .halfCounts:
      shrinkage.halfCounts = true
      return (shrinkage.policy(input.counts).policy, nil)
    case .exactShares:
      let sums = input.counts.ofStates
      let states = input.problem.stateCount
      return (
        input.counts.values.indices.map {
          sums[$0 % states] > 0 ? input.counts.values[$0] / sums[$0 % states] : 0
        }, nil
      )
    case .logit, .countsOnLogit:
      guard let design = input.design else { preconditionFailure("checked before") }
      let logit = MultinomialLogit(
        design: design, counts: input.counts.byState,
        ridge: [Double](repeating: ridge, count: design.columns))
      let base = actionMajor(logit.logPolicy(design)).map { exp($0) }
      return policy == .logit ? (base, nil) : shrinkage.policy(input.counts, base: base)
    }
  }
}
