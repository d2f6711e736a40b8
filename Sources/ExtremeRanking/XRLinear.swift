public import Learning
public import LinearAlgebra

/// Extreme multi-label ranking with a tree of sparse linear classifiers (XR-Linear).
///
/// Labels are clustered into a tree; at every node a linear classifier for each child learns from the instances
/// that reach the node; a query walks down with a beam.
///
///     var recipe = XRLinear()
///     recipe.pruning.threshold = 0.2
///     let model = try recipe.fit(ExtremeRankingData(instances: x, labels: y))
///     let answer = try model.predict(query, PredictionOptions(k: 10))
///
/// H.-F. Yu, K. Zhong, J. Zhang, W.-C. Chang, I. S. Dhillon: "PECOS: Prediction for Enormous and Correlated Output
/// Spaces", JMLR 23(98), 2022; for product search: W.-C. Chang et al., "Extreme Multi-label Learning for Semantic
/// Matching in Product Search", KDD 2021, arXiv 2106.12657.
public struct XRLinear: Estimator {
  /// The vectors by which labels are clustered.
  public var embedding = StandardLabelEmbedding.pifa

  /// How labels are arranged in a tree.
  public var clustering = BalancedClustering()

  /// How one classifier is trained.
  public var solver = LinearSolver()

  /// Which instances a node's classifiers are trained on.
  public var negatives = NegativeSampling.teacherForcing

  /// How relevance reaches the cost of a pair; without effect when the data has no relevance.
  public var relevance = RelevanceWeighting()

  /// Which weights are kept.
  public var pruning = Pruning()

  /// How weights are stored.
  public var format = WeightFormat.float32

  /// How scores along a path are combined, unless a query says otherwise.
  public var postProcessor = PostProcessor.l3Hinge

  /// Nodes kept on each level while predicting, unless a query says otherwise, and while sampling negatives.
  public var beam = 10

  /// Seeds the clustering and the order of the solver's visits.
  public var seed: UInt64 = 0

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    if case .pifaWithText(let prior) = embedding {
      found.require(prior > 0 && prior.isFinite, "prior", given: prior, expected: "a positive number")
    }
    found.append(contentsOf: clustering.violations)
    found.append(contentsOf: solver.violations)
    found.append(contentsOf: pruning.violations)
    found.require((1...100_000).contains(beam), "beam", given: beam, expected: "1 to 100000")
    return found.all
  }
}

/// Which instances train the classifiers below a node.
///
/// TFN and MAN in PECOS' terms. Any union is possible; instances that the data names as hard negatives are
/// always added.
public struct NegativeSampling: OptionSet, Codable, Sendable, Equatable {
  /// The options' bits.
  public let rawValue: Int

  /// Creates a set from its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Instances that have a label below the node.
  public static let teacherForcing = NegativeSampling(rawValue: 1)

  /// Instances whose beam through the levels already trained reaches the node.
  public static let matcherAware = NegativeSampling(rawValue: 2)
}

/// How relevance reaches the cost of a positive pair.
public struct RelevanceWeighting: Codable, Sendable, Equatable {
  /// Which levels it reaches.
  public enum Mode: String, Codable, Sendable, CaseIterable {
    /// The labels alone.
    case leafOnly
    /// Every level: a node's relevance is the sum over the labels below it.
    case induced
  }

  /// Which levels it reaches.
  public var mode = Mode.induced

  /// The norm that an instance's relevance is divided by, on every level.
  public var norm = VectorNorm.l1

  /// Creates the default weighting.
  public init() {}
}
