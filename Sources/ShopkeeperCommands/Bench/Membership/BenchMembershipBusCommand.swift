internal import DynamicChoice
internal import Learning

/// `shopkeeper bench membership-bus`
struct BenchMembershipBusCommand: Command {
  static let name = "membership-bus"
  static let summary = "Measure reward recovery on the bus world, also with many irrelevant variables."
  static let details = [
    "Every method knows the same anchor (replace = -5). METHOD_mape_N: mean absolute percentage error of rewards at the pairs of"
      + " the last fifth of N paths: pqr (counts shrunk to a cubic logit), pqr_counts, pqr_logit, known and estimated (maximum"
      + " likelihood of a linear cost with the anchor known, and estimated too).",
    "With 1,000 paths and K irrelevant variables: sieve_mape_kK with all of them, screened_mape_kK and kept_kK with those that pass"
      + " their score tests, _worst the worst seed; sieve_k100_sec and screened_k100_sec processor seconds of a fit.",
    "power_k100: share of seeds in which three variables that matter, and no other of 100, are kept.",
    "net_mape_k20, net_screened_mape_k20, net_screened_mape_k100: a network's features instead of the sieve, without and with"
      + " screening; net_k20_sec processor seconds of a fit; regime_net: the network on the world below.",
    "samq_pqr_mse, samq_100_mse, samq_50_mse: mean squared error of the slopes of a continuous bus world, by a sieve, and by maximum"
      + " likelihood on 100 and 50 cells of states that have like values.",
    "regime_additive and regime_pairwise: a persistent variable multiplies the cost, and the sieve declares it alone, or with the"
      + " mileage; regime_chosen_pairwise: how often the held-out likelihood chooses the latter (share of seeds).",
    "The table over N has five times the seeds, networks and the regime half of them. --quick: two seeds, sizes up to 500, no 100 variables.",
  ]
  static let examples = ["shopkeeper bench membership-bus --json"]

  @Option("seeds", .integer(1...1000), "Samples of each size.") var seeds = 20
  @Option(.seed) var seed: UInt64
  let bench = MembershipBenchOptions()

  func run(_ console: Console) throws {
    let execution = bench.execution(console)
    let comparison = BusComparison(execution: execution)
    var figures = BenchFigures("membership-bus")
    let all = (0..<(bench.quick ? 2 : seeds)).map { seed &+ UInt64($0) }
    // One sample's errors vary by three quarters of their mean, and tables are quick.
    try comparison.addTables(
      sizes: bench.quick ? [50, 250, 500] : [50, 250, 500, 1000, 2500, 5000],
      seeds: (0..<5 * all.count).map { seed &+ UInt64($0) }, to: &figures)
    let world = try BusWorld()
    for variables in bench.quick ? [0, 20] : [0, 2, 5, 20, 50, 100] {
      for (screening, name) in [(SieveReward.Screening.none, "sieve"), (.groups, "screened")] {
        if variables == 0, screening == .groups { continue }
        let runs = try all.map { seed in
          try execution.cancellation.check()
          return try comparison.sieve(world, variables: variables, screening: screening, seed: seed)
        }
        figures["\(name)_mape_k\(variables)"] = runs.map(\.error).mean
        figures["\(name)_mape_k\(variables)_worst"] = runs.map(\.error).max()
        if screening == .groups { figures["kept_k\(variables)"] = Double(runs.map(\.kept.count).max() ?? 0) }
        if variables == 100 { figures["\(name)_k100_sec"] = runs.map(\.seconds).mean }
      }
    }
    let half = Array(all.prefix(max(1, all.count / 2)))
    if !bench.quick {
      let relevant = try BusWorld(relevantVariables: true)
      let kept = try all.map { seed in
        try comparison.sieve(relevant, variables: 100, screening: .groups, seed: seed).kept
      }
      figures["power_k100"] = kept.map { $0 == [0, 1, 2] ? 1 : 0 }.mean
    }
    try AggregationWorld().add(seeds: all, to: &figures, execution)
    try addNetworks(world, seeds: half, to: &figures, execution)
    let regime = try BusWorld(regime: true)
    let forms = try half.map { seed in
      try [BusComparison.Form.additiveRegime, .crossedRegime].map {
        try comparison.sieve(regime, variables: 20, screening: .groups, form: $0, seed: seed)
      }
    }
    figures["regime_additive"] = forms.map { $0[0].error }.mean
    figures["regime_pairwise"] = forms.map { $0[1].error }.mean
    figures["regime_chosen_pairwise"] = forms.map { $0[1].likelihood > $0[0].likelihood ? 1 : 0 }.mean
    figures["regime_net"] = try half.map { seed in
      try execution.cancellation.check()
      return try comparison.network(regime, variables: 20, screening: .groups, seed: seed).error
    }.mean
    try figures.print(json: bench.json, on: console)
  }

  private func addNetworks(
    _ world: BusWorld, seeds: [UInt64], to figures: inout BenchFigures, _ execution: Execution
  ) throws {
    let comparison = BusComparison(execution: execution)
    for (variables, screening, name) in [
      (20, SieveReward.Screening.none, "net_mape_k20"), (20, .groups, "net_screened_mape_k20"),
      (100, .groups, "net_screened_mape_k100"),
    ] where !(bench.quick && variables == 100) {
      let runs = try seeds.map { seed in
        try execution.cancellation.check()
        return try comparison.network(world, variables: variables, screening: screening, seed: seed)
      }
      figures[name] = runs.map(\.error).mean
      figures["\(name)_worst"] = runs.map(\.error).max()
      if variables == 20, screening == .groups { figures["net_k20_sec"] = runs.map(\.seconds).mean }
    }
  }
}
