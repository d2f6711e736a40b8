internal import DynamicChoice
internal import Learning
internal import LinearAlgebra
internal import Probability

/// `shopkeeper bench membership-tabular`
struct BenchMembershipTabularCommand: Command {
  static let name = "membership-tabular"
  static let summary = "Measure how well rewards of a random decision process are recovered."
  static let details = [
    "50 states, 3 actions, discount .9, the anchor known to be 0. rmse_N: root mean square error of the other rewards from N"
      + " choices on paths of 100, counts with half a choice added; rmse_N_eb: counts shrunk by empirical Bayes; logodds_rmse_N:"
      + " log-odds shrunk by empirical Bayes;"
      + " policy_error_N: half the summed absolute difference of choice probabilities under new transitions, which tells whether"
      + " rewards transfer; logpolicy_rmse_N: log-probabilities against the anchor's taken as rewards; maxent_rmse_N: rewards of"
      + " states alone; nfxp_rmse_N: one reward for each state and action with a ridge of 1 by maximum likelihood. Means over the"
      + " seeds; up to 10,000 choices there are ten times as many, baselines apart; the largest size has one.",
    "exact_max_error and general_max_error: what is missed when the policy is known exactly, with an anchor action and with the"
      + " mean reward known and then renormalised. million_sec: processor seconds from 10^6 moves to rewards; solve_ms: the"
      + " anchor equation alone.",
    "--quick: sizes up to 50,000 and three seeds.",
  ]
  static let examples = ["shopkeeper bench membership-tabular --json"]

  @Option("seeds", .integer(1...1000), "Simulations of each size.") var seeds = 40
  @Option(.seed) var seed: UInt64
  let bench = MembershipBenchOptions()

  func run(_ console: Console) throws {
    let execution = bench.execution(console)
    guard let folder = MeasuredData(console: console).folder("membership-fixtures", for: "all figures") else {
      return try BenchFigures("membership-tabular").print(json: bench.json, on: console)
    }
    let recovery = try RewardRecovery(fixture: folder + "/tabular_problem.npz", execution: execution)
    var figures = BenchFigures("membership-tabular")
    try recovery.addExactness(to: &figures)
    let sizes =
      [(2000, "2k"), (10_000, "10k"), (50_000, "50k")]
      + (bench.quick ? [] : [(250_000, "250k"), (1_000_000, "1m")])
    for (size, key) in sizes {
      let baselines = size == 1_000_000 ? 1 : bench.quick ? 3 : seeds
      // What shrinkage gains is a few percent, and a sample's gain varies as much.
      let runs = size <= 10_000 ? 10 * baselines : baselines
      try recovery.addRecovery(
        choices: size, key: key, seeds: (0..<runs).map { seed &+ UInt64($0) }, baselineSeeds: baselines,
        to: &figures)
    }
    try recovery.addSpeed(seed: seed, moves: 1_000_000, to: &figures)
    try figures.print(json: bench.json, on: console)
  }
}
