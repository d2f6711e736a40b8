internal import DynamicChoice

/// `shopkeeper bench membership-airline`
struct BenchMembershipAirlineCommand: Command {
  static let name = "membership-airline"
  static let summary = "Measure market entry of airlines: held-out likelihood and the cost of entry."
  static let details = [
    "Twelve carriers, 1,770 city pairs. Terms and ridge are chosen by fitting 2013 and predicting 2014; the chosen form is fitted"
      + " on both years and predicts the labels of 2015 once. ll_9 and ll_12: mean over carriers of the log-likelihood of a"
      + " decision, with nine columns, and with flights and populations too; ll_base: each carrier's share of entries alone;"
      + " validation_9 and validation_12: the same on 2014; ridge_9, ridge_12, crossed_9, crossed_12: what was chosen; no ridge"
      + " where how much carriers differ is learned column by column.",
    "positive_slopes: carriers whose reward of serving rises with serving already (a cost of entry), by an anchored sieve;"
      + " interval_positive: those whose 95 % bootstrap interval over city pairs is above 0; not_identified: carriers that never"
      + " serve in the training years.",
    "--quick: ten bootstrap draws.",
  ]
  static let examples = ["shopkeeper bench membership-airline --json"]

  @Option("draws", .integer(1...10_000), "Bootstrap draws of each carrier.") var draws = 100
  let bench = MembershipBenchOptions()

  func run(_ console: Console) throws {
    let execution = bench.execution(console)
    var figures = BenchFigures("membership-airline")
    guard let folder = MeasuredData(console: console).folder("airline-entry", for: "all figures") else {
      return try figures.print(json: bench.json, on: console)
    }
    let (_, seconds) = try Stopwatch.processSeconds {
      let entry = try AirlineEntry(folder: folder)
      for isWide in [false, true] { try entry.addLikelihood(isWide: isWide, to: &figures) }
      try entry.addSlopes(draws: bench.quick ? 10 : draws, to: &figures, execution)
    }
    figures["sec"] = seconds
    try figures.print(json: bench.json, on: console)
  }
}
