internal import DynamicChoice
internal import Learning

/// `shopkeeper bench membership-subscription`
struct BenchMembershipSubscriptionCommand: Command {
  static let name = "membership-subscription"
  static let summary =
    "Measure recovery, coverage, counterfactuals and identification on a membership with known truth."
  static let details = [
    "324 states, plans of 1 and 12 months, 60 months. theta_NAME and se_NAME: maximum likelihood on 10,000 customers, means over"
      + " --seeds; rmse_counts, rmse_logit, rmse_eb, rmse_logodds: weighted error of rewards without a form; static_price: the price of a logit"
      + " that looks at today alone (truth .06).",
    "coverage_pooled, coverage_min: how often two-step intervals of 2,000 customers hold the truth, pooled and of the worst"
      + " parameter, over --replications; coverage_given: the same as if chains were known; bias_max: the largest mean relative"
      + " error of a parameter.",
    "share_error_max: largest error of plan shares of six cases on the truth; surplus_bias_CASE: mean relative error of surplus"
      + " over up to 200 panels of 2,000; surplus_error_100k_max: largest relative error on two panels of 100,000; band_coverage_min: how"
      + " often sampling bands of one panel of 2,000 hold the true surplus, for the worst case.",
    "index_independent, index_together: condition indices when benefits move alone, and when video follows shipping but for .05;"
      + " false_verdicts: wrong verdicts over 50 panels each of independent, following and inseparable benefits. fit_ms: processor"
      + " milliseconds from counted panel of 10,000 to parameters; report_sec: from panel to two-step errors.",
    "types_price_error_max, types_share_error_max: the largest errors of two unobserved types (price .04 and .09, three in five"
      + " and two in five of 3,000 customers) over five panels.",
    "--quick: two seeds, 20 replications, no panels of 100,000.",
  ]
  static let examples = ["shopkeeper bench membership-subscription --json"]

  @Option("seeds", .integer(1...1000), "Panels of 10,000 customers.") var seeds = 10
  @Option("replications", .integer(1...100_000), "Panels of the coverage study.") var replications = 1000
  @Option(.seed) var seed: UInt64
  let bench = MembershipBenchOptions()

  func run(_ console: Console) throws {
    let study = try SubscriptionStudy(seed: seed, execution: bench.execution(console))
    var figures = BenchFigures("membership-subscription")
    try study.addTruth(to: &figures)
    try study.addRecovery(seeds: bench.quick ? 2 : seeds, to: &figures)
    try study.addCoverage(replications: bench.quick ? 20 : replications, to: &figures)
    if !bench.quick { try study.addLargePanels(to: &figures) }
    try study.addTypes(panels: bench.quick ? 1 : 5, to: &figures)
    try study.addVerdicts(panels: bench.quick ? 5 : 50, to: &figures)
    try figures.print(json: bench.json, on: console)
  }
}
