public import Learning
public import Probability

/// How product search is trained: several rankers, of which the best on judged queries answers.
///
///     let training = ProductSearchTraining(data: data, validation: task)
///     let model = try ProductSearchRecipe().fit(training)
///     for report in model.reports { print(report.name, report.metrics.ndcg) }
public struct ProductSearchRecipe: Codable, Sendable, Equatable {
  /// Words of the product's text, and of the queries that led to it.
  public var lexical = LexicalRecipe()

  /// Centroids of the queries that led to a product; nil leaves them out.
  public var centroid: CentroidRecipe? = CentroidRecipe()

  /// A tree of classifiers; nil leaves it out.
  public var extremeRanking: ExtremeRankerRecipe? = ExtremeRankerRecipe()

  /// Misspelt words of queries; nil takes queries as they are typed.
  public var spelling: SpellingRecipe? = SpellingRecipe()

  /// How the rankers are fused where there is evidence to learn from; nil leaves every ranker by itself.
  public var fusion: FusionRecipe? = FusionRecipe()

  /// With fewer pairs than this only words are used, 1 or more.
  public var minimumPairs = 100

  /// Creates the recipe with its defaults.
  public init() {}

  /// Every hyper-parameter out of range.
  public var violations: [Violation] {
    var problems = Violations(lexical.violations)
    problems.append(contentsOf: centroid?.violations ?? [])
    problems.append(contentsOf: extremeRanking?.violations ?? [])
    problems.append(contentsOf: spelling?.violations ?? [])
    problems.append(contentsOf: fusion?.violations ?? [])
    problems.require(minimumPairs >= 1, "minimumPairs", given: minimumPairs, expected: "1 or more")
    return problems.all
  }
}

/// What product search learns from.
public struct ProductSearchTraining: Sendable {
  /// The catalogue and the pairs.
  public var data: ProductSearchData

  /// Judged queries that choose the ranker; their judgments must not be among the pairs. Without them words and
  /// clicked queries answer, as nothing says that another ranker is better.
  public var validation: RankingTask?

  /// What shows a fusion which products are wanted; without it there is none.
  public var evidence: FusionEvidence?

  /// Creates the training data.
  public init(data: ProductSearchData, validation: RankingTask? = nil, evidence: FusionEvidence? = nil) {
    self.data = data
    self.validation = validation
    self.evidence = evidence
  }

  var violations: [Violation] {
    var problems = Violations(data.violations)
    problems.require(
      !data.products.isEmpty, "catalogue", given: "no products", expected: "at least one")
    var seen = Set<String>()
    let repeated = data.products.count { !seen.insert($0.id).inserted }
    problems.require(
      repeated == 0, "catalogue", given: "\(repeated) products whose id was given before",
      expected: "distinct ids")
    let nameless = data.products.count { $0.id.isEmpty }
    problems.require(
      nameless == 0, "catalogue", given: "\(nameless) products without id", expected: "an id for each")
    if let validation {
      problems.require(
        !validation.documents.usesPools, "validation", given: "protocol \(validation.documents.rawValue)",
        expected: "protocol C or D", advice: "Rankers are chosen by searching the catalogue.")
    }
    if case .clicks(let earlier, let later) = evidence {
      for (name, pairs) in [("earlier pairs", earlier), ("later pairs", later)] {
        let part = ProductSearchData(products: data.products, pairs: pairs)
        problems.append(
          contentsOf: part.violations.filter { $0.subject == "pairs" }.map {
            Violation(name, given: $0.given, expected: $0.expected)
          })
      }
    }
    return problems.all
  }
}

/// What one ranker reached on the queries that choose.
public struct RankerReport: Codable, Sendable, Equatable {
  /// The ranker.
  public let name: String

  /// Means over the counted queries.
  public let metrics: QueryMetrics

  /// The depths of recall and precision.
  public let depths: [Int]

  /// Interval of nDCG; nil without counted queries.
  public let interval: ConfidenceInterval?

  /// Number of counted queries.
  public let queries: Int
}
