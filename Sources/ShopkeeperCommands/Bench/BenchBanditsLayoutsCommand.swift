internal import Bandits
internal import Learning
internal import Probability

/// `shopkeeper bench bandits-layouts`
struct BenchBanditsLayoutsCommand: Command {
  static let name = "bandits-layouts"
  static let summary = "Measure the regret of layout policies on environments whose truth is known."
  static let details = [
    "Cumulative regret of 50,000 steps in batches of 1,000, over generated environments of three kinds (conv48_weak,"
      + " conv48_strong, hill512), the same luck for all policies; or over the files <kind>_<seed>.json of --data.",
    "KIND_POLICY_regret, _se, _median, _early (first ten batches), _tail (a step in the last tenth); KIND_auto_minus_best and its"
      + " 95 % t interval (_lo, _hi) against the best of mvt1, d_mabs and mvt2_em on the same seeds; KIND_auto_minus_POLICY"
      + " _lo and _hi; KIND_oracle_min_regret, the mean of the least of the three in each environment.",
  ]
  static let examples = [
    "shopkeeper bench bandits-layouts --quick --json",
    "shopkeeper bench bandits-layouts --data layout-environments",
  ]

  @Option("data", .folder(), "A folder of environments instead of generated ones.") var data: String?
  @Option("seeds", .text("FIRST:END"), "The seeds of generated environments.") var seeds = "200:300"
  @Option("quick", .switch, "30 seeds instead of 100.") var quick = false
  @Option("kinds", .text("NAMES"), "Which kinds, with commas.") var kinds =
    "conv48-weak,conv48-strong,hill512"
  @Option("policies", .text("NAMES"), "Which policies, with commas; all when not given.") var policies:
    String?
  @Option("steps", .integer(1000...10_000_000), "Steps of a run.") var steps = 50_000
  @Option("batch", .integer(1...1_000_000), "Steps of a batch.") var batch = 1000
  @Option(.json) var json: Bool
  let work = WorkOptions()

  /// The policies by the names of their figures, the recipes of the reference without a floor.
  static let all: [(name: String, recipe: LayoutRecipe)] = [
    ("random", LayoutRecipe(.random)), ("nd_mab", LayoutRecipe(.perLayout)),
    ("d_mabs", LayoutRecipe(.perWidget)),
    ("mvt1", LayoutRecipe(.mainEffectsFilter)), ("mvt1_em", LayoutRecipe(.mainEffects)),
    ("mvt2", LayoutRecipe(.interactionsFilter)), ("mvt2_moment", LayoutRecipe(.interactionsMoments)),
    ("mvt2_em", LayoutRecipe(.interactions)),
    ("mvt2_em_half", LayoutRecipe(.interactions, exploration: .thompson(scale: 0.5))),
    ("evidence_average", LayoutRecipe(.evidenceAverage)), ("auto", LayoutRecipe()),
  ]

  /// The single policies that the automatic one is compared with.
  static let singles = ["mvt1", "d_mabs", "mvt2_em"]

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let start = Stopwatch.processSeconds
    let chosen = try LayoutStudy.policies(named: policies)
    let study = LayoutStudy(steps: steps, batch: batch)
    var figures = BenchFigures("bandits-layouts")
    let all = try LayoutStudy.environments(
      folder: data, kinds: kinds, seeds: seeds, atMost: quick ? 30 : .max)
    for (kind, environments) in all {
      let results = try study.run(chosen, on: environments, kind: kind, execution)
      report(kind.replacing("-", with: "_"), chosen.map(\.name), results, &figures)
    }
    figures["sec"] = Stopwatch.processSeconds - start
    try figures.print(json: json, on: console)
  }

  private func report(
    _ kind: String, _ names: [String], _ results: [[LayoutSimulation.Result]], _ figures: inout BenchFigures
  ) {
    for (name, runs) in zip(names, results) {
      let totals = runs.map(\.total)
      figures["\(kind)_\(name)_regret"] = totals.mean
      figures["\(kind)_\(name)_se"] = totals.standardError
      figures["\(kind)_\(name)_median"] = totals.percentile(0.5)
      figures["\(kind)_\(name)_early"] = runs.map(\.early).mean
      figures["\(kind)_\(name)_tail"] = runs.map { $0.tail(batch: batch) }.mean
      if name == "auto" { figures["\(kind)_auto_floor_cost"] = runs.map(\.floorCost).mean }
    }
    figures["\(kind)_seeds"] = results.first.map { Double($0.count) }
    func totals(_ name: String) -> [Double]? {
      names.firstIndex(of: name).map { results[$0].map(\.total) }
    }
    func compare(_ first: [Double], _ second: [Double], _ key: String) {
      let differences = zip(first, second).map { $0 - $1 }
      let half =
        StudentT(degreesOfFreedom: Double(max(1, differences.count - 1))).quantile(0.975)
        * differences.standardError
      figures["\(key)_lo"] = differences.mean - half
      figures["\(key)_hi"] = differences.mean + half
    }
    let singles = Self.singles.compactMap { name in totals(name).map { (name, $0) } }
    if let auto = totals("auto") {
      for (name, other) in names.compactMap({ name in totals(name).map { (name, $0) } }) where name != "auto"
      {
        compare(auto, other, "\(kind)_auto_minus_\(name)")
      }
      if singles.count == Self.singles.count, let best = singles.min(by: { $0.1.mean < $1.1.mean }) {
        figures["\(kind)_best_single_regret"] = best.1.mean
        figures["\(kind)_best_single_name_index"] = Self.singles.firstIndex(of: best.0).map { Double($0) }
        figures["\(kind)_auto_minus_best"] = auto.mean - best.1.mean
        compare(auto, best.1, "\(kind)_auto_minus_best")
        let order = zip(auto, best.1).map { $0 - $1 }.sorted { abs($0) < abs($1) }
        figures["\(kind)_auto_minus_best_trimmed"] = Array(order.prefix(max(1, order.count * 95 / 100))).mean
      }
    }
    if let learned = totals("mvt2_em"), let wide = totals("mvt2") {
      compare(learned, wide, "\(kind)_mvt2_em_minus_mvt2")
    }
    if singles.count == Self.singles.count {
      figures["\(kind)_oracle_min_regret"] =
        singles[0].1.indices.map { run in singles.map { $0.1[run] }.min()! }.mean
    }
  }
}

extension [Double] {
  /// Standard error of the mean; 0 of fewer than two.
  var standardError: Double {
    guard count > 1 else { return 0 }
    let mean = mean
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1) / Double(count)).squareRoot()
  }
}
