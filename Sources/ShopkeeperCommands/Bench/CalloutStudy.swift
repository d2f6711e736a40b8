internal import Bandits
internal import Learning
internal import LinearAlgebra
internal import Probability
internal import StoreSimulator

/// Runs policies for callouts in worlds of several seeds and puts what they come to into figures.
struct CalloutStudy {
  let seeds: [UInt64]
  let execution: Execution

  typealias Result = CalloutSimulation.Result

  private func results(
    _ name: String, _ extras: CalloutWorld.Extras = [],
    _ policy: @Sendable @escaping (CalloutWorld) -> CalloutSimulation.Policy
  ) throws -> [Result] {
    execution.progress.report(ProgressEvent(stage: name, completed: 0, total: nil))
    let (seeds, execution) = (seeds, execution)
    return try concurrentMap(count: seeds.count, threads: execution.threads, scratch: {}) { _, run in
      let world = try CalloutWorld(seed: seeds[run], extras: extras)
      return try CalloutSimulation().run(policy(world), in: world, seed: seeds[run], execution: execution)
    }
  }

  /// A recipe that is told every spread.
  static func told(_ priors: [GroupPrior], scale: Double = 1) -> CalloutRecipe {
    var recipe = CalloutRecipe()
    (recipe.priors, recipe.scale) = (.fixed(priors), scale)
    return recipe
  }

  /// All weights from N(0, 1), the intercept around the level of the page.
  static func standard(_ world: CalloutWorld) -> [GroupPrior] {
    [GroupPrior(mean: -1.9)] + [GroupPrior](repeating: GroupPrior(), count: world.space.groupNames.count - 1)
  }

  /// What learned spreads start from, never learned: shows what learning adds.
  static func start(_ world: CalloutWorld) -> [GroupPrior] {
    let first = [GroupPrior(mean: -1.9), GroupPrior(variance: 0.1)]
    return first
      + [GroupPrior](repeating: GroupPrior(variance: 0.01), count: world.space.groupNames.count - 2)
  }

  /// Learned spreads, a floor, and a look for changes each day.
  static var automatic: CalloutRecipe {
    var recipe = CalloutRecipe()
    (recipe.floor, recipe.forgettingAfterChange) = (0.005, 0.5)
    return recipe
  }

  /// Ways to forget that compete.
  static let forgetting: [CalloutRecipe.Forgetting] =
    [.init(0), .init(0.0005), .init(0.002), .init(0.01), .init(0.01, ofItems: true)]

  func plain(_ figures: inout BenchFigures) throws {
    let policies: [(String, @Sendable (CalloutWorld) -> CalloutSimulation.Policy)] = [
      ("random", { _ in .random }),
      ("greedy", { .recommender(Self.told(Self.standard($0), scale: 0)) }),
      ("thompson", { .recommender(Self.told(Self.standard($0))) }),
      ("thompson_half", { .recommender(Self.told(Self.standard($0), scale: 0.5)) }),
      ("true_groups", { .recommender(Self.told($0.truePriors)) }),
      ("true_groups_half", { .recommender(Self.told($0.truePriors, scale: 0.5)) }),
      ("learned_groups", { _ in .recommender(CalloutRecipe()) }),
      ("start_groups", { .recommender(Self.told(Self.start($0))) }),
      (
        "learned_moments",
        { _ in
          var recipe = CalloutRecipe()
          recipe.priors = .moments
          return .recommender(recipe)
        }
      ),
      (
        "minimum",
        { _ in
          var recipe = CalloutRecipe()
          recipe.minimumImpressions = 100
          return .recommender(recipe)
        }
      ),
      ("auto", { _ in .recommender(Self.automatic) }),
    ]
    var totals: [String: [Double]] = [:]
    for (name, policy) in policies {
      let found = try results(name, [], policy)
      totals[name] = found.map(\.total)
      report(name, found, &figures)
      if name == "auto" { try variety(found, &figures) }
    }
    guard let wide = totals["thompson"], let known = totals["true_groups"],
      let learned = totals["learned_groups"], let minimum = totals["minimum"]
    else { return }
    figures["saving_share"] = (wide.mean - learned.mean) / (wide.mean - known.mean)
    compare(learned, wide, "learned_minus_standard", &figures)
    compare(learned, known, "learned_minus_true", &figures)
    if let start = totals["start_groups"] { compare(learned, start, "learned_minus_start", &figures) }
    compare(minimum, learned, "minimum_cost", &figures)
  }

  func drift(_ figures: inout BenchFigures) throws {
    for (world, extras) in [("steady", []), ("drift", .drift)] as [(String, CalloutWorld.Extras)] {
      var lasts: [String: [Double]] = [:]
      for (name, rates, afterChange) in [
        ("keeps", [.init(0)], nil), ("forgets", Self.forgetting, nil), ("reacts", [.init(0)], 0.5),
      ] as [(String, [CalloutRecipe.Forgetting], Double?)] {
        let found = try results("\(world)_\(name)", extras) { _ in
          var recipe = CalloutRecipe()
          (recipe.forgetting, recipe.forgettingAfterChange) = (rates, afterChange)
          return .recommender(recipe)
        }
        report("\(world)_\(name)", found, &figures)
        lasts[name] = found.map(\.last)
        figures["\(world)_\(name)_last"] = found.map(\.last).mean
        let adaptations = found.compactMap { $0.recommender?.adaptation }
        figures["\(world)_\(name)_rate"] = adaptations.map(\.forgetting.rate).mean
        figures["\(world)_\(name)_changes"] = adaptations.map { Double($0.changes.count) }.mean
        guard let keeps = lasts["keeps"], name != "keeps" else { continue }
        figures["\(world)_\(name)_last_saving"] = 1 - found.map(\.last).mean / keeps.mean
        compare(found.map(\.last), keeps, "\(world)_\(name)_last_minus_keeps", &figures)
      }
    }
  }

  func delay(_ figures: inout BenchFigures) throws {
    var totals: [String: [Double]] = [:]
    for (name, late) in [("naive", .naive), ("em", .estimated)] as [(String, CalloutRecipe.Late)] {
      let found = try results("delay_\(name)", .delays) { _ in
        var recipe = CalloutRecipe()
        (recipe.late, recipe.window) = (late, 20_000)
        return .recommender(recipe)
      }
      report("delay_\(name)", found, &figures)
      totals[name] = found.map(\.total)
      calibration("delay_\(name)_calibration_error", found.flatMap(\.predictions), &figures)
    }
    guard let naive = totals["naive"], let em = totals["em"] else { return }
    compare(em, naive, "delay_em_minus_naive", &figures)
  }

  func calibration(_ figures: inout BenchFigures) throws {
    let found = try results("calibration", .ages) { _ in .recommender(CalloutRecipe()) }
    report("ages", found, &figures)
    var (covered, buckets) = (0, 0)
    for (age, bucket) in ["b0_1", "b1_3", "b3_12", "b12_24", "b24", "none"].enumerated() {
      let own = found.flatMap { $0.predictions.filter { $0.age == age } }
      calibration("calibration_error_\(bucket)", own, &figures)
      let expected = own.reduce(0) { $0 + $1.predicted }
      guard expected > 0 else { continue }
      figures["calibration_ratio_\(bucket)"] = Double(own.filter(\.isConverted).count) / expected
      for run in found {
        let part = run.predictions.filter { $0.age == age }
        guard !part.isEmpty else { continue }
        let rate = part.reduce(0) { $0 + $1.predicted } / Double(part.count)
        let interval = Calibration.wilson(
          Double(part.filter(\.isConverted).count), of: Double(part.count))
        buckets += 1
        covered += interval.contains(rate) ? 1 : 0
      }
    }
    figures["calibration_covered"] = Double(covered) / Double(max(1, buckets))
  }

  private func calibration(
    _ key: String, _ own: [(predicted: Double, truth: Double, isConverted: Bool, age: Int)],
    _ figures: inout BenchFigures
  ) {
    figures[key] = Calibration(predicted: own.map(\.predicted), observed: own.map(\.truth), bins: 10).error
  }

  private func report(_ name: String, _ found: [Result], _ figures: inout BenchFigures) {
    let totals = found.map(\.total)
    figures["\(name)_regret"] = totals.mean
    figures["\(name)_se"] = totals.standardError
    figures["\(name)_young_share"] = found.map(\.youngShare).mean
    figures["\(name)_items_100_share"] = found.map(\.itemsShown).mean
    let waits = found.compactMap(\.newItemRequests)
    if !waits.isEmpty { figures["\(name)_new_item_requests"] = waits.mean }
    if found[0].recommender != nil { figures["\(name)_explored_share"] = found.map(\.exploredShare).mean }
  }

  private func compare(_ first: [Double], _ second: [Double], _ key: String, _ figures: inout BenchFigures) {
    let differences = zip(first, second).map { $0 - $1 }
    let half =
      StudentT(degreesOfFreedom: Double(max(1, differences.count - 1))).quantile(0.975)
      * differences.standardError
    figures[key] = differences.mean
    figures["\(key)_lo"] = differences.mean - half
    figures["\(key)_hi"] = differences.mean + half
  }

  /// Different categories in lists of five of all items, by how much variety counts.
  private func variety(_ found: [Result], _ figures: inout BenchFigures) throws {
    for strength in [0.0, 1, 4, 16] {
      var counts: [Double] = []
      for (seed, run) in zip(seeds, found) {
        guard var recommender = run.recommender else { continue }
        let world = try CalloutWorld(seed: seed)
        let categories = recommender.items.map { $0.attributes[0] }
        for request in 0..<50 {
          let visitor = world.visitor(request)
          let probabilities = recommender.items.indices.map {
            recommender.prediction($0, format: recommender.bestFormat($0, visitor), visitor).probability
          }
          var taste = CategoryPreference(
            population: [Double](repeating: 1, count: world.space.attributes[0].values), halfLife: 1)
          for favourite in visitor.favourites { for _ in 0..<3 { taste.click(favourite, at: 0) } }
          var diversifier = Diversifier()
          diversifier.strength = strength
          let list = try diversifier.list(
            probabilities: probabilities, categories: categories, preference: taste.weights, limit: 5)
          counts.append(Double(Set(list.map { categories[$0] }).count))
        }
      }
      figures[strength == 4 ? "diversity_categories_5" : "diversity_categories_5_at_\(Int(strength))"] =
        counts.mean
    }
  }
}

extension CalloutSimulation.Result {
  /// Regret of the last ten days.
  fileprivate var last: Double { regret.suffix(10).reduce(0, +) }
}
