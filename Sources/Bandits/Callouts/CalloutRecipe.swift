public import Learning

/// How callouts are chosen and learned.
public struct CalloutRecipe: Codable, Sendable, Equatable {
  /// Where the spread of each group of features comes from.
  public enum Priors: Codable, Sendable, Equatable {
    /// As given, one for each group of ``CalloutSpace/groupNames``; never learned.
    case fixed([GroupPrior])
    /// Learned by expectation maximisation over replays of the log, from a variance of 0.01.
    case evidence
    /// Learned by moments with the prior divided out, from a variance of 0.01.
    case moments
  }

  /// What impressions count that have not converted yet.
  public enum Late: String, Codable, Sendable, CaseIterable {
    /// What has not converted has not.
    case naive
    /// Silence counts as far as conversions would have come by its age; how fast they come is learned for each kind.
    case estimated
  }

  /// Where spreads come from.
  public var priors = Priors.evidence

  /// Mean of the intercept's prior on the probit scale; its variance is 1.
  public var level = -1.9

  /// By how much posterior deviations are multiplied in draws, 0 to 10; 0 is greedy.
  public var scale = 1.0

  /// Posterior draws behind the probabilities of a visitor, 1 to 100,000.
  public var draws = 128

  /// Probability with which any item in any format is shown, 0 to 0.2.
  public var floor = 0.0

  /// Items are shown more until they have so many impressions, 0 or more.
  public var minimumImpressions = 0

  /// Probability with which each item below the minimum is shown at least, 0 to 0.2; at most 0.2 in all.
  public var minimumShare = 0.02

  /// What is forgotten at each refresh, as moving towards the prior.
  public struct Forgetting: Codable, Sendable, Equatable {
    /// The share of a posterior's precision, 0 to 0.5.
    public var rate: Double
    /// Whether only what is known of single items is forgotten, and not what they have in common.
    public var isOfItems: Bool

    /// Creates a way to forget.
    public init(_ rate: Double, ofItems isOfItems: Bool = false) {
      self.rate = rate
      self.isOfItems = isOfItems
    }
  }

  /// Ways to forget; the one that predicts best serves.
  public var forgetting = [Forgetting(0)]

  /// The share of what is known of single items that is forgotten at once when a change of tastes is found, 0 to 1; nil looks for
  /// no change.
  public var forgettingAfterChange: Double?

  /// Length of a day in the unit of time, above 0: changes are looked for once a day.
  public var day = 2000.0

  /// What impressions count that have not converted yet.
  public var late = Late.naive

  /// After this time nothing counts any more, 0 or more in the unit of time: an impression is settled.
  public var window = 0.0

  /// Creates the default recipe.
  public init() {}

  /// Every parameter out of range.
  public var violations: [Violation] {
    var problems = Violations()
    func require(_ value: Double, _ range: ClosedRange<Double>, _ name: String, _ expected: String) {
      problems.require(range.contains(value), name, given: value, expected: expected)
    }
    require(level, -8...8, "level", "-8 to 8")
    require(scale, 0...10, "scale", "0 to 10")
    problems.require((1...100_000).contains(draws), "draws", given: draws, expected: "1 to 100000")
    require(floor, 0...0.2, "floor", "0 to 0.2")
    problems.require(
      minimumImpressions >= 0, "minimumImpressions", given: minimumImpressions, expected: "0 or more")
    require(minimumShare, 0...0.2, "minimumShare", "0 to 0.2")
    problems.require(
      !forgetting.isEmpty && forgetting.count <= 16 && forgetting.allSatisfy { (0...0.5).contains($0.rate) },
      "forgetting",
      given: "\(forgetting.count) rates, one of them possibly out of range",
      expected: "1 to 16 rates of 0 to 0.5")
    require(
      forgettingAfterChange ?? 0, 0...1, "forgettingAfterChange", "0 to 1")
    require(day, 1e-9...1e12, "day", "above 0")
    require(window, 0...1e12, "window", "0 or more")
    if case .fixed(let priors) = priors {
      problems.require(
        priors.allSatisfy { $0.variance > 0 && $0.variance.isFinite && $0.mean.isFinite }, "priors",
        given: "a variance that is not positive and finite", expected: "positive variances")
    }
    return problems.all
  }
}
