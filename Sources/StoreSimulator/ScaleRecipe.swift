public import Learning

/// How large a click log for scaling curves is.
///
///     var recipe = ScaleRecipe()
///     recipe.labels = 100_000
///     try ScaleLog(recipe).write(to: "scale-100k")
public struct ScaleRecipe: Codable, Sendable, Equatable {
  /// Products, 20 to 10,000,000.
  public var labels = 10_000

  /// Clicks for each product on average, 0.1 to 100.
  public var eventsPerLabel = 4.0

  /// Distinct queries taken out as the test set; at most a tenth of all.
  public var testQueries = 5000

  /// Which of the possible logs it is.
  public var seed: UInt64 = 11

  /// Creates the default recipe.
  public init() {}

  /// Every value out of range; empty when the recipe is usable.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require((20...10_000_000).contains(labels), "labels", given: labels, expected: "20 to 10000000")
    problems.require(
      (0.1...100).contains(eventsPerLabel), "eventsPerLabel", given: eventsPerLabel, expected: "0.1 to 100")
    problems.require(testQueries >= 0, "testQueries", given: testQueries, expected: "0 or more")
    return problems.all
  }
}
