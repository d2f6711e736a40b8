public import Learning

/// A sum of small decision trees that ranks the rows of a group, each tree fitted to what the ones before left over.
///
///     var recipe = BoostedTrees()
///     recipe.trees = 60
///     let model = try recipe.fit(examples)
///     try model.predict([0.3, 12, 1])
///
/// J. H. Friedman: "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29(5), 2001,
/// with second-order gains (T. Chen, C. Guestrin, KDD 2016, equation 7) and histograms of binned columns.
public struct BoostedTrees: Codable, Sendable, Equatable {
  /// What is made small.
  public var loss = RankingLoss.discountedGain

  /// Number of trees, 1...1000.
  public var trees = 100

  /// Splits from the root to a leaf, 1...8.
  public var depth = 4

  /// What part of each tree's answer counts, above 0, at most 1.
  public var learningRate = 0.1

  /// Rows that a leaf must hold at least, 1...1e9.
  public var leastRows = 100

  /// How much squared leaf values cost beside the curvature of the loss, 0...1e6.
  public var l2 = 1.0

  /// Bins of a column at the most, 2...256.
  public var bins = 64

  /// Share of the groups that each tree learns from, above 0, at most 1.
  public var groupShare = 0.5

  /// Share of the columns that each tree may split on, above 0, at most 1.
  public var columnShare = 0.7

  /// Columns by which the score never falls: a larger value is at least as good, everything else being equal.
  public var increasing: [Int] = []

  /// Seed of the shares.
  public var seed: UInt64 = 0

  /// Creates the recipe with its defaults.
  public init() {}

  /// Every hyper-parameter out of range.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require((1...1000).contains(trees), "trees", given: trees, expected: "1...1000")
    problems.require((1...8).contains(depth), "depth", given: depth, expected: "1...8")
    problems.require((2...256).contains(bins), "bins", given: bins, expected: "2...256")
    problems.require(
      (1...1_000_000_000).contains(leastRows), "leastRows", given: leastRows, expected: "1...1e9")
    problems.require((0...1e6).contains(l2), "l2", given: l2, expected: "0...1e6")
    for (name, value) in [
      ("learningRate", learningRate), ("groupShare", groupShare), ("columnShare", columnShare),
    ] {
      problems.require(value > 0 && value <= 1, name, given: value, expected: "above 0, at most 1")
    }
    problems.require(
      increasing.allSatisfy { $0 >= 0 }, "increasing", given: increasing.min() ?? 0,
      expected: "columns, 0 or more")
    return problems.all
  }
}
