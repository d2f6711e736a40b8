public import Learning
internal import LinearAlgebra
internal import TextFeatures

/// Chooses the parameters of a ``LexicalRecipe`` on judged queries by coordinate search over small grids.
///
/// Each parameter in turn takes the value that is best with the others held, for ``rounds`` rounds or until
/// nothing changes. First the product's own text is scored alone, then, where ``triesClicks`` says so, together
/// with the queries that led to it. Tune on training queries, confirm on others.
///
///     let (recipe, trials) = try LexicalTuning().tune(LexicalRecipe(), data, on: trainingQueries)
public struct LexicalTuning: Codable, Sendable, Equatable {
  /// Saturations that are tried.
  public var k1 = [0.1, 0.2, 0.3, 0.4, 0.6, 0.9, 1.2, 2]

  /// Length normalisations that are tried.
  public var b = [0.25, 0.5, 0.75, 0.9, 1]

  /// Weights of the clicked queries that are tried, beside the text's weight.
  public var clickWeights = [0, 0.1, 0.2, 0.3, 0.5, 1, 2]

  /// Weights that are tried for each field but the title, whose weight is the unit.
  public var fieldWeights = [0, 0.1, 0.2, 0.3, 0.5, 1]

  /// Whether leaving out stop words and stems is tried too; the catalogue is then read once for each.
  public var triesAnalyzers = true

  /// Whether the clicked queries' parameters are tried too. Only where no pair comes from a judged query or from
  /// its judgments: such pairs would speak for themselves.
  public var triesClicks = false

  /// How often each parameter has its turn.
  public var rounds = 2

  /// A parameter must gain more than this in nDCG to be changed, so that noise does not choose.
  public var leastGain = 0.0005

  /// Creates the default search.
  public init() {}

  /// One setting that was tried.
  public struct Trial: Codable, Sendable, Equatable {
    /// What was changed: "k1 = 0.3".
    public let change: String

    /// What it reached.
    public let ndcg: Double

    /// Whether it was kept.
    public let isKept: Bool
  }

  /// The best recipe found and everything that was tried.
  ///
  /// - Throws: ``InvalidInput``; `CancellationError`.
  /// - Complexity: about 40 indexings and evaluations
  public func tune(
    _ recipe: LexicalRecipe, _ data: ProductSearchData, on task: RankingTask,
    execution: Execution = Execution()
  ) throws -> (recipe: LexicalRecipe, trials: [Trial]) {
    var problems = Violations(recipe.violations)
    problems.append(contentsOf: data.violations)
    try problems.throwIfAny()
    let (texts, textTrials) = try tuneText(
      CoordinateSearch(
        recipe: recipe, data: ProductSearchData(products: data.products), scope: .text, task: task,
        execution: execution, leastGain: leastGain))
    guard triesClicks, !data.pairs.isEmpty else { return (texts, textTrials) }
    let (tuned, clickTrials) = try tuneClicks(
      CoordinateSearch(
        recipe: texts, data: data, scope: .textAndClicks, task: task, execution: execution,
        leastGain: leastGain))
    return (tuned, textTrials + clickTrials)
  }

  private func tuneText(_ search: consuming CoordinateSearch) throws -> (LexicalRecipe, [Trial]) {
    try search.start("text as given")
    if triesAnalyzers {
      try search.turn("stop words", [("none", .none), ("english", .english)]) { $0.analyzer.stopWords = $1 }
      try search.turn("stemming", [("none", nil)]) { $0.analyzer.stemming = $1 }
    }
    let used = TextField.allCases.filter { field in
      field != .title && search.has(field)
    }
    for _ in 0..<rounds {
      let before = search.recipe
      try search.turn("k1", named(k1)) { $0.text.k1 = $1 }
      try search.turn("b", named(b)) { $0.text.b = $1 }
      for field in used {
        try search.turn(field.rawValue, named(fieldWeights)) { $0.fieldWeights[field] = $1 }
      }
      if search.recipe == before { break }
    }
    return (search.recipe, search.trials)
  }

  private func tuneClicks(_ search: consuming CoordinateSearch) throws -> (LexicalRecipe, [Trial]) {
    try search.start("text and clicks as given")
    for _ in 0..<rounds {
      let before = search.recipe
      try search.turn("click weight", named(clickWeights)) { $0.clicks.weight = $1 }
      try search.turn("click k1", named(k1)) { $0.clicks.k1 = $1 }
      try search.turn("click b", named(b)) { $0.clicks.b = $1 }
      if search.recipe == before { break }
    }
    return (search.recipe, search.trials)
  }
}

private func named(_ values: [Double]) -> [(name: String, value: Double)] { values.map { ("\($0)", $0) } }

/// The state of a search along one parameter after the other.
private struct CoordinateSearch {
  var recipe: LexicalRecipe
  let data: ProductSearchData
  let scope: LexicalIndex.Scope
  let task: RankingTask
  let execution: Execution
  let leastGain: Double
  var trials: [LexicalTuning.Trial] = []
  private var best = 0.0
  private var words: LexicalWords?

  init(
    recipe: LexicalRecipe, data: ProductSearchData, scope: LexicalIndex.Scope, task: RankingTask,
    execution: Execution, leastGain: Double
  ) {
    self.recipe = recipe
    self.data = data
    self.scope = scope
    self.task = task
    self.execution = execution
    self.leastGain = leastGain
  }

  /// Whether any product has a field.
  func has(_ field: TextField) -> Bool { data.products.contains { !$0[field].isEmpty } }

  mutating func start(_ name: String) throws {
    best = try measure(recipe)
    trials.append(LexicalTuning.Trial(change: name, ndcg: best, isKept: true))
  }

  /// Tries the values of one parameter and keeps the best where it gains enough.
  mutating func turn<Value>(
    _ name: String, _ values: [(name: String, value: Value)], _ set: (inout LexicalRecipe, Value) -> Void
  ) throws {
    let start = recipe
    var kept: Int?
    var level = best + leastGain
    for (label, value) in values {
      var changed = start
      set(&changed, value)
      if changed == start { continue }
      let ndcg = try measure(changed)
      let isBetter = ndcg > level
      trials.append(LexicalTuning.Trial(change: "\(name) = \(label)", ndcg: ndcg, isKept: false))
      if isBetter {
        (level, best, recipe) = (ndcg, ndcg, changed)
        kept = trials.count - 1
      }
      execution.progress.report(
        ProgressEvent(
          stage: "tuning words", completed: trials.count, total: nil, figure: (name: "nDCG", value: best)))
    }
    if let kept {
      trials[kept] = LexicalTuning.Trial(change: trials[kept].change, ndcg: trials[kept].ndcg, isKept: true)
    }
  }

  private mutating func measure(_ candidate: LexicalRecipe) throws -> Double {
    try execution.cancellation.check()
    let known = words?.analyzer == candidate.analyzer ? words : nil
    let words = try known ?? LexicalWords(data, analyzer: candidate.analyzer, on: execution)
    self.words = words
    let index = try candidate.index(words).scoped(to: scope)
    return try task.evaluate(index, ids: data.products.map(\.id), on: execution).mean.ndcg
  }
}
