public import Learning

/// Learns to complete what shoppers type from what they searched before.
///
///     let model = try QueryCompletion().fit(CompletionData(training: log, validation: lastWeek))
///     model.complete(CompletionRequest("ru", after: ["hiking boots"])).texts      // ["running socks", ...]
///
/// Suggestions are past queries, ordered by how often they are asked, how often they follow the session's queries and
/// their words, and how well they go with them, weighed as the validation searches say. The extreme ranker of N. Yadav,
/// R. Sen, D. N. Hill, A. Mazumdar, I. S. Dhillon: "Session-Aware Query Auto-completion using Extreme Multi-Label
/// Ranking", KDD 2021, arXiv 2012.07654, is ``PrefixRanker``.
public struct QueryCompletion: Estimator {
  /// How texts become keys.
  public var normalizer = QueryNormalizer()

  /// Queries of the session that count, 1...10.
  public var history = 3

  /// What a query counts against the one after it, above 0, at most 1.
  public var historyDecay = 0.6

  /// Distinct users who must have searched a text before it is suggested, 1...1000.
  public var anonymity = 5

  /// Entries that a word or a previous query keeps of what followed it, 1...100,000.
  public var followers = 1000

  /// Entries that a word keeps of the suggestions that contain it, 1...1,000,000.
  public var holders = 5000

  /// Whether of suggestions that differ in word forms or order alone the best one is shown.
  public var mergesForms = true

  /// Suggestions of one category before those beyond are set behind all others, 0 for any number; without categories in
  /// the catalogue's titles nothing is set behind.
  public var capPerCategory = 3

  /// How much likelier it must be that a word is another one, misspelt, before what has it is no suggestion; 0 never.
  public var misspeltOdds = 50.0

  /// How fast counts are forgotten.
  public var halfLives = HalfLives()

  /// Features that count nothing, to see what they are worth.
  public var leftOut: [CompletionFeature] = []

  /// How much squared weights of features cost.
  public var l2 = 1.0

  /// Where random numbers start.
  public var seed: UInt64 = 0

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require((1...10).contains(history), "history", given: history, expected: "1...10")
    found.require(
      historyDecay > 0 && historyDecay <= 1, "historyDecay", given: historyDecay,
      expected: "above 0, at most 1")
    found.require((1...1000).contains(anonymity), "anonymity", given: anonymity, expected: "1...1000")
    found.require((1...100_000).contains(followers), "followers", given: followers, expected: "1...100000")
    found.require((1...1_000_000).contains(holders), "holders", given: holders, expected: "1...1000000")
    found.require(
      (0...1e9).contains(misspeltOdds), "misspeltOdds", given: misspeltOdds, expected: "0...1000000000")
    found.require(
      (0...100).contains(capPerCategory), "capPerCategory", given: capPerCategory, expected: "0...100")
    found.require(l2 > 0 && l2 <= 1e6, "l2", given: l2, expected: "above 0, at most 1000000")
    found.append(contentsOf: halfLives.violations)
    return found.all
  }
}

/// How fast counts are forgotten: a slow clock for what is always asked, a fast one for what is asked now.
public struct HalfLives: Codable, Sendable, Equatable {
  /// Days after which a search counts half on the slow clock, above 0.
  public var slowDays = 90.0
  /// Days after which a search counts half on the fast clock, above 0.
  public var fastDays = 1.0
  /// What the fast clock counts against the slow one, 0 or more.
  public var fastWeight = 4.0

  /// Creates the usual clocks: 90 days, 1 day, 4 to 1.
  public init() {}

  var violations: [Violation] {
    var found = Violations()
    found.require(
      slowDays > 0 && slowDays.isFinite, "slowDays", given: slowDays, expected: "a positive number")
    found.require(
      fastDays > 0 && fastDays.isFinite, "fastDays", given: fastDays, expected: "a positive number")
    found.require(
      fastWeight >= 0 && fastWeight.isFinite, "fastWeight", given: fastWeight, expected: "0 or more")
    return found.all
  }
}
