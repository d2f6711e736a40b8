internal import DynamicChoice

/// `shopkeeper bench membership-rust`
struct BenchMembershipRustCommand: Command {
  static let name = "membership-rust"
  static let summary = "Measure dynamic choice on the published tables of bus engine replacement."
  static let details = [
    "Maximum likelihood, Hotz-Miller and pseudo-likelihood on the panel of Rust (1987), from zeros, with errors as the"
      + " tables print them. g4, g123 and g1234 are the groups of buses at 90 cells; rc and theta the two parameters, se their"
      + " errors, choice_ll and full_ll the log-likelihoods without and with the increments.",
    "worst_table8_gap is the largest difference to a cell of Table VIII (hyperbolic form and one swapped cell as found by an"
      + " independent program); npl_minus_nfxp the largest difference of parameters over the six samples; g4_ms and table9_ms"
      + " processor milliseconds of one fit with errors and of all of Table IX; worst_iterations the most steps any cell of"
      + " Table VIII took.",
    "mc_runs, mc_converged and mc_sec repeat the convergence study of Iskhakov et al. (2016) at a discount of .9999: 175"
      + " cells, 50 buses, 120 months, five starts for each sample; mc_converged_others adds the five smaller discounts.",
    "--quick: ten samples in the convergence study.",
  ]
  static let examples = ["shopkeeper bench membership-rust --json"]

  @Option("samples", .integer(1...1000), "Samples of the convergence study.") var samples = 250
  let bench = MembershipBenchOptions()

  func run(_ console: Console) throws {
    let execution = bench.execution(console)
    var figures = BenchFigures("membership-rust")
    if let folder = MeasuredData(console: console).folder("rust-bus", for: "the published tables") {
      try EngineTables(folder: folder, execution: execution).add(to: &figures)
    }
    let study = ConvergenceStudy(samples: bench.quick ? 10 : samples, execution: execution)
    let (last, seconds) = try Stopwatch.processSeconds { try study.run(discount: 0.9999) }
    figures["mc_runs"] = Double(last.runs)
    figures["mc_converged"] = Double(last.converged)
    figures["mc_sec"] = seconds
    if !bench.quick {
      let others = try [0.975, 0.985, 0.995, 0.999, 0.9995].map { try study.run(discount: $0) }
      figures["mc_runs_others"] = Double(others.reduce(0) { $0 + $1.runs })
      figures["mc_converged_others"] = Double(others.reduce(0) { $0 + $1.converged })
    }
    try figures.print(json: bench.json, on: console)
  }
}
