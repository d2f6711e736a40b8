internal import AssortmentPlanning
internal import ChoiceModels
internal import Glibc
internal import Learning
internal import StoreSimulator

/// Shapes of generated markets.
enum MarketShape: String, OptionChoice {
  case zipf, lognormal, cluster, thin

  var shape: SyntheticMarket.Shape { SyntheticMarket.Shape(rawValue: rawValue)! }
}

/// `shopkeeper bench assortment`
struct BenchAssortmentCommand: Command {
  static let name = "assortment"
  static let summary = "Measure plans of assortment and units: profit, gain, bounds, speed."
  static let details = [
    "The folder holds instances mc200.bin, mc1k.bin, mc10k.bin, and for the gains zipf-1.bin ... thin-20.bin; without the"
      + " latter markets of the same shapes are generated. Times are processor time of one thread.",
    "Figures of an instance I and T customers: chain_, bank_build_, bank_, margins_mcustomers_s_I (millions of customers a"
      + " second: walked while served, drawn into lists, served from lists, with unit margins); path_s; plan_s, plan_profit,"
      + " plan_se, baseline_profit, gain_pct, gain_se, fluid, flow_bound, list_bound, gap_pct. Of a shape and T in percent of the"
      + " products: gain_mean, gain_half (half-width of the 95 % interval of the mean over seeds), gain_low (lowest seed),"
      + " gain_low95 (lowest lower end of a seed's paired 95 % interval), gain_above (seeds whose interval lies above 0),"
      + " ascent_mean (the reference ascent: from the newsvendor, on 2,000 paths), better_mean (gain less that). Over all cells"
      + " with at most as many customers as products: better_mean, better_half, better_time (processor time of the plan in that"
      + " of the ascent). All gains are against the scale-tuned newsvendor, on customers that chose nothing. tiny_exact: of 30"
      + " tiny problems, how many plans are the best of all on their bank.",
  ]

  @Option("data", .folder(), "Where the instances are; by default $SHOPKEEPER_DATA, else ../shared/data.")
  var data: String?
  @Option("instance", .file(), "Plan for this instance too; may be repeated.") var instances: [String]
  @Option("horizons", .text("T,T"), "Customers for --instance.") var horizons = "100,1000"
  @Option("quick", .switch, "Measure mc200 and mc1k alone, at most 1,000 customers, 3 seeds.") var quick =
    false
  @Option("plans", .switch, "Leave out speed, plans of the instances and tiny problems.") var plans = true
  @Option("gains", .switch, "Leave out the gains over seeds and shapes.") var gains = true
  @Option("shape", .choice(), "Gains of this shape alone.") var shape: MarketShape?
  @Option("seeds", .integer(1...1000), "Seeds of each shape.") var seeds = 20
  @Option("effort", .choice(), "How much work a plan is worth.") var effort = PlanEffort.normal
  @Option(.json) var json: Bool
  @Option(.quiet) var quiet: Bool

  func run(_ console: Console) throws {
    let work = WorkOptions()
    (work.threads, work.quiet) = (1, quiet)
    let execution = console.execution(work)
    var figures = BenchFigures("assortment")
    let data = ChoiceBenchData(data, console)
    let standard = [
      ("mc200", [100, 1_000, 10_000]), ("mc1k", [100, 1_000, 10_000]), ("mc10k", [1_000, 10_000]),
    ]
    for (name, horizons) in standard where plans && (!quick || name != "mc10k") {
      guard let path = data.path("\(name).bin", console) else { continue }
      let bench = PlanBenchmark(try ChainInstance(contentsOf: path), name: name, effort: effort.effort)
      try bench.measureSpeed(&figures, execution)
      for customers in horizons where !quick || customers <= 1_000 {
        try bench.measurePlan(customers, &figures, execution)
      }
    }
    for path in instances {
      let name = path.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? path
      let bench = PlanBenchmark(try ChainInstance(contentsOf: path), name: name, effort: effort.effort)
      try bench.measureSpeed(&figures, execution)
      for text in horizons.split(separator: ",") {
        guard let customers = Int(text) else {
          throw UsageError("--horizons: given \(text.description.echoed), expected integers")
        }
        try bench.measurePlan(customers, &figures, execution)
      }
    }
    if plans { figures["tiny_exact"] = Double(try TinyProblems.solvedExactly(on: execution)) }
    if gains {
      var bench = GainBenchmark(
        folder: data.folder, seeds: quick ? min(3, seeds) : seeds, effort: effort.effort)
      if quick { bench.ratios = [0.25, 1] }
      if let shape { bench.shapes = [shape.shape] }
      try bench.measure(&figures, execution)
    }
    figures["rss_mb"] = Stopwatch.peakMemory
    try figures.print(json: json, on: console)
  }
}
