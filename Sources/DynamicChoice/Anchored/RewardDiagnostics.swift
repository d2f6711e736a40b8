internal import Glibc

/// What to know before estimated rewards are believed.
public struct RewardDiagnostics: Codable, Sendable, Equatable {
  /// Share of the states in which the anchor was chosen at least once.
  public let anchorStateCoverage: Double

  /// Share of the choices made in such states.
  public let anchorChoiceCoverage: Double

  /// Weighted root mean square of what the anchor's rewards miss of g; 0 up to rounding.
  public let anchorResidual: Double

  /// The largest |log sum_a exp(r + delta P V) - V|; 0 up to rounding.
  public let bellmanResidual: Double

  /// States in which something was chosen.
  public let statesSeen: Int

  /// Actions that were never chosen: their reward is not identified.
  public let actionsNeverChosen: [Int]

  /// The smallest probability used.
  public let smallestProbability: Double

  /// Probabilities that were raised to the floor.
  public let floored: Int

  /// Strength of the shrinkage of counts, in choices; nil where there was none.
  public let shrinkage: Double?

  /// Which variables of the state act together; nil where that was not tested.
  public let pairs: [PairTest]?

  init(
    data: ChoiceData, recipe: AnchoredReward, _ policy: [Double],
    _ solved: (values: [Double], rewards: [Double]), _ shrinkage: Double?, _ pairs: [PairTest]?,
    _ floored: Int
  ) {
    let (states, actions) = (data.problem.stateCount, data.problem.actions.count)
    let sums = data.counts.ofStates
    let total = data.counts.total
    let weights = recipe.anchor.weights(policy, states: states, actions: actions)
    let known = recipe.anchor.rewards(states: states)
    var (covered, coveredChoices, square) = (0, 0.0, 0.0)
    for s in 0..<states {
      let hasAnchor = (0..<actions).contains {
        weights[$0 * states + s] > 0 && data.counts.values[$0 * states + s] > 0
      }
      if hasAnchor {
        covered += 1
        coveredChoices += sums[s]
      }
      let found = (0..<actions).reduce(0) { $0 + weights[$1 * states + s] * solved.rewards[$1 * states + s] }
      square += sums[s] * (found - known[s]) * (found - known[s])
    }
    var bellman = SoftBellman(data.problem)
    anchorStateCoverage = Double(covered) / Double(states)
    anchorChoiceCoverage = coveredChoices / total
    anchorResidual = (square / total).squareRoot()
    bellmanResidual = bellman.apply(solved.rewards, solved.values)
    statesSeen = sums.count { $0 > 0 }
    let ofActions = data.counts.ofActions
    actionsNeverChosen = ofActions.indices.filter { ofActions[$0] == 0 }
    smallestProbability = policy.min() ?? 0
    (self.shrinkage, self.pairs, self.floored) = (shrinkage, pairs, floored)
  }
}
