public import Learning

/// How misspelt words of queries are recognised and corrected.
///
/// A word is looked at when it has ``minimumLength`` letters or more, no digit, is no stop word, and stands as it is
/// typed in fewer than ``minimumProducts`` products and fewer than ``minimumQueries`` clicked queries. Candidates are
/// the words within one or two edits, and the word itself where it or another form of it is in any product. The score of
/// one is the logarithm of its frequency, alone and together with the query's other words, less what its edits cost
/// (a noisy channel; M. Kernighan, K. Church, W. Gale: "A Spelling Correction Program Based on a Noisy Channel
/// Model", COLING 1990).
public struct SpellingRecipe: Codable, Sendable, Equatable {
  /// Shorter words are left alone, 1...32.
  public var minimumLength = 4

  /// From this length on two edits are allowed, below it one, 6...33.
  public var twoEditsLength = 6

  /// Words in so many products are right, and candidates for corrections, 1 or more.
  public var minimumProducts = 3

  /// Words in so many distinct clicked queries are right: slang and brands that no title holds, 1 or more.
  public var minimumQueries = 3

  /// How much an edit costs against a factor e in frequency, 0 or more.
  public var editCost = 3.5

  /// How much it costs that the typed form of a word is in no product and only its stem is, 0 or more.
  public var inflectionCost = 1.0

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
      (DeletionIndex.twoEditsLength...SpellingWord.maximumLength + 1).contains(twoEditsLength),
      "spelling.twoEditsLength",
      given: twoEditsLength, expected: "\(DeletionIndex.twoEditsLength)...\(SpellingWord.maximumLength + 1)")
    for (value, name) in [(minimumProducts, "minimumProducts"), (minimumQueries, "minimumQueries")] {
      problems.require(value >= 1, "spelling.\(name)", given: value, expected: "1 or more")
    }
    for (value, name) in [(editCost, "editCost"), (inflectionCost, "inflectionCost")] {
      problems.require(value.isFinite && value >= 0, "spelling.\(name)", given: value, expected: "0 or more")
    }
    problems.require(
      (0...1).contains(contextWeight), "spelling.contextWeight", given: contextWeight, expected: "0...1")
    return problems.all
  }
}
