public import Learning
public import LinearAlgebra

/// Rows of features with the gain of each, in groups that belong together: the candidates of one query.
///
///     let examples = GroupedExamples(
///       features: try DenseMatrix(rows: 3, columns: 1, values: [0.2, 0.9, 0.4]), gains: [0, 3, 1], groupSizes: [3])
public struct GroupedExamples: Sendable, Equatable {
  /// Rows x columns; every value finite.
  public var features: DenseMatrix

  /// What each row is worth, 0 or more; 0 is worth nothing.
  public var gains: [Float]

  /// How many neighbouring rows belong together, each at least 1; they add up to the rows.
  public var groupSizes: [Int]

  /// What is added to a model's score of each row: the score of another model that this one goes on from; nil for
  /// nothing.
  public var startingScores: [Float]?

  /// Creates examples.
  public init(features: DenseMatrix, gains: [Float], groupSizes: [Int], startingScores: [Float]? = nil) {
    self.features = features
    self.gains = gains
    self.groupSizes = groupSizes
    self.startingScores = startingScores
  }

  /// The rows of each group.
  public var groups: [Range<Int>] {
    var start = 0
    return groupSizes.map { size in
      defer { start += size }
      return start..<start + size
    }
  }

  /// Everything that keeps the examples from being used.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require(features.rows > 0, "features", given: "no rows", expected: "at least one")
    problems.require(features.columns > 0, "features", given: "no columns", expected: "at least one")
    problems.require(
      gains.count == features.rows, "gains", given: "\(gains.count)",
      expected: "\(features.rows), one for each row of features")
    let sum = groupSizes.reduce(into: 0) { $0 = $0.addingReportingOverflow($1).partialValue }
    problems.require(
      sum == features.rows && groupSizes.allSatisfy { $0 > 0 }, "groupSizes",
      given: "sizes that add up to \(sum)",
      expected: "sizes of at least 1 that add up to \(features.rows)")
    let strange = features.values.count { !$0.isFinite }
    problems.require(
      strange == 0, "features", given: "\(strange) values that are not finite", expected: "finite numbers")
    let negative = gains.count { !($0.isFinite && $0 >= 0) }
    problems.require(
      negative == 0, "gains", given: "\(negative) gains that are negative or not finite",
      expected: "0 or more")
    if let startingScores {
      problems.require(
        startingScores.count == features.rows, "startingScores", given: "\(startingScores.count)",
        expected: "\(features.rows), one for each row of features")
      problems.require(
        startingScores.allSatisfy(\.isFinite), "startingScores", given: "a score that is not finite",
        expected: "finite numbers")
    }
    return problems.all
  }
}
