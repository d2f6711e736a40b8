public import Learning

/// How misspelt words of queries are recognised and corrected.
///
/// A word is looked at when it has ``minimumLength`` letters or more, no digit, is no stop word, and its stem is in
/// fewer than ``minimumProducts`` products and fewer than ``minimumQueries`` clicked queries.
public struct SpellingRecipe: Codable, Sendable, Equatable {
  /// Shorter words are left alone, 1...32.
  public var minimumLength = 4

  /// From this length on two edits are allowed, below it one, 8...33.
  public var twoEditsLength = 8

  /// Words in so many products are right, and candidates for corrections, 1 or more.
  public var minimumProducts = 3

  /// Words in so many distinct clicked queries are right: slang and brands that no title holds, 1 or more.
  public var minimumQueries = 3

  /// How much an edit costs against a factor e in frequency, 0 or more.
  public var editCost = 4.0

  /// How much of a candidate's frequency counts together with the query's other words instead of alone, 0...1.
  public var contextWeight = 0.7

  /// Creates the recipe with its defaults.
  public init() {}

  /// Every value out of range.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require(
      (1...SpellingWord.maximumLength).contains(minimumLength), "spelling.minimumLength",
      given: minimumLength,
      expected: "1...\(SpellingWord.maximumLength)")
    problems.require(
      (8...SpellingWord.maximumLength + 1).contains(twoEditsLength), "spelling.twoEditsLength",
      given: twoEditsLength, expected: "8...\(SpellingWord.maximumLength + 1)")
    for (value, name) in [(minimumProducts, "minimumProducts"), (minimumQueries, "minimumQueries")] {
      problems.require(value >= 1, "spelling.\(name)", given: value, expected: "1 or more")
    }
    problems.require(
      editCost.isFinite && editCost >= 0, "spelling.editCost", given: editCost, expected: "0 or more")
    problems.require(
      (0...1).contains(contextWeight), "spelling.contextWeight", given: contextWeight, expected: "0...1")
    return problems.all
  }
}
