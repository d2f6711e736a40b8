internal import FoundationEssentials
internal import Learning
internal import PolicyEvaluation
internal import Probability
internal import StoreData

/// `shopkeeper bench bandits-ope`
struct BenchBanditsOffPolicyCommand: Command {
  static let name = "bandits-ope"
  static let summary =
    "Measure off-policy evaluation: estimates on public logs, coverage of intervals, speed."
  static let details = [
    "With the Open Bandit sample (--data DIR): every estimator in both directions and three campaigns, cells by slot,"
      + " smoothing 200, 1,000 resamples, e.g. all_to_bts_dr, with _ess, _max_weight, _mean_weight, _unsupported,"
      + " _status (0 trusted, 1 caution, 2 refused), _dr_lo, _dr_hi.",
    "Without data: coverage of 95 % intervals in 200 logs of 2,000 decisions whose truth is known (coverage_dr_bootstrap,"
      + " coverage_dr_linear, coverage_bernstein, width_dr, first_dr, refused_share), and seconds for a million decisions"
      + " among 50 actions: million_rows_sec with 1,000 resamples, million_rows_plain_sec without, million_rows_mb.",
  ]
  static let examples = ["shopkeeper bench bandits-ope --data ../shared/data/open-bandit --json"]

  @Option("data", .folder(), "The folder of the Open Bandit sample.") var data: String?
  @Option("replications", .integer(2...10_000), "How many synthetic logs are judged.") var replications = 200
  @Option("rows", .integer(1000...10_000_000), "Decisions of the log that is timed.") var rows = 1_000_000
  @Option(.json) var json: Bool
  @Option(.quiet) var quiet: Bool

  func run(_ console: Console) throws {
    let work = WorkOptions()
    (work.threads, work.quiet) = (1, quiet)
    let execution = console.execution(work)
    var figures = BenchFigures("bandits-ope")
    if let folder = data ?? Self.sharedData(console) {
      for campaign in ["all", "men", "women"] {
        try measure(campaign, in: folder, &figures, console, execution)
      }
    } else {
      console.note("no Open Bandit sample: its figures are left out; name its folder with --data")
    }
    try measureCoverage(&figures, execution)
    try measureSpeed(&figures, execution)
    try figures.print(json: json, on: console)
  }

  /// The sample where the environment says that data lie.
  private static func sharedData(_ console: Console) -> String? {
    let root = console.environment["SHOPKEEPER_DATA"] ?? "../shared/data"
    let path = root + "/open-bandit"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  private func measure(
    _ campaign: String, in folder: String, _ figures: inout BenchFigures, _ console: Console,
    _ execution: Execution
  ) throws {
    let reading = DecisionReadingOptions()
    func log(_ policy: String) throws -> DecisionLog {
      try reading.read("\(folder)/\(policy)_\(campaign).csv.gz", .openBandit, console, on: execution).0
    }
    let (uniform, learned) = (try log("random"), try log("bts"))
    var recipe = OffPolicyEvaluation()
    recipe.smoothing = 200
    for (direction, log, policy) in [
      ("to_bts", uniform, try FrequencyPolicy(learned) as any EvaluablePolicy),
      ("to_uniform", learned, UniformPolicy()),
    ] {
      let report = try recipe.evaluate(policy, on: log, execution: execution)
      let key = "\(campaign)_\(direction)"
      for estimate in report.estimates { figures["\(key)_\(estimate.estimator.name)"] = estimate.value }
      figures["\(key)_dr_lo"] = report["dr"]?.interval?.low
      figures["\(key)_dr_hi"] = report["dr"]?.interval?.high
      figures["\(key)_ess"] = report.diagnostics.effectiveSampleSize
      figures["\(key)_max_weight"] = report.diagnostics.maximumWeight
      figures["\(key)_mean_weight"] = report.diagnostics.meanWeight
      figures["\(key)_unsupported"] = report.diagnostics.unsupported
      figures["\(key)_status"] = report.status == .trusted ? 0 : report.status == .caution ? 1 : 2
      let replay = try ReplayEvaluation(log, policy, greedy: true, recipe: recipe)
      figures["\(key)_replay_rows"] = Double(replay.matched)
      figures["\(key)_replay"] = replay.matchedValue
    }
  }

  private func measureCoverage(_ figures: inout BenchFigures, _ execution: Execution) throws {
    let world = CoverageWorld()
    var (covered, widths, refused): ([String: Int], [Double], Int) = ([:], [], 0)
    for seed in 0..<UInt64(replications) {
      execution.progress.report(
        ProgressEvent(stage: "coverage", completed: Int(seed), total: replications))
      let log = world.log(seed: seed, rows: 2000)
      for kind in EvaluationInterval.allCases {
        var recipe = OffPolicyEvaluation()
        (recipe.interval, recipe.draws, recipe.cellFeatures) = (kind, 300, ["context"])
        let report = try recipe.evaluate(world.target, on: log, execution: execution)
        for estimate in report.estimates {
          guard let interval = estimate.interval else { continue }
          let name =
            kind == .bernstein ? "coverage_bernstein" : "coverage_\(estimate.estimator.name)_\(kind.rawValue)"
          covered[name, default: 0] += interval.low <= world.truth && world.truth <= interval.high ? 1 : 0
          if kind == .bootstrap, estimate.estimator == .doublyRobust {
            widths.append(interval.high - interval.low)
          }
        }
        if kind == .linear {
          refused += report.status == .refused ? 1 : 0
          if seed == 0 { figures["first_dr"] = report["dr"]?.value }
        }
      }
    }
    for (name, count) in covered.sorted(by: { $0.key < $1.key }) {
      figures[name] = Double(count) / Double(replications)
    }
    figures["width_dr"] = widths.mean
    figures["refused_share"] = Double(refused) / Double(replications)
  }

  private func measureSpeed(_ figures: inout BenchFigures, _ execution: Execution) throws {
    let world = CoverageWorld(contexts: 20, actions: 50)
    Stopwatch.resetPeakMemory()
    let log = world.log(seed: 0, rows: rows)
    var recipe = OffPolicyEvaluation()
    recipe.cellFeatures = ["context"]
    recipe.interval = .linear
    let plain = try Stopwatch.processSeconds {
      try recipe.evaluate(world.target, on: log, execution: execution)
    }
    figures["million_rows_plain_sec"] = plain.1 * 1e6 / Double(rows)
    recipe.interval = .bootstrap
    execution.progress.report(ProgressEvent(stage: "resampling", completed: 0, total: nil))
    let full = try Stopwatch.processSeconds {
      try recipe.evaluate(world.target, on: log, execution: execution)
    }
    figures["million_rows_sec"] = full.1 * 1e6 / Double(rows)
    figures["million_rows_mb"] = Stopwatch.peakMemory
  }
}

/// Contexts and actions with known rewards, a policy that logs and one to judge.
///
/// q = .02 + .28 u, policies proportional to .05 + u', .05 + u'', all u from one stream; row i from the numbers 3i to 3i + 2.
struct CoverageWorld {
  let target: TabularPolicy
  let truth: Double
  private let rewards, logging: [[Double]]
  private let situations: [Situation]

  init(contexts: Int = 5, actions: Int = 6) {
    let numbers = CounterStream("COVQ", seed: 1)
    func block(_ number: Int) -> [[Double]] {
      (0..<contexts).map { context in
        (0..<actions).map { numbers.uniform(UInt64((number * contexts + context) * actions + $0)) }
      }
    }
    func policy(_ number: Int) -> [[Double]] {
      block(number).map { row in
        let sum = row.reduce(0) { $0 + 0.05 + $1 }
        return row.map { (0.05 + $0) / sum }
      }
    }
    rewards = block(0).map { $0.map { 0.02 + 0.28 * $0 } }
    logging = policy(1)
    let table = policy(2)
    target = TabularPolicy(table: table)
    truth =
      zip(table, rewards).reduce(0) { $0 + zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 } } / Double(contexts)
    let choices = (0..<actions).map { Action("\($0)") }
    situations = (0..<contexts).map {
      Situation(context: [Feature("context", .number(Double($0)))], actions: choices)
    }
  }

  func log(seed: UInt64, rows: Int) -> DecisionLog {
    let stream = CounterStream("COVL", seed: seed)
    var log = DecisionLog()
    for row in 0..<UInt64(rows) {
      let context = Int(stream.uniform(3 * row) * Double(situations.count))
      var (action, sum) = (0, logging[context][0])
      while action < logging[context].count - 1, stream.uniform(3 * row + 1) >= sum {
        action += 1
        sum += logging[context][action]
      }
      log.append(
        LoggedDecision(
          situation: situations[context], chosen: action, propensity: logging[context][action],
          reward: stream.uniform(3 * row + 2) < rewards[context][action] ? 1 : 0))
    }
    return log
  }

  /// A policy given by its table.
  struct TabularPolicy: EvaluablePolicy {
    let table: [[Double]]

    func probabilities(in situation: Situation) -> [Double] {
      guard case .number(let context)? = situation.context.first?.value else { return [] }
      return table[Int(context)]
    }
  }
}
