internal import PolicyEvaluation

/// How intervals are made, as the user types it: `bootstrap:1000`, `linear`, `bernstein`.
struct IntervalChoice: OptionValue {
  typealias Single = Self
  let kind: EvaluationInterval
  var draws: Int?

  var optionText: String? { draws.map { "\(kind.rawValue):\($0)" } ?? kind.rawValue }
}

extension ValueKind where Element == IntervalChoice {
  /// `bootstrap:DRAWS`, `linear` or `bernstein`.
  static var interval: Self {
    let expected = "bootstrap, bootstrap:DRAWS with 1 to 1000000 draws, linear or bernstein"
    return Self(
      "KIND", expected: expected, range: "bootstrap:DRAWS, linear, bernstein",
      completion: .words(["bootstrap", "linear", "bernstein"])
    ) { text in
      if let kind = EvaluationInterval(rawValue: text) { return IntervalChoice(kind: kind) }
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "bootstrap", let draws = Int(parts[1]),
        (1...1_000_000).contains(draws)
      else { return nil }
      return IntervalChoice(kind: .bootstrap, draws: draws)
    }
  }
}

/// A lower and an upper end, as the user types them: `0,5`.
struct RangeChoice: OptionValue {
  typealias Single = Self
  let range: ClosedRange<Double>

  var optionText: String? { "\(range.lowerBound.shortText),\(range.upperBound.shortText)" }
}

extension ValueKind where Element == RangeChoice {
  /// `A,B` with A below B.
  static var range: Self {
    Self("A,B", expected: "two numbers A,B, the lower one first", range: "A,B") { text in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
      guard parts.count == 2, parts.allSatisfy(\.isFinite), parts[0] < parts[1] else { return nil }
      return RangeChoice(range: parts[0]...parts[1])
    }
  }
}

/// Where propensities come from, as the user types it.
enum PropensitySource: String, OptionChoice {
  case logged
  case estimate
}

/// The options of an evaluation.
struct EvaluationOptions: OptionGroup {
  @Option("estimator", .text("NAMES"), "Which estimates to show: all, or names with commas.") var names =
    "all"
  @Option("interval", .interval, "How intervals are made.") var interval = IntervalChoice(
    kind: .bootstrap, draws: 1000)
  @Option("cell", .text("NAME"), "A feature of the context that tells the reward model's cells apart.")
  var cells: [String]
  @Option(
    "cluster", .text("NAME"), "Resample all rows of one value together: a feature, or decision_id.")
  var cluster: String?
  @Option("clip", .positiveNumber(), "The largest weight of the clipped estimator.") var clip = 10.0
  @Option("switch", .number(0...(.infinity)), "The largest weight that switch_dr uses.") var threshold = 10.0
  @Option("folds", .integer(2...100), "Folds of the reward model.") var folds = 3
  @Option("smoothing", .positiveNumber(), "Observations at the overall rate that each mean starts with.")
  var smoothing = 20.0
  @Option("reward-range", .range, "Lowest and highest possible reward.") var range: RangeChoice?
  @Option("propensity", .choice(), "Where propensities come from.") var propensity = PropensitySource.logged
  @Option(.seed) var seed: UInt64

  func evaluation() throws -> OffPolicyEvaluation {
    var recipe = OffPolicyEvaluation()
    recipe.interval = interval.kind
    recipe.draws = interval.draws ?? recipe.draws
    recipe.cellFeatures = cells
    recipe.cluster = cluster
    (recipe.clip, recipe.switchThreshold) = (clip, threshold)
    (recipe.folds, recipe.smoothing) = (folds, smoothing)
    recipe.rewardRange = range?.range
    recipe.estimatesPropensities = propensity == .estimate
    recipe.seed = seed
    let known = Set(recipe.estimators.map(\.name))
    let unknown = wanted.subtracting(known)
    guard names == "all" || unknown.isEmpty else {
      throw UsageError(
        "estimator \(unknown.sorted().joined(separator: ", ")): there are \(recipe.estimators.map(\.name).joined(separator: ", "))"
      )
    }
    return recipe
  }

  func shown(_ estimates: [OffPolicyEstimate]) -> [OffPolicyEstimate] {
    names == "all" ? estimates : estimates.filter { wanted.contains($0.estimator.name) }
  }

  private var wanted: Set<String> { Set(names.split(separator: ",").map { String($0) }) }
}
