internal import Learning
public import Probability

/// Chooses layouts for visitors and learns which ones convert.
///
///     var policy = try LayoutPolicy(space, recipe: LayoutRecipe(), seed: 1)
///     if case .layout(let decision) = policy.decide(context: [], sequence: 0, time: 0) { show(decision.layout) }
///     policy.take(.reward(LayoutReward(decision: "d0", time: 5)))
///     policy.take(.refresh(time: 10))
///
/// Regression on contents, pairs of contents, context and contents with context by Laplace's approximation; the spread of each of
/// these groups is learned from the data. The policy is a table of probabilities, computed from posterior draws when the model
/// changes, and a decision is a draw from it: its propensity is exact. The same events in the same order give the same policy,
/// bit for bit.
public struct LayoutPolicy: Sendable {
  /// What can be shown.
  public let space: LayoutSpace

  /// How it is learned; ``LayoutModel/mainEffects`` leaves pairs out, all other models have them.
  public let recipe: LayoutRecipe

  /// Seed of draws and decisions.
  public let seed: UInt64

  /// How often the model was refreshed.
  public private(set) var version = 0

  /// What is believed of the weights.
  public private(set) var posterior: GaussianPosterior

  /// What is believed of each group's weights, see ``LayoutSpace/groupNames``.
  public private(set) var priors: [GroupPrior]

  /// Kind of the rewards that are learned from.
  public let rewardKind: String

  /// Decisions and conversions so far.
  public private(set) var totals = (decisions: 0, conversions: 0)

  let hasPairs: Bool
  private let groups: [Int]
  private var schedule = RelearningSchedule()
  private var cells: [Cell: Tally] = [:]
  private var cellOf: [String: Cell] = [:]
  private var rewarded: Set<RewardName> = []
  private var parked: [String: [LayoutReward]] = [:]
  private var tables: [[Int]: LayoutTableOfChoices] = [:]

  /// A layout in a context.
  struct Cell: Hashable, Comparable {
    let layout, context: [Int]

    static func < (left: Self, right: Self) -> Bool {
      left.layout == right.layout
        ? left.context.lexicographicallyPrecedes(right.context)
        : left.layout.lexicographicallyPrecedes(right.layout)
    }
  }

  struct Tally {
    var shows = 0.0
    var conversions = 0.0
  }

  private struct RewardName: Hashable { let decision, kind: String }

  /// A policy that has seen nothing.
  ///
  /// - Throws: ``InvalidInput`` when the recipe is out of range, or the space has more than 4,000 features.
  public init(
    _ space: LayoutSpace, recipe: LayoutRecipe = LayoutRecipe(), seed: UInt64 = 0,
    rewardKind: String = "conversion"
  ) throws {
    hasPairs = recipe.model != .mainEffects
    var problems = Violations(recipe.violations)
    problems.require(
      space.featureCount <= 4000, "widgets", given: "\(space.featureCount) contents and pairs",
      expected: "at most 4000")
    problems.require(
      [.automatic, .interactions, .mainEffects].contains(recipe.model), "model", given: recipe.model.rawValue,
      expected: "automatic, interactions or mainEffects; the others are for simulations")
    try problems.throwIfAny()
    self.space = space
    self.recipe = recipe
    self.seed = seed
    self.rewardKind = rewardKind
    groups = space.groups
    priors = [GroupPrior()] + [GroupPrior](repeating: LaplaceLayoutLearner.start, count: 4)
    let prior = NormalPrior(groups: groups, priors: priors)
    posterior = LaplaceFit(ConversionCounts(rows: []), .probit).posterior(prior, from: prior.mean)
  }

  /// Takes an event of the log into account.
  ///
  /// - Returns: for a reward what became of it.
  /// - Complexity: O(1); a refresh O(rows · features of a row² + features³), several times that when priors are learned anew
  @discardableResult
  public mutating func take(_ event: LayoutEvent) -> RewardReceipt? {
    switch event {
    case .decision(let decision):
      record(decision)
      return nil
    case .reward(let reward): return take(reward)
    case .refresh:
      refresh()
      return nil
    }
  }

  private mutating func record(_ decision: LayoutDecision) {
    let cell = Cell(layout: decision.layout, context: decision.context)
    cells[cell, default: Tally()].shows += 1
    totals.decisions += 1
    cellOf[decision.id] = cell
    for reward in parked.removeValue(forKey: decision.id) ?? [] { take(reward) }
  }

  @discardableResult
  private mutating func take(_ reward: LayoutReward) -> RewardReceipt {
    guard let cell = cellOf[reward.decision] else {
      guard parked[reward.decision]?.contains(where: { $0.kind == reward.kind }) != true else {
        return .duplicate
      }
      parked[reward.decision, default: []].append(reward)
      return .parked
    }
    guard rewarded.insert(RewardName(decision: reward.decision, kind: reward.kind)).inserted else {
      return .duplicate
    }
    guard reward.kind == rewardKind else { return .recorded }
    if reward.value > 0 {
      cells[cell, default: Tally()].conversions += 1
      totals.conversions += 1
    }
    return .applied
  }

  /// Counts in the order of layouts and contexts, whatever the order of arrival.
  var counts: (cells: [Cell], counts: ConversionCounts) {
    let order = cells.sorted { $0.key < $1.key }
    var counts = ConversionCounts(
      rows: order.map { space.features(of: $0.key.layout, context: $0.key.context, pairs: hasPairs) })
    counts.shows = order.map(\.value.shows)
    counts.conversions = order.map(\.value.conversions)
    return (order.map(\.key), counts)
  }

  private mutating func refresh() {
    version += 1
    tables = [:]
    let fit = LaplaceFit(counts.counts, .probit)
    if schedule.isDue(size: Double(totals.decisions), batches: version),
      let learned = try? MetaPrior.evidence(
        fit, groups: groups, start: priors, rounds: 25, execution: Execution(threads: 1))
    {
      priors = learned.priors
    }
    let found = fit.posterior(NormalPrior(groups: groups, priors: priors), from: posterior.mean)
    // A mode that was not found leaves the previous posterior serving.
    if found.isConverged { posterior = found }
  }

  /// What a visitor gets to see.
  public enum Answer: Sendable, Equatable {
    /// A layout; it counts when its event is taken.
    case layout(LayoutDecision)
    /// No layout is allowed in this context; these constraints contradict each other.
    case infeasible(conflict: [String])
  }

  /// Chooses a layout; the same number, context and model always give the same one.
  ///
  /// - Precondition: a value in range for each context feature.
  /// - Complexity: O(1) once the context's table is there; O(draws · (features² + layouts)) for a new one
  public mutating func decide(context: [Int], sequence: UInt64, time: Int64) -> Answer {
    guard let table = table(context) else {
      if case .infeasible(let conflict) = space.feasibility(context: context) {
        return .infeasible(conflict: conflict)
      }
      return .infeasible(conflict: [])
    }
    let choice = table.choices.choice(CounterStream("LAYD", seed: seed), sequence: sequence)
    return .layout(
      LayoutDecision(
        sequence: sequence, time: time, layout: table.layouts[choice], context: context,
        propensity: table.choices.probabilities[choice], isExplored: choice != table.best, version: version))
  }

  /// The probabilities in a context; nil where no layout is allowed.
  mutating func table(_ context: [Int]) -> LayoutTableOfChoices? {
    if let table = tables[context] { return table }
    let table = LayoutTableOfChoices(self, context)
    // Contexts come from outside: their number is bounded.
    if tables.count >= 4096 { tables = [:] }
    tables[context] = table
    return table
  }

  /// A layout that wins under one draw from the posterior, spread as the recipe says: for a context that is asked for too rarely to
  /// deserve a table; its propensity is not known. Nil where no layout is allowed.
  ///
  /// - Complexity: O(features² + layouts)
  public mutating func drawnLayout(context: [Int], using generator: inout SeededGenerator) -> [Int]? {
    guard let table = table(context), let scanner = table.scanner else { return nil }
    let normals = posterior.mean.indices.map { _ in generator.normal() }
    var weights = posterior.draw(normals, scale: recipe.drawScale)
    for fold in scanner.folds { weights[fold.x] += weights[fold.y] }
    return table.layouts[weights.withUnsafeBufferPointer { scanner.best($0).layout }]
  }

  /// The layouts that are shown most in a context, with their probabilities; none where none is allowed.
  public mutating func likeliest(_ limit: Int, context: [Int]) -> [(layout: [Int], propensity: Double)] {
    guard let table = table(context) else { return [] }
    let order = table.layouts.indices.sorted {
      let (left, right) = (table.choices.probabilities[$0], table.choices.probabilities[$1])
      return left == right ? $0 < $1 : left > right
    }
    return order.prefix(limit).map { (table.layouts[$0], table.choices.probabilities[$0]) }
  }

  /// The number of each value of a context; a feature that is not given, or has another value, is refused.
  ///
  /// - Throws: ``InvalidInput`` naming every feature that is wrong.
  public func contextNumbers(_ values: [String: String]) throws -> [Int] {
    var problems = Violations()
    var numbers: [Int] = []
    for feature in space.context {
      let place = values[feature.name].flatMap { feature.values.firstIndex(of: $0) }
      problems.require(
        place != nil, "context \(feature.name)", given: values[feature.name] ?? "nothing",
        expected: "one of \(feature.values.joined(separator: ", "))")
      numbers.append(place ?? 0)
    }
    for name in values.keys.sorted() where !space.context.contains(where: { $0.name == name }) {
      problems.require(false, "context \(name)", given: "a name", expected: "a context feature of the page")
    }
    try problems.throwIfAny()
    return numbers
  }

  /// What is expected of a layout.
  ///
  /// - Throws: ``InvalidInput`` when it does not fit the page.
  public func predict(layout: [Int], context: [Int]) throws -> Prediction {
    try posterior.predict(space.features(of: layout, context: context, pairs: hasPairs))
  }
}

/// The layouts that can be shown in a context and how likely each is.
struct LayoutTableOfChoices: Sendable {
  let layouts: [[Int]]
  let choices: ChoiceTable
  /// The layout with the highest expected score.
  let best: Int
  /// Scans the layouts; nil where they were found by ascent.
  let scanner: LayoutScanner?

  init?(_ policy: LayoutPolicy, _ context: [Int]) {
    let space = policy.space
    var generator = SeededGenerator(
      seed: policy.seed ^ 0x4C41_594F,
      stream: UInt64(policy.version) << 20 | Self.place(of: context, in: space))
    let exploration = policy.recipe.usedExploration
    guard let listed = space.listed else {
      guard let found = Self.climbed(policy, context, &generator) else { return nil }
      self = found
      return
    }
    layouts = (0..<listed.count).map { listed[$0] }.filter { space.isAllowed($0, context: context) }
    guard !layouts.isEmpty else { return nil }
    let scanner = LayoutScanner(space, layouts: layouts, context: context, pairs: policy.hasPairs)
    self.scanner = scanner
    let believed = ScannedPosterior(scanner: scanner, posterior: policy.posterior)
    let preferences = exploration.preferences(policy.recipe.draws, believed, using: &generator)
    choices = ChoiceTable(preferences: preferences, floor: policy.recipe.floor(choices: layouts.count))
    best = Exploration.best(believed.meanScores).firstIndex(of: 1) ?? 0
  }

  private init(layouts: [[Int]], choices: ChoiceTable, best: Int) {
    (self.layouts, self.choices, self.best, scanner) = (layouts, choices, best, nil)
  }

  /// Layouts too many to list: those that ascent finds under 128 draws, each as likely as it was found.
  private static func climbed(
    _ policy: LayoutPolicy, _ context: [Int], _ generator: inout SeededGenerator
  ) -> Self? {
    let (space, posterior) = (policy.space, policy.posterior)
    let scale = policy.recipe.drawScale
    guard let best = space.ascend(posterior.mean, context: context, using: &generator) else { return nil }
    var wins = [best.layout: 0.0]
    for _ in 0..<128 {
      let normals = posterior.mean.indices.map { _ in generator.normal() }
      let weights = posterior.draw(normals, scale: scale)
      guard
        let won = space.ascend(weights, context: context, from: best.layout, restarts: 3, using: &generator)
      else { continue }
      wins[won.layout, default: 0] += 1
    }
    let order = wins.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    return Self(
      layouts: order.map(\.key), choices: ChoiceTable(preferences: order.map { max($0.value, 1e-9) }),
      best: order.firstIndex { $0.key == best.layout } ?? 0)
  }

  private static func place(of context: [Int], in space: LayoutSpace) -> UInt64 {
    zip(context, space.context).reduce(0) { ($0 &* UInt64($1.1.values.count) &+ UInt64($1.0)) & 0xF_FFFF }
  }
}

/// A posterior that says which of some layouts win; it does not learn.
private struct ScannedPosterior: LayoutLearner {
  let scanner: LayoutScanner
  let posterior: GaussianPosterior

  mutating func learn(_ history: LayoutHistory) {}

  func wins(_ draws: Int, scale: Double, using generator: inout SeededGenerator) -> [Double] {
    scanner.wins(draws, posterior, scale: scale, using: &generator)
  }

  var meanScores: [Double] {
    var weights = posterior.mean
    for fold in scanner.folds { weights[fold.x] += weights[fold.y] }
    return scanner.scores(weights)
  }

  var scoreDeviations: [Double] { scanner.deviations(posterior) }
}
