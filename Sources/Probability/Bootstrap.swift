/// Percentile bootstrap intervals of a mean, over independent units such as queries.
///
///     let bootstrap = Bootstrap()
///     let interval = bootstrap.meanDifference(ours, minus: theirs)!
///     print(interval.low > 0 ? "better" : "not shown to be better")
///
/// B. Efron, R. Tibshirani: "An Introduction to the Bootstrap", chapter 13, 1993. Draws whole units with
/// replacement; quantiles are interpolated linearly between order statistics.
public struct Bootstrap: Codable, Sendable, Equatable {
  /// How many samples are drawn, at least 1.
  public var draws = 10_000

  /// Probability that the interval should cover, above 0 and below 1.
  public var level = 0.95

  /// Seed of the draws.
  public var seed: UInt64 = 1

  /// Creates the usual bootstrap: 10,000 draws, 95 %, seed 1.
  public init() {}

  /// The interval of the mean of `values`; nil when there are none.
  ///
  /// - Precondition: `draws` and `level` are in their ranges.
  /// - Complexity: O(`draws` * `values.count`)
  public func mean(of values: [Double]) -> ConfidenceInterval? {
    precondition(draws >= 1 && level > 0 && level < 1, "draws >= 1 and 0 < level < 1")
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    var generator = SeededGenerator(seed: seed)
    var means = [Double](repeating: 0, count: draws)
    values.withUnsafeBufferPointer { values in
      for draw in means.indices {
        var sum = 0.0
        for _ in 0..<values.count { sum += values[generator.integer(below: values.count)] }
        means[draw] = sum / count
      }
    }
    means.sort()
    return ConfidenceInterval(
      estimate: values.reduce(0, +) / count, low: Self.quantile(means, (1 - level) / 2),
      high: Self.quantile(means, (1 + level) / 2), level: level)
  }

  /// The interval of the mean of `first[i] - second[i]`: a paired comparison, each unit measured both ways.
  ///
  /// - Precondition: both have the same length.
  public func meanDifference(_ first: [Double], minus second: [Double]) -> ConfidenceInterval? {
    precondition(first.count == second.count, "a paired comparison needs pairs")
    return mean(of: zip(first, second).map { $0 - $1 })
  }

  /// The value below which a share of ascending values lies, interpolated linearly between two of them.
  ///
  /// - Precondition: at least one value; the share is in 0...1.
  public static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
  }
}

/// An estimate with the interval that should cover the truth.
public struct ConfidenceInterval: Codable, Sendable, Equatable {
  /// The estimate on all the data.
  public let estimate: Double

  /// Lower end.
  public let low: Double

  /// Upper end.
  public let high: Double

  /// Probability that intervals made this way cover the truth.
  public let level: Double

  /// Creates an interval.
  public init(estimate: Double, low: Double, high: Double, level: Double) {
    self.estimate = estimate
    self.low = low
    self.high = high
    self.level = level
  }
}
