public import Learning
public import TabularLearning

/// How the rankers' findings become one ranking: their best products are candidates, described by columns and scored
/// by a model that was learned from judged queries or from later clicks.
///
/// Two models are learned, a linear one whose weights of rankers' scores are never negative and boosted trees; the
/// better one by cross-validation answers.
public struct FusionRecipe: Codable, Sendable, Equatable {
  /// Candidates that each lexical ranker gives, 1...1000.
  public var lexicalCandidates = 200

  /// Candidates that every other ranker gives, 1...1000.
  public var otherCandidates = 100

  /// Candidates of a query that the models learn from, 10...1000.
  public var learnedCandidates = 200

  /// Queries that the models learn from at the most, 10...1e6.
  public var mostQueries = 10_000

  /// With fewer queries that have a wanted candidate there is no fusion, 1...1e6.
  public var leastQueries = 100

  /// Parts into which queries are cut, each described by rankers that have not seen it, 2...20.
  public var folds = 5

  /// Share of the products that lose all their pairs while candidates are described, so that the models meet products
  /// without clicks, 0...0.5.
  public var coldShare = 0.1

  /// How much of its recall at ten the rest of the catalogue may lose to products that come after training and have no
  /// clicks yet, 0...0.2; 0 gives them no bonus.
  public var newcomerCost = 0.02

  /// What single words are worth, which becomes two of the columns.
  public var words = WordWorthRecipe()

  /// The linear model; columns of rankers are added to its `nonNegative`.
  public var linear = LinearScorer()

  /// The trees, which go on from the linear model's score.
  public var trees = FusionRecipe.smallTrees

  /// Turns scores into probabilities of relevance.
  public var calibration = IsotonicCalibration()

  /// Seed of the folds and of the products that lose their pairs.
  public var seed: UInt64 = 0

  /// Creates the recipe with its defaults.
  public init() {}

  /// Sixty trees of short steps: the linear score leaves little to them.
  private static var smallTrees: BoostedTrees {
    var trees = BoostedTrees()
    (trees.trees, trees.learningRate, trees.leastRows) = (60, 0.05, 300)
    return trees
  }

  /// Every hyper-parameter out of range.
  public var violations: [Violation] {
    var problems = Violations()
    for (name, value, range) in [
      ("lexicalCandidates", lexicalCandidates, 1...1000), ("otherCandidates", otherCandidates, 1...1000),
      ("learnedCandidates", learnedCandidates, 10...1000), ("mostQueries", mostQueries, 10...1_000_000),
      ("leastQueries", leastQueries, 1...1_000_000), ("folds", folds, 2...20),
    ] {
      problems.require(
        range.contains(value), name, given: value, expected: "\(range.lowerBound)...\(range.upperBound)")
    }
    problems.require((0...0.5).contains(coldShare), "coldShare", given: coldShare, expected: "0...0.5")
    problems.require(
      (0...0.2).contains(newcomerCost), "newcomerCost", given: newcomerCost, expected: "0...0.2")
    problems.append(contentsOf: words.violations)
    problems.append(contentsOf: linear.violations)
    problems.append(contentsOf: trees.violations)
    problems.append(contentsOf: calibration.violations)
    return problems.all
  }
}

/// What a fusion learned from and what its models reached.
public struct FusionReport: Codable, Sendable, Equatable {
  /// A model and its figure.
  public struct Entry: Codable, Sendable, Equatable {
    /// "linear" or "trees".
    public let model: String
    /// Mean nDCG@10 over queries that the model was not fitted on.
    public let ndcg: Double
  }

  /// The models that were tried, simpler ones first.
  public let models: [Entry]

  /// The model that answers.
  public let chosen: String

  /// Number of queries and of candidates that were learned from.
  public let queries, candidates: Int

  /// What the score of a product gets that came after training and has no clicks yet.
  public let newcomerBonus: Float

  /// What each column counts for, largest first: standardised weights, or shares of the trees' splits.
  public let columns: [Column]

  /// A column and how much it counts.
  public struct Column: Codable, Sendable, Equatable {
    /// What the column says.
    public let name: String
    /// How much it counts.
    public let weight: Double
  }
}
