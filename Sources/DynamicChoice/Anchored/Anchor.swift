internal import Learning

/// What is known of rewards beforehand: sum_a mu(a | s) r(s, a) = g(s) in every state.
///
/// Choices and transitions determine rewards up to a function of the state; one known reward in each state removes it
/// (T. Magnac, D. Thesmar: "Identifying Dynamic Discrete Decision Processes", Econometrica 70(2), 2002). With mu all on one
/// action this is an anchor action, as "not a member" with reward 0.
public struct Anchor: Codable, Sendable, Equatable {
  /// How actions share in what is known.
  public enum Weighting: Codable, Sendable, Equatable {
    /// The reward of one action is known.
    case action(Int)
    /// The mean of all actions' rewards is known.
    case uniform
    /// The mean of the rewards of what is chosen is known.
    case policy
    /// Weights of the actions, A x S numbers of 0 or more that add up to 1 in each state.
    case weights([Double])
  }

  /// How actions share in what is known.
  public var weighting: Weighting

  /// g: one number for all states, or one for each.
  public var reward: [Double]

  /// Creates an anchor.
  public init(_ weighting: Weighting, reward: [Double] = [0]) {
    (self.weighting, self.reward) = (weighting, reward)
  }

  /// An action with a known reward, the same in every state.
  public static func action(_ action: Int, reward: Double = 0) -> Anchor {
    Anchor(.action(action), reward: [reward])
  }

  /// What does not fit a problem.
  func violations(states: Int, actions: Int) -> [Violation] {
    var found = Violations()
    found.require(
      (reward.count == 1 || reward.count == states) && reward.allSatisfy(\.isFinite), "anchor reward",
      given: "\(reward.count) numbers", expected: "1 or \(states) finite numbers")
    switch weighting {
    case .action(let action):
      found.require(
        (0..<actions).contains(action), "anchor", given: "action \(action)", expected: "0 to \(actions - 1)")
    case .weights(let weights):
      let fits =
        weights.count == states * actions && weights.allSatisfy { $0 >= 0 }
        && (0..<states).allSatisfy { s in
          abs((0..<actions).reduce(0) { $0 + weights[$1 * states + s] } - 1) < 1e-9
        }
      found.require(
        fits, "anchor", given: "\(weights.count) weights",
        expected: "\(actions) x \(states) weights, 0 or more, with sum 1 in each state")
    case .uniform, .policy: break
    }
    return found.all
  }

  /// The A x S weights mu.
  func weights(_ policy: [Double], states: Int, actions: Int) -> [Double] {
    switch weighting {
    case .action(let action): (0..<actions * states).map { $0 / states == action ? 1 : 0 }
    case .uniform: [Double](repeating: 1 / Double(actions), count: actions * states)
    case .policy: policy
    case .weights(let weights): weights
    }
  }

  /// g in every state.
  func rewards(states: Int) -> [Double] {
    reward.count == 1 ? [Double](repeating: reward[0], count: states) : reward
  }
}
