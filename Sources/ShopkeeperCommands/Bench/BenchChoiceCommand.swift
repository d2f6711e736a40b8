internal import ChoiceModels
internal import Learning
internal import LinearAlgebra
internal import Probability
internal import StoreData
internal import StoreSimulator

/// `shopkeeper bench choice`
struct BenchChoiceCommand: Command {
  static let name = "choice"
  static let summary = "Measure choice models: values, certificates, likelihoods, speed."
  static let details = [
    "The folder holds instances mc200.bin, mc1k.bin, mc10k.bin with the offer sets in mc1k.offers.json and so on, and the"
      + " folders hotel-choice and scanner-panels; what is missing is left out. Times are processor time of one thread, medians"
      + " of 15.",
    "Figures: z, z_gap (width of the certificate), stop_set, optimum_ms, optimum_sweeps of an instance; net_revenue, push_ms,"
      + " push_sweeps of an offer set of 10, 50, 90 %; mean log-likelihoods of train and test sales: mnl (logit), em (chain,"
      + " uniform start, plain passes), em5 and em50 (prior of 5 and 50 customers), em_fast (accelerated); panel (conditional"
      + " logit); multistep: total variation of chain, logit, a chain estimated from events and a category-mean rule at 20, 50 and"
      + " 80 % on offer, and new_rank, the rank correlation of new products' first choices; mean over the seeds.",
  ]

  @Option("data", .folder(), "Where the data is; by default $SHOPKEEPER_DATA, else ../shared/data.") var data:
    String?
  @Option("instances", .folder(), "Where the instances are, if elsewhere.") var instances: String?
  @Option("multistep-seeds", .integer(0...100), "Worlds of the multi-step model, seeds 1, 2, ...") var seeds =
    1
  @Option(.json) var json: Bool
  @Option(.quiet) var quiet: Bool

  func run(_ console: Console) throws {
    let work = WorkOptions()
    (work.threads, work.quiet) = (1, quiet)
    let execution = console.execution(work)
    var figures = BenchFigures("choice")
    let data = ChoiceBenchData(data, console)
    let places = ChoiceBenchData(instances ?? data.folder, console)
    for name in ["mc200", "mc1k", "mc10k"] {
      guard let path = places.path("\(name).bin", console) else { continue }
      try measure(
        ChainInstance(contentsOf: path), name, places.path("\(name).offers.json", console), &figures)
    }
    for hotel in 1...3 {
      guard let path = data.path("hotel-choice/hotel\(hotel).csv", console) else { continue }
      try estimate(OfferSales(DelimitedTable(path: path)), "hotel\(hotel)", &figures, execution)
    }
    for panel in ["Catsup", "Cracker", "Ketchup", "Tuna", "Yogurt"] {
      guard let path = data.path("scanner-panels/\(panel).csv", console) else { continue }
      let (train, test) = try ChoiceBenchData.panel(path)
      let model = try ConditionalLogit().fit(train, on: execution)
      figures["panel_train_\(panel.lowercased())"] = try model.meanLogLikelihood(train)
      figures["panel_test_\(panel.lowercased())"] = try model.meanLogLikelihood(test)
    }
    if seeds > 0 { try measureWorlds(&figures, execution) }
    try figures.print(json: json, on: console)
  }

  private func measure(
    _ instance: ChainInstance, _ name: String, _ offers: String?, _ figures: inout BenchFigures
  ) throws {
    var optimum = instance.chain.optimalAssortment(netRevenue: instance.netRevenue)
    figures["optimum_ms_\(name)"] = milliseconds {
      optimum = instance.chain.optimalAssortment(netRevenue: instance.netRevenue)
    }
    figures["z_\(name)"] = optimum.value.upperBound
    figures["z_gap_\(name)"] = optimum.value.upperBound - optimum.value.lowerBound
    figures["stop_set_\(name)"] = Double(optimum.products.count)
    figures["optimum_sweeps_\(name)"] = optimum.sweeps
    guard let offers else { return }
    let file = try MappedFile(path: offers)
    let sets = try file.withUnsafeBytes { try JSONValue(parsing: $0) }.decoded(as: [String: [Int]].self)
    for (share, products) in sets {
      guard products.allSatisfy({ (0..<instance.prices.count).contains($0) }) else {
        throw InvalidInput(offers, given: "unknown products", expected: "products of the instance")
      }
      let offered = ProductSet(productCount: instance.prices.count, products)
      var placed = instance.chain.probabilities(offered: offered, tolerance: 1e-13)
      figures["push_ms_\(name)_\(share)"] = milliseconds {
        placed = instance.chain.probabilities(offered: offered, tolerance: 1e-13)
      }
      figures["push_sweeps_\(name)_\(share)"] = Double(placed.sweeps)
      figures["net_revenue_\(name)_\(share)"] = zip(placed.value, instance.netRevenue).reduce(0) {
        $0 + $1.0 * $1.1
      }
    }
  }

  private func milliseconds(_ body: () -> Void) -> Double {
    let times = (0..<15).map { _ in
      let start = Stopwatch.threadSeconds
      body()
      return (Stopwatch.threadSeconds - start) * 1e3
    }
    return times.sorted()[7]
  }

  private func estimate(
    _ sales: OfferSales, _ name: String, _ figures: inout BenchFigures, _ execution: Execution
  ) throws {
    func set(_ key: String, _ model: some ChoicePredictor) {
      figures["\(key)_train_\(name)"] = sales.train.meanLogLikelihood(model)
      figures["\(key)_test_\(name)"] = sales.test?.meanLogLikelihood(model)
    }
    set("mnl", try MultinomialLogit().fit(sales.train, on: execution))
    for (key, strength, isAccelerated) in [
      ("em", 0.0, false), ("em5", 5, false), ("em50", 50, false), ("em_fast", 0, true), ("em5_fast", 5, true),
    ] {
      var recipe = ChainEstimator()
      (recipe.priorStrength, recipe.isAccelerated) = (strength, isAccelerated)
      recipe.start = strength > 0 ? .logit : .uniform
      let (estimate, seconds) = try Stopwatch.processSeconds { try recipe.fit(sales.train, on: execution) }
      set(key, estimate)
      figures["\(key)_passes_\(name)"] = Double(estimate.passes)
      figures["\(key)_s_\(name)"] = seconds
    }
  }

  /// Means over worlds of how far each model is from the truth.
  private func measureWorlds(_ figures: inout BenchFigures, _ execution: Execution) throws {
    var sums: [String: Double] = [:]
    for seed in 1...UInt64(seeds) {
      let world = try OnlineChoiceWorld(seed: seed)
      for (key, value) in try MultiStepBenchmark(world: world, seed: seed).measure(on: execution) {
        sums[key, default: 0] += value / Double(seeds)
      }
    }
    for key in sums.keys.sorted() { figures[key] = sums[key] }
  }
}
