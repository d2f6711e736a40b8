public import Learning

/// A weighted sum of standardised columns that ranks the rows of a group, some weights held at 0 or more.
///
///     var recipe = LinearScorer()
///     recipe.nonNegative = [0, 1]               // a better score of these columns never harms
///     let model = try recipe.fit(examples)
///     try model.predict([0.3, 12, 1])
///
/// Minimises loss + l2 |w|^2 / 2 by repeated quadratic majorisation, each solved by coordinate descent on its box.
public struct LinearScorer: Codable, Sendable, Equatable {
  /// What is made small.
  public var loss = RankingLoss.pairwise

  /// How much squared weights cost, for each 1,000 units of loss; above 0, at most 1e6.
  public var l2 = 1.0

  /// Columns whose weights are never negative.
  public var nonNegative: [Int] = []

  /// How many quadratic steps at the most, 1...1000.
  public var iterations = 50

  /// Creates the recipe with its defaults.
  public init() {}

  /// Every hyper-parameter out of range.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require(l2 > 0 && l2 <= 1e6, "l2", given: l2, expected: "above 0, at most 1e6")
    problems.require(
      nonNegative.allSatisfy { $0 >= 0 }, "nonNegative", given: nonNegative.min() ?? 0,
      expected: "columns, 0 or more")
    problems.require(
      (1...1000).contains(iterations), "iterations", given: iterations, expected: "1...1000")
    return problems.all
  }
}
