public import Learning
internal import Probability

/// How layouts are learned.
public enum LayoutModel: String, Sendable, Codable, CaseIterable {
  /// What the evidence says; nothing to choose.
  case automatic
  /// Contents and pairs of contents, spreads learned from the data.
  case interactions
  /// Contents alone, spreads learned from the data.
  case mainEffects
  /// Regressions of many spreads, weighed by their evidence.
  case evidenceAverage
  /// Contents alone, diagonal filter, weights from N(0, 1).
  case mainEffectsFilter
  /// Contents and pairs, diagonal filter, weights from N(0, 1).
  case interactionsFilter
  /// The same with spreads learned by moments.
  case interactionsMoments
  /// Each widget on its own.
  case perWidget
  /// Each layout on its own.
  case perLayout
  /// Any layout, all equally likely.
  case random
}

/// Chooses layouts and learns from them.
public struct LayoutRecipe: Codable, Sendable, Equatable {
  /// What is learned.
  public var model = LayoutModel.automatic

  /// How exploration is weighed; nil is what suits the model.
  public var exploration: Exploration?

  /// Least probability of each allowed layout; nil is the smaller of .0005 and .01 over their number.
  public var floor: Double?

  /// Posterior draws behind a table of probabilities, 1 to 1,000,000.
  public var draws = 1024

  /// Creates the automatic recipe.
  public init() {}

  /// A recipe of a model without a floor, for comparisons.
  public init(_ model: LayoutModel, exploration: Exploration? = nil, floor: Double? = 0) {
    self.model = model
    self.exploration = exploration
    self.floor = floor
  }

  /// Every parameter out of range.
  public var violations: [Violation] {
    var problems = Violations(exploration?.violations ?? [])
    problems.require(
      floor.map { $0 >= 0 && $0 <= 1 } ?? true, "floor", given: floor ?? 0, expected: "0 to 1")
    problems.require((1...1_000_000).contains(draws), "draws", given: draws, expected: "1 to 1000000")
    return problems.all
  }

  /// The floor for so many allowed layouts: at most .2 in all.
  public func floor(choices: Int) -> Double {
    let count = Double(max(1, choices))
    return min(floor ?? min(0.0005, 0.01 / count), 0.2 / count)
  }

  /// How exploration is weighed.
  public var usedExploration: Exploration {
    if let exploration { return exploration }
    return switch model {
    case .automatic: .thompson(scale: 0.5)
    case .evidenceAverage: .mixed(most: 0.5, rest: 1, share: 0.2)
    default: .thompson(scale: 1)
    }
  }

  /// By how much posterior deviations are multiplied when a single layout is drawn.
  var drawScale: Double {
    switch usedExploration {
    case .thompson(let scale), .mixed(let scale, _, _): scale
    default: 1
    }
  }

  func learner(for space: LayoutSpace) -> any LayoutLearner {
    switch model {
    case .automatic, .interactions: LaplaceLayoutLearner(space, pairs: true, learnsPriors: true)
    case .mainEffects: LaplaceLayoutLearner(space, pairs: false, learnsPriors: true)
    case .evidenceAverage: EvidenceAverageLearner(space)
    case .mainEffectsFilter: FilterLayoutLearner(space, pairs: false, learnsPriors: false)
    case .interactionsFilter: FilterLayoutLearner(space, pairs: true, learnsPriors: false)
    case .interactionsMoments: FilterLayoutLearner(space, pairs: true, learnsPriors: true)
    case .perWidget: BetaLayoutLearner(space, perWidget: true)
    case .perLayout: BetaLayoutLearner(space, perWidget: false)
    case .random: UniformLayoutLearner(count: space.listed?.count ?? 0)
    }
  }
}

/// Learns nothing.
private struct UniformLayoutLearner: LayoutLearner {
  let count: Int

  mutating func learn(_ history: LayoutHistory) {}

  func wins(_ draws: Int, scale: Double, using generator: inout SeededGenerator) -> [Double] {
    [Double](repeating: 1, count: count)
  }

  var meanScores: [Double] { [Double](repeating: 0, count: count) }

  var scoreDeviations: [Double] { meanScores }
}
