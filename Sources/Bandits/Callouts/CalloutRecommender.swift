internal import Learning
internal import Probability

/// Chooses callouts, an item in a format, for visitors, and learns which ones convert while items come and go.
///
///     var callouts = try CalloutRecommender(space, recipe: CalloutRecipe(), seed: 1)
///     let item = try callouts.add(CalloutItem(attributes: [2, 5], kind: 0))
///     if let decision = try callouts.decide(visitor, sequence: 0) { callouts.show(decision, to: visitor, at: 0) }
///     callouts.convert(impression: 0, after: 12)
///     callouts.refresh(at: 200)
///
/// A diagonal probit filter on the features of ``CalloutSpace`` with a learned spread for each group, read anew when the spreads
/// are; late conversions, forgetting and a test for changes as the recipe says. The same calls give the same decisions, bit for
/// bit.
public struct CalloutRecommender: Sendable {
  /// What can be shown.
  public let space: CalloutSpace

  /// How it is learned.
  public let recipe: CalloutRecipe

  /// Items by number, retired ones too.
  public private(set) var items: [CalloutItem] = []

  /// What is believed of each group's weights, see ``CalloutSpace/groupNames``.
  public private(set) var priors: [GroupPrior]

  /// How fast conversions come, by kind.
  public private(set) var arrivals: ArrivalCurve

  /// Impressions of each item.
  public private(set) var impressions: [Int] = []

  private let seed: UInt64
  private var retired: Set<Int> = []
  private var log: CalloutLog
  private var filters: ForgettingFilters
  /// What decides: the filter after everything that is known, impressions that may still convert included.
  private var serving: ProbitFilter
  private var schedule = RelearningSchedule()
  private var draws: CalloutDraws?
  private var believed: CalloutDraws?

  /// A recommender that has seen nothing.
  ///
  /// - Throws: ``InvalidInput`` when the recipe is out of range or has not a prior for each group.
  public init(_ space: CalloutSpace, recipe: CalloutRecipe = CalloutRecipe(), seed: UInt64 = 0) throws {
    var problems = Violations(recipe.violations)
    switch recipe.priors {
    case .fixed(let given):
      problems.require(
        given.count == space.groupNames.count, "priors", given: "\(given.count)",
        expected: "\(space.groupNames.count), one for each group")
      priors = given
    case .evidence, .moments:
      priors = [GroupPrior](repeating: LaplaceLayoutLearner.start, count: space.groupNames.count)
      priors[0] = GroupPrior(mean: recipe.level, variance: 1)
      priors[1] = GroupPrior(mean: 0, variance: 0.1)
    }
    try problems.throwIfAny()
    (self.space, self.recipe, self.seed) = (space, recipe, seed)
    log = CalloutLog(window: recipe.window)
    arrivals = ArrivalCurve(kinds: space.kinds)
    filters = ForgettingFilters(
      NormalPrior(groups: space.groups, priors: priors), recipe, firstItem: space.itemOrder)
    serving = filters.serving
  }

  /// Adds an item: its attributes are known already, itself is believed to be like any other.
  ///
  /// - Returns: its number.
  /// - Throws: ``InvalidInput`` when it does not fit the space.
  public mutating func add(_ item: CalloutItem) throws -> Int {
    try Violations(space.violations(item)).throwIfAny()
    items.append(item)
    impressions.append(0)
    filters.append(priors[space.itemGroup])
    serving.append(priors[space.itemGroup])
    (draws, believed) = (nil, nil)
    return items.count - 1
  }

  /// Takes an item off the page; what is known of it stays, conversions that come late count, and it may return.
  ///
  /// - Precondition: an item there is.
  public mutating func retire(_ item: Int) {
    precondition(items.indices.contains(item), "an item there is")
    retired.insert(item)
    (draws, believed) = (nil, nil)
  }

  /// Lets a retired item return.
  public mutating func restore(_ item: Int) {
    retired.remove(item)
    (draws, believed) = (nil, nil)
  }

  /// Items that may be shown.
  public var active: [Int] { items.indices.filter { !retired.contains($0) } }

  /// The rate of forgetting that serves, and when changes were found.
  public var adaptation: (forgetting: CalloutRecipe.Forgetting, changes: [Double]) {
    (filters.rate, filters.changes)
  }

  /// Chooses a callout; the same number, visitor and model always give the same one. Nil when every item is retired.
  ///
  /// - Throws: ``InvalidInput`` when the visitor does not fit the space.
  /// - Complexity: O(draws · kinds · categories) once the version's draws are there
  public mutating func decide(_ visitor: CalloutVisitor, sequence: UInt64) throws -> CalloutDecision? {
    try Violations(space.violations(visitor)).throwIfAny()
    let active = active
    guard !active.isEmpty else { return nil }
    prepare(active)
    guard let winners = draws?.winners(visitor), let formats = draws?.formatChoice(visitor),
      let best = believed?.winners(visitor).first
    else { return nil }
    let needy =
      recipe.minimumImpressions > 0 ? active.filter { impressions[$0] < recipe.minimumImpressions } : []
    let share = needy.isEmpty ? 0 : min(recipe.minimumShare, 0.2 / Double(needy.count))
    let (anyone, fresh) = (recipe.floor, share * Double(needy.count))
    let stream = CounterStream("CALD", seed: seed)
    let luck = (0..<3).map { stream.uniform(4 &* sequence &+ $0) }
    func pick(_ count: Int, _ u: Double) -> Int { min(count - 1, Int(u * Double(count))) }
    var (item, format) = winners[pick(winners.count, luck[1])]
    if luck[0] < anyone {
      (item, format) = (active[pick(active.count, luck[1])], pick(space.formatCount, luck[2]))
    } else if luck[0] < anyone + fresh {
      item = needy[pick(needy.count, luck[1])]
      format = Int(formats.format[pick(winners.count, luck[2]) * space.kinds + items[item].kind])
    }
    // The exact probability of what was chosen, however it came about.
    let wins = winners.reduce(0) { $0 + ($1 == (item, format) ? 1 : 0) }
    var propensity = (1 - anyone - fresh) * Double(wins) / Double(winners.count)
    propensity += anyone / Double(active.count * space.formatCount)
    if needy.contains(item) {
      let own = stride(from: items[item].kind, to: formats.format.count, by: space.kinds)
      let fitting = own.reduce(0) { $0 + (Int(formats.format[$1]) == format ? 1 : 0) }
      propensity += share * Double(fitting) / Double(winners.count)
    }
    return CalloutDecision(
      sequence: sequence, item: item, format: format, propensity: propensity,
      isExplored: best != (item, format),
      prediction: prediction(item, format: format, visitor))
  }

  private mutating func prepare(_ active: [Int]) {
    guard draws == nil else { return }
    var generator = SeededGenerator(seed: seed ^ 0x4341_4C4C, stream: UInt64(log.refreshes.count))
    let shown = active.map { (number: $0, item: items[$0]) }
    draws = CalloutDraws(
      space, items: shown, serving, scale: recipe.scale, count: recipe.scale == 0 ? 1 : recipe.draws,
      using: &generator)
    believed = CalloutDraws(space, items: shown, serving, scale: 0, count: 1, using: &generator)
  }

  /// What is expected of a callout.
  ///
  /// - Precondition: an item, a format and a visitor of the space.
  public func prediction(_ item: Int, format: Int, _ visitor: CalloutVisitor) -> Prediction {
    let features = features(item, format, visitor)
    let ones = [Double](repeating: 1, count: features.count)
    let score = features.withUnsafeBufferPointer { features in
      ones.withUnsafeBufferPointer { serving.score(features, $0) }
    }
    return Prediction(scoreMean: score.mean, scoreVariance: score.variance, link: .probit)
  }

  /// The best format of an item for a visitor, by posterior means.
  ///
  /// - Precondition: an item that is active, a visitor of the space.
  public mutating func bestFormat(_ item: Int, _ visitor: CalloutVisitor) -> Int {
    prepare(active)
    return Int(believed?.formatChoice(visitor).format[items[item].kind] ?? 0)
  }

  private func features(_ item: Int, _ format: Int, _ visitor: CalloutVisitor) -> [Int32] {
    var features: [Int32] = []
    space.forEachFeature(item, items[item], format: format, visitor) { features.append(Int32($0)) }
    return features
  }

  /// Notes that a callout was shown, at a time that never falls; its number is the count of impressions before.
  ///
  /// - Precondition: a decision of this recommender for this visitor.
  public mutating func show(_ decision: CalloutDecision, to visitor: CalloutVisitor, at time: Double) {
    log.append(
      features(decision.item, decision.format, visitor), kind: items[decision.item].kind, at: time)
    impressions[decision.item] += 1
  }

  /// Notes a conversion of an impression; the first one counts.
  ///
  /// - Returns: whether it is the first one.
  /// - Precondition: an impression there is.
  @discardableResult
  public mutating func convert(impression: Int, after delay: Double) -> Bool {
    log.convert(impression, after: delay)
  }

  /// Lets the model take everything that is known at a time into account.
  ///
  /// - Complexity: O(features of a callout · (new impressions + those that may still convert)); the whole log, some tens of times, when spreads
  ///   are learned anew
  public mutating func refresh(at now: Double) {
    let start = log.settled
    log.settle(at: now)
    filters.learn(log, start..<log.settled, at: now)
    if recipe.late == .estimated, log.settled < log.count { arrivals = curve(at: now) }
    if schedule.isDue(size: Double(log.count), batches: log.refreshes.count) { relearn(at: now) }
    serving = filters.serving
    learnOpen(&serving, at: now)
    (draws, believed) = (nil, nil)
  }

  /// Lets a filter that serves take impressions into account that may still convert.
  private func learnOpen(_ filter: inout ProbitFilter, at now: Double) {
    for impression in log.settled..<log.count {
      let reached =
        recipe.late == .naive
        ? 1 : arrivals.reached(Int(log.kind[impression]), now - log.time[impression])
      log.withFeatures(impression) {
        if log.isConverted(impression, by: now) {
          filter.update($0, $1, isConverted: true)
        } else {
          filter.update($0, $1, silentUntil: reached)
        }
      }
    }
  }

  /// How fast conversions come, from everything that is known at a moment.
  private func curve(at now: Double) -> ArrivalCurve {
    var counts = ArrivalCurve.Counts(kinds: space.kinds)
    var isInstant = true
    for place in 0..<log.count {
      let (kind, age) = (Int(log.kind[place]), now - log.time[place])
      if log.delay[place] <= age {
        counts.arrived[kind][ArrivalCurve.bin(log.delay[place])] += 1
        if log.delay[place] > 0 { isInstant = false }
      } else {
        counts.silent[kind][ArrivalCurve.bin(age)] += 1
      }
    }
    let hasConversion = counts.arrived.contains { $0.contains { $0 > 0 } }
    return isInstant && hasConversion ? ArrivalCurve(kinds: space.kinds) : ArrivalCurve(counts)
  }

  /// Learns the spread of each group from the log and reads the log again from the start.
  private mutating func relearn(at now: Double) {
    let groups = space.groups + items.map { _ in space.itemGroup }
    var sizes = [Double](repeating: 0, count: priors.count)
    for group in groups { sizes[group] += 1 }
    switch recipe.priors {
    case .fixed: return
    case .moments:
      var one = filters.serving
      learnOpen(&one, at: now)
      let found = MetaPrior.dividedMoments(
        mean: one.mean, variance: one.variance, prior: filters.prior, groups: groups,
        start: priors)
      for group in priors.indices.dropFirst(2) where sizes[group] > 1 {
        priors[group].variance = found.priors[group].variance
      }
      filters = replayed(groups, recipe)
    case .evidence:
      // The one that serves is enough to learn spreads from.
      var alone = recipe
      alone.forgetting = [filters.rate]
      for _ in 0..<25 {
        var one = replayed(groups, alone).serving
        learnOpen(&one, at: now)
        let (mean, variance) = (one.mean, one.variance)
        var sums = [Double](repeating: 0, count: priors.count)
        for (feature, group) in groups.enumerated() {
          sums[group] += variance[feature] + mean[feature] * mean[feature]
        }
        var change = 0.0
        for group in priors.indices.dropFirst(2) where sizes[group] > 1 {
          let found = MetaPrior.clamped(sums[group] / sizes[group])
          change = max(change, abs(found / priors[group].variance - 1))
          priors[group].variance = found
        }
        if change < 0.01 { break }
      }
      filters = replayed(groups, recipe)
    }
  }

  private func replayed(_ groups: [Int], _ recipe: CalloutRecipe) -> ForgettingFilters {
    var filters = ForgettingFilters(
      NormalPrior(groups: groups, priors: priors), recipe, firstItem: space.itemOrder)
    var start = 0
    for refresh in log.refreshes {
      filters.learn(log, start..<refresh.end, at: refresh.time)
      start = refresh.end
    }
    return filters
  }
}

/// A callout that was chosen for a visitor.
public struct CalloutDecision: Sendable, Equatable {
  /// Number of the decision; fixes its chance.
  public let sequence: UInt64

  /// Number of the item.
  public let item: Int

  /// Number of the format.
  public let format: Int

  /// Probability with which this item was chosen in this format, exactly.
  public let propensity: Double

  /// Whether another callout has the highest expected score.
  public let isExplored: Bool

  /// What is expected of it.
  public let prediction: Prediction
}
