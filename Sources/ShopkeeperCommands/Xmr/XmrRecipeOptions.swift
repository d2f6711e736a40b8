internal import ExtremeRanking
internal import LinearAlgebra

/// The options of extreme ranking's recipe.
struct XmrRecipeOptions: OptionGroup {
  enum Negatives: String, OptionChoice {
    case tfn, man
    case both = "tfn+man"

    var sampling: NegativeSampling {
      switch self {
      case .tfn: .teacherForcing
      case .man: .matcherAware
      case .both: [.teacherForcing, .matcherAware]
      }
    }
  }

  enum RelevanceNorm: String, OptionChoice {
    case none, l1, l2, max

    var norm: VectorNorm {
      switch self {
      case .none: .none
      case .l1: .l1
      case .l2: .l2
      case .max: .max
      }
    }
  }

  enum Loss: String, OptionChoice {
    case squaredHinge = "squared-hinge"
    case hinge, logistic

    var loss: LinearSolver.Loss {
      switch self {
      case .squaredHinge: .squaredHinge
      case .hinge: .hinge
      case .logistic: .logistic
      }
    }
  }

  @Option(
    "negatives", .choice(), "Which instances a node is trained on.",
    details:
      "tfn: those with a label below it (teacher forcing); man: those whose beam reaches it (matcher aware).")
  var negatives = Negatives.tfn

  @Option(
    "relevance-norm", .choice(), "What the relevance of an instance's pairs is divided by.",
    details:
      "l1: their sum, so an instance counts as much as any other; l2: the root of their squares; max: the largest; none:"
      + " relevance is taken as it is.")
  var relevanceNorm = RelevanceNorm.l1

  @Option("threshold", .number(0...Double.infinity), "Weights with a smaller absolute value are dropped.")
  var threshold = 0.1

  @Option("weight-budget", .integer(0...Int.max), "Weights kept for each label at the most; 0: no limit.")
  var weightBudget = 0

  @Option("branching", .integer(2...65_536), "Children of a node of the tree at the most.")
  var branching = 32

  @Option("max-leaf", .integer(1...65_536), "Labels of a leaf cluster at the most.")
  var maximumLeaf = 100

  @Option("loss", .choice(), "The loss of the classifiers.") var loss = Loss.squaredHinge

  @Option("cost", .positiveNumber(), "The cost C of an instance: larger follows the data more closely.")
  var cost = 1.0

  @Option("bias", .number(0...Double.infinity), "Value of the constant feature; 0: no bias.")
  var bias = 1.0

  @Option("tolerance", .positiveNumber(), "How large a violation of optimality the solver leaves.")
  var tolerance = 0.1

  @Option("post-processor", .postProcessor, "How scores along a path are combined.")
  var postProcessor = "l3-hinge"

  @Option("beam", .integer(1...100_000), "How many nodes are kept on each level while predicting.")
  var beam = 10

  @Option("format", .choice(), "How weights are stored.") var format = WeightFormatChoice.float32

  @Option(.seed) var seed: UInt64

  /// The recipe that the options describe.
  var recipe: XRLinear {
    var recipe = XRLinear()
    recipe.negatives = negatives.sampling
    recipe.relevance.norm = relevanceNorm.norm
    recipe.pruning = Pruning(threshold: threshold, weightBudget: weightBudget)
    recipe.clustering.branching = branching
    recipe.clustering.maximumLeafSize = maximumLeaf
    recipe.solver.loss = loss.loss
    recipe.solver.cost = cost
    recipe.solver.bias = bias
    recipe.solver.tolerance = tolerance
    recipe.postProcessor = PostProcessor(name: postProcessor) ?? recipe.postProcessor
    recipe.beam = beam
    recipe.format = format.format
    recipe.seed = seed
    return recipe
  }
}

/// How weights are stored, on the command line.
enum WeightFormatChoice: String, OptionChoice {
  case float32, float16, int8

  var format: WeightFormat {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .int8: .int8
    }
  }
}

extension ValueKind where Element == String {
  /// A post-processor by its name.
  static var postProcessor: Self {
    let names = PostProcessor.allCases.map(\.name)
    return Self("NAME", expected: "one of " + names.joined(separator: ", "), completion: .words(names)) {
      names.contains($0) ? $0 : nil
    }
  }
}
