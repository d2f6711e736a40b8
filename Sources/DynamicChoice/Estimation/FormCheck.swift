internal import Learning
internal import Probability

/// Whether the features describe the rewards: their rewards against rewards without a form, from the same choices.
///
/// What the features miss is compared with what they would seem to miss if they were right: the same figure on choices drawn
/// from their own policy.
public struct FormCheck: Sendable, Equatable {
  /// One figure, of all actions or of one.
  public struct Figure: Sendable, Equatable {
    /// Root mean square difference of the rewards, weighted by the choices.
    public let found: Double
    /// Its mean over choices that were drawn from the features' policy.
    public let expected: Double
    /// The largest of these.
    public let largest: Double

    /// Whether more is missed than in any of the draws.
    public var isMisfit: Bool { found > largest }
  }

  /// Draws that say what is expected: one in twenty correct models is called wrong.
  public static let draws = 19

  /// Of all actions but the anchor.
  public let whole: Figure
  /// Of each action but the anchor, by name.
  public let byAction: [(name: String, figure: Figure)]

  /// Whether all parts are equal.
  public static func == (left: Self, right: Self) -> Bool {
    left.whole == right.whole && left.byAction.elementsEqual(right.byAction, by: ==)
  }

  /// Compares an estimate with anchored rewards.
  ///
  /// - Throws: ``InvalidInput`` when the anchor does not fit; `CancellationError`.
  init?(
    _ estimate: StructuralEstimate, _ data: ChoiceData, anchor: Anchor, seed: UInt64 = 0,
    on execution: Execution
  ) throws {
    guard case .action(let anchored) = anchor.weighting, !estimate.policy.isEmpty else { return nil }
    let (states, actions) = (data.problem.stateCount, data.problem.actions.count)
    let others = (0..<actions).filter { $0 != anchored && data.counts.ofActions[$0] > 0 }
    guard !others.isEmpty, data.counts.ofActions[anchored] > 0 else { return nil }
    let rewards = data.problem.features.rewards(estimate.theta)
    let sums = data.counts.ofStates
    var recipe = AnchoredReward()
    (recipe.anchor, recipe.policy) = (anchor, data.design == nil ? .counts : .countsOnLogit)
    /// The differences of each action, then of all.
    func differences(_ counts: ChoiceCounts) throws -> [Double] {
      let found = try recipe.fit(
        ChoiceData(problem: data.problem, counts: counts, design: data.design), on: execution
      ).rewards
      var (squares, weights) = ([Double](), [Double]())
      for action in others {
        var (square, weight) = (0.0, 0.0)
        for cell in action * states..<(action + 1) * states where counts.values[cell] > 0 {
          square += counts.values[cell] * (found[cell] - rewards[cell]) * (found[cell] - rewards[cell])
          weight += counts.values[cell]
        }
        squares.append(square)
        weights.append(weight)
      }
      return zip(squares + [squares.reduce(0, +)], weights + [weights.reduce(0, +)]).map {
        $1 > 0 ? ($0 / $1).squareRoot() : 0
      }
    }
    let found = try differences(data.counts)
    let drawn = try (0..<Self.draws).map { draw -> [Double] in
      try execution.cancellation.check()
      var generator = SeededGenerator(seed: seed, stream: UInt64(draw))
      var values = [Double](repeating: 0, count: data.counts.values.count)
      for s in 0..<states where sums[s] > 0 {
        let sampler = AliasSampler(weights: (0..<actions).map { estimate.policy[$0 * states + s] })
        for _ in 0..<Int(sums[s].rounded()) { values[sampler.draw(using: &generator) * states + s] += 1 }
      }
      return try differences(ChoiceCounts(stateCount: states, actionCount: actions, values: values))
    }
    let figures = found.indices.map { k in
      Figure(
        found: found[k], expected: drawn.reduce(0) { $0 + $1[k] } / Double(Self.draws),
        largest: drawn.map { $0[k] }.max() ?? 0)
    }
    whole = figures[others.count]
    byAction = others.enumerated().map { (data.problem.actions[$1].name, figures[$0]) }
  }
}
