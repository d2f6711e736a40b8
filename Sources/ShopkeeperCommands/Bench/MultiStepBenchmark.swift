internal import ChoiceModels
internal import Learning
internal import Probability
internal import StoreSimulator

/// How well chains stand for customers who search, look and buy, known and estimated from events.
struct MultiStepBenchmark {
  let world: OnlineChoiceWorld
  let seed: UInt64
  var customers = 100_000
  var sessions = 20_000

  func measure(on execution: Execution) throws -> [(String, Double)] {
    let n = world.truth.productCount
    let truth = try SelfTest.shares(of: world.truth, customers: customers, seed: 500 &+ seed, on: execution)
    var calibration = Calibration()
    // The self-test of calibration is not used here: every model is judged by the same customers.
    (calibration.customers, calibration.testCustomers, calibration.seed) = (customers, 100, 100 &+ seed)
    let chain = try calibration.chain(of: world.truth, on: execution).chain
    let logit = try LogitModel(attractions: chain.firstChoice, outsideAttraction: chain.noWish)
    var generator = SeededGenerator(seed: seed, stream: 4 << 48)
    let new = ProductSet(flags: (0..<n).map { _ in generator.uniform() < 1.0 / 6 })
    let events = try world.sessions(sessions, without: new, seed: 1234 &+ seed)
    let step = try PurchaseStep().fit(events, on: execution)
    let estimated = try step.multiStepChoice(weights: world.weights, relevance: world.relevance)
    calibration.seed = 700 &+ seed
    let fromEvents = try calibration.chain(of: estimated, on: execution).chain
    let rule = try categoryMeans(events, new)
    var figures: [(String, Double)] = []
    func add(_ key: String, _ model: some ChoicePredictor) {
      for (share, value) in zip(["20", "50", "80"], SelfTest.totalVariation(model, from: truth)) {
        figures.append(("multistep_\(key)_tv_\(share)", value))
      }
    }
    add("chain", chain)
    add("logit", logit)
    add("estimated", fromEvents)
    add("rule", rule)
    let newProducts = new.products
    figures.append(
      (
        "multistep_new_rank",
        rankCorrelation(
          newProducts.map { chain.firstChoice[$0] }, newProducts.map { fromEvents.firstChoice[$0] })
      ))
    return figures
  }

  /// The logit of purchase shares, a new product's share being its category's mean.
  private func categoryMeans(_ events: ShownLists, _ new: ProductSet) throws -> LogitModel {
    let n = events.categories.count
    var shares = [Double](repeating: 0, count: n + 1)
    for list in events.lists {
      shares[list.bought.map { list.shown[$0] } ?? n] += 1 / Double(events.lists.count)
    }
    let observed = shares
    for product in new.products {
      let others = (0..<n).filter { events.categories[$0] == events.categories[product] && !new.contains($0) }
      shares[product] = others.isEmpty ? 0 : others.reduce(0) { $0 + observed[$1] } / Double(others.count)
    }
    return try LogitModel(attractions: Array(shares.dropLast()), outsideAttraction: shares[n])
  }

  private func rankCorrelation(_ a: [Double], _ b: [Double]) -> Double {
    func ranks(_ values: [Double]) -> [Double] {
      var ranks = [Double](repeating: 0, count: values.count)
      for (rank, i) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
        ranks[i] = Double(rank)
      }
      return ranks
    }
    let (x, y) = (ranks(a), ranks(b))
    let (mx, my) = (x.mean, y.mean)
    let (xx, yy) = (x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }, y.reduce(0) { $0 + ($1 - my) * ($1 - my) })
    return zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) } / max((xx * yy).squareRoot(), 1e-300)
  }
}
