internal import Bandits
internal import Learning
internal import LinearAlgebra
internal import Probability

/// `shopkeeper bench bandits-delay`
struct BenchBanditsDelayCommand: Command {
  static let name = "bandits-delay"
  static let summary = "Measure the regret of rules for conversions that come late."
  static let details = [
    "Ten arms, 15,000 steps, refreshed every 100, mean delays of 100 to 10,000 steps, paired over seeds: RULE_MEAN for the rules"
      + " naive, wait_1, wait_3 (one and three mean delays), exposure_known, em, em_arm, em_pseudo, em_pseudo_arm;"
      + " RULE_MEAN_minus_naive with its 95 % t interval (_lo, _hi); spread_RULE_MEAN where arms' mean delays differ."
  ]
  static let examples = ["shopkeeper bench bandits-delay --json"]

  @Option("first-seed", .integer(0...1_000_000), "The first seed.") var first = 200
  @Option("runs", .integer(2...10_000), "How many seeds.") var runs = 30
  @Option("repetitions", .integer(1...1000), "How often each seed is run with other draws.") var repetitions =
    4
  @Option("quick", .switch, "Use ten seeds.") var quick = false
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let (count, first, repetitions) = (quick ? 10 : runs, first, quick ? 1 : repetitions)
    var figures = BenchFigures("bandits-delay")
    for (mean, spread) in [(100.0, 0.0), (1000, 0), (3000, 0), (10_000, 0), (3000, 1), (10_000, 1)] {
      var simulation = DelaySimulation()
      (simulation.meanDelay, simulation.spread, simulation.repetitions) = (mean, spread, repetitions)
      let world = simulation
      let prefix = spread > 0 ? "spread_" : ""
      var naive: [Double] = []
      for (name, rule) in Self.rules(mean) {
        let regrets = try concurrentMap(count: count, threads: execution.threads, scratch: {}) { _, run in
          try execution.cancellation.check()
          let seed = UInt64(first + run)
          return world.regret(
            name == "exposure_known" ? .exposureKnown(world.meanDelays(seed: seed)) : rule, seed: seed)
        }
        let key = "\(prefix)\(name)_\(Int(mean))"
        execution.progress.report(ProgressEvent(stage: key, completed: figures.names.count, total: nil))
        figures[key] = regrets.mean
        if name == "naive" {
          naive = regrets
          continue
        }
        let differences = zip(regrets, naive).map { $0 - $1 }
        let half =
          StudentT(degreesOfFreedom: Double(count - 1)).quantile(0.975) * differences.standardError
        figures["\(key)_minus_naive"] = differences.mean
        figures["\(key)_minus_naive_lo"] = differences.mean - half
        figures["\(key)_minus_naive_hi"] = differences.mean + half
      }
    }
    figures["seeds"] = Double(count)
    try figures.print(json: json, on: console)
  }

  private static func rules(_ mean: Double) -> [(String, DelayRule)] {
    [
      ("naive", .naive), ("wait_1", .wait(mean)), ("wait_3", .wait(3 * mean)),
      ("exposure_known", .exposureKnown([mean])),
      ("em", .exposure), ("em_arm", .exposurePerArm), ("em_pseudo", .pseudoConversions),
      ("em_pseudo_arm", .pseudoConversionsPerArm),
    ]
  }
}
