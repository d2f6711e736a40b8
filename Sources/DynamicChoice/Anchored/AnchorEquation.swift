/// The equations that give values and rewards when choice probabilities and an anchor are known.
///
/// V = (I - sum_a mu_a delta_a P_a)^-1 (g - sum_a mu_a L_a) and r_a = L_a + V - delta_a P_a V, with L = log pi. With all of mu
/// on one action A this is q = g + delta_A P_A (q - L_A), V = q - L_A: the anchor equation of Deep PQR (S. Geng, H. Nassif,
/// C. Manzanares, M. Reppen, R. Sircar: "Deep PQR", ICML 2020), here also for actions that last several periods.
struct AnchorEquation {
  let problem: DecisionProblem

  /// Values and A x S rewards of a log-policy.
  func solve(logPolicy: [Double], anchor: Anchor, policy: [Double]) -> (values: [Double], rewards: [Double]) {
    let (states, actions) = (problem.stateCount, problem.actions.count)
    let weights = anchor.weights(policy, states: states, actions: actions)
    var values = anchor.rewards(states: states)
    for i in weights.indices where weights[i] != 0 { values[i % states] -= weights[i] * logPolicy[i] }
    solve(&values, weights)
    var rewards = problem.transitions.discounted(values, problem.actionDiscounts)
    for i in rewards.indices { rewards[i] = logPolicy[i] + values[i % states] - rewards[i] }
    return (values, rewards)
  }

  /// The rewards of the same policy under another anchor: r + phi - delta P phi.
  func renormalise(rewards: [Double], anchor: Anchor, policy: [Double]) -> (
    shift: [Double], rewards: [Double]
  ) {
    let (states, actions) = (problem.stateCount, problem.actions.count)
    let weights = anchor.weights(policy, states: states, actions: actions)
    var shift = anchor.rewards(states: states)
    for i in weights.indices where weights[i] != 0 { shift[i % states] -= weights[i] * rewards[i] }
    solve(&shift, weights)
    var result = problem.transitions.discounted(shift, problem.actionDiscounts)
    for i in result.indices { result[i] = rewards[i] + shift[i % states] - result[i] }
    return (shift, result)
  }

  private func solve(_ right: inout [Double], _ weights: [Double]) {
    let states = problem.stateCount
    let discounted = weights.indices.map { weights[$0] * problem.actionDiscounts[$0 / states] }
    _ = problem.transitions.system(weights: discounted).solve(&right, tolerance: 1e-13)
  }
}
