public import Learning

/// How a policy weighs what it believes against what it might learn.
public enum Exploration: Sendable, Equatable, Codable {
  /// Thompson sampling: as likely as it is to be best under the posterior, whose deviations are multiplied by `scale`.
  case thompson(scale: Double)
  /// Thompson sampling with the scale `most`, and for a share of the decisions with `rest`.
  case mixed(most: Double, rest: Double, share: Double)
  /// Thompson sampling; with probability `share` drawn again until another one wins (D. Russo, COLT 2016).
  case topTwo(share: Double)
  /// The best by posterior mean; with probability `share` any, all equally likely.
  case epsilon(share: Double)
  /// The best by posterior mean.
  case greedy
  /// The best by posterior mean plus `width` posterior standard deviations of the score.
  case upperBound(width: Double)

  /// Every parameter out of range.
  public var violations: [Violation] {
    var problems = Violations()
    func scale(_ value: Double) {
      problems.require(value > 0 && value <= 10, "scale", given: value, expected: "above 0, at most 10")
    }
    func share(_ value: Double) {
      problems.require(value >= 0 && value <= 1, "share", given: value, expected: "0 to 1")
    }
    switch self {
    case .thompson(let value): scale(value)
    case .mixed(let most, let rest, let part):
      scale(most)
      scale(rest)
      share(part)
    case .topTwo(let value), .epsilon(let value): share(value)
    case .greedy: break
    case .upperBound(let width):
      problems.require(width >= 0 && width <= 100, "width", given: width, expected: "0 to 100")
    }
    return problems.all
  }

  /// Whether the choice is certain given the model.
  public var isDeterministic: Bool {
    switch self {
    case .greedy, .upperBound: true
    default: false
    }
  }
}
