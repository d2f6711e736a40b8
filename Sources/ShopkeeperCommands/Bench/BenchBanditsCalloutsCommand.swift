internal import Bandits
internal import Learning
internal import LinearAlgebra
internal import Probability
internal import StoreSimulator
internal import Synchronization

/// `shopkeeper bench bandits-callouts`
struct BenchBanditsCalloutsCommand: Command {
  static let name = "bandits-callouts"
  static let summary = "Measure callouts, an item in a format, in simulated worlds whose truth is known."
  static let details = [
    "60,000 requests in 30 days, refreshed every 200, 84 items of which 60 come one after the other, 24 formats; seeds 200 to 219."
      + " POLICY_regret, _se, _young_share (impressions of items younger than five days), _items_100_share, _new_item_requests,"
      + " _explored_share in the plain world for random, greedy, thompson (all N(0, 1)), thompson_half, true_groups (the true"
      + " spreads known), learned_groups, start_groups (what these start from, never learned), auto. saving_share: what"
      + " learned_groups saves against thompson, as a share of what"
      + " true_groups saves; minimum_POLICY: learned_groups with at least 100 impressions an item.",
    "drift_RULE and steady_RULE, _last the regret of the last ten days in worlds whose tastes change on day 15 and in such that stay:"
      + " keeps all, forgets steadily at the rate that predicts best, reacts to changes that it finds; delay_naive, delay_em: regret where conversions come late, and of the last ten days. All differences"
      + " are paired and have 95 % t intervals (_lo, _hi).",
    "calibration_error_BUCKET: mean distance of predicted and true probability in ten bins of equal mass, last ten days, all seeds"
      + " together, by age of membership in months (b0_1 ... b24, none); calibration_ratio_BUCKET: conversions by expected"
      + " ones, in whose Wilson interval the ratio 1 is in calibration_covered of the buckets of all seeds.",
    "diversity_categories_5: different categories in lists of five, by strength of variety.",
  ]
  static let examples = ["shopkeeper bench bandits-callouts --quick --json"]

  @Option("first-seed", .integer(0...1_000_000), "The first seed.") var first = 200
  @Option("runs", .integer(2...10_000), "How many seeds.") var runs = 20
  @Option("quick", .switch, "Use three seeds.") var quick = false
  @Option("parts", .text("NAMES"), "Which of plain, drift, delay, calibration, with commas.") var parts =
    "plain,drift,delay,calibration"
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let study = CalloutStudy(
      seeds: (0..<(quick ? 3 : runs)).map { UInt64(first + $0) }, execution: console.execution(work))
    var figures = BenchFigures("bandits-callouts")
    let start = Stopwatch.processSeconds
    for part in parts.split(separator: ",") {
      switch part {
      case "plain": try study.plain(&figures)
      case "drift": try study.drift(&figures)
      case "delay": try study.delay(&figures)
      case "calibration": try study.calibration(&figures)
      default: throw UsageError("part \(part): there are plain, drift, delay, calibration")
      }
    }
    figures["seeds"] = Double(study.seeds.count)
    figures["sec"] = Stopwatch.processSeconds - start
    try figures.print(json: json, on: console)
  }
}
