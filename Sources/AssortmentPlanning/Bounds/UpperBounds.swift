public import ChoiceModels
public import Learning
internal import LinearAlgebra
internal import Probability

/// Upper bounds on the expected profit of every plan, from scenarios, without a solver of linear programs.
///
/// A plan orders once; a shop that knew the scenario could do no worse. Let every unit pay mu_ki for being there in
/// scenario k. For any mu >= 0 whose mean over scenarios is at most the unit cost, what the scenarios earn at prices less
/// mu bounds what any plan earns on them (weak duality); mu = cost everywhere gives the fluid bound. mu is improved by
/// projected subgradients, and every iterate is a valid bound. Scenarios are arrival counts (the shop may then refuse and
/// redirect customers by the chain) or the customers' lists (it may then choose from each list). The mean over
/// independent batches with a one-sided Student margin bounds the expectation with 95 % confidence.
public struct UpperBounds: Codable, Sendable, Equatable {
  /// Scenarios a batch, 2 or more.
  public var scenarios = 100

  /// Independent batches, 2 or more.
  public var batches = 5

  /// Subgradient steps, 1 or more.
  public var steps = 400

  /// Creates the default: 5 batches of 100 scenarios, 400 steps.
  public init() {}

  /// A bound, estimated from batches.
  public struct Bound: Sendable, Equatable, Codable {
    /// Mean over batches.
    public let mean: Double
    /// The bound that holds with 95 % confidence.
    public let upper: Double

    /// The mean of batches with its margin.
    init(_ batches: [Double]) {
      let count = Double(batches.count)
      mean = batches.reduce(0, +) / count
      let center = mean
      let deviation = (batches.reduce(0) { $0 + ($1 - center) * ($1 - center) } / (count - 1)).squareRoot()
      upper = mean + StudentT(degreesOfFreedom: count - 1).quantile(0.95) * deviation / count.squareRoot()
    }

    init(mean: Double, upper: Double) { (self.mean, self.upper) = (mean, upper) }

    func lowered(by amount: Double) -> Bound { Bound(mean: mean - amount, upper: upper - amount) }
  }

  /// The bound by arrival counts; nil where scenarios have chains of their own.
  ///
  /// - Parameters:
  ///   - committed: units bought already; their cost is not subtracted.
  ///   - lower: profit of a known plan, steers the length of steps.
  /// - Throws: `CancellationError`.
  /// - Complexity: O(batches steps scenarios sweeps stored transitions)
  public func flow(
    _ chain: SubstitutionChain, _ demand: DemandForecast, _ economics: [ProductEconomics],
    committed: [Int]? = nil,
    lower: Double, seed: UInt64, on execution: Execution = Execution()
  ) throws -> Bound? {
    if case .scenarios(let list) = demand, list.contains(where: { $0.chain != nil }) { return nil }
    let rows = chain.transitions.sparseRows
    let values = try concurrentMap(count: batches, threads: execution.threads, scratch: {}) { _, batch in
      var problem = FlowScenarios(
        chain, rows, arrivals: arrivals(chain, demand, seed: seed, batch: batch), scenarios: scenarios)
      return try minimise(&problem, economics, committed, lower: lower, execution.cancellation)
    }
    return Bound(values)
  }

  /// The bound by the customers' lists; tight where few customers come a product, useless where many do.
  ///
  /// - Throws: `InvalidInput`; `CancellationError`.
  public func list(
    _ chain: SubstitutionChain, _ demand: DemandForecast, _ economics: [ProductEconomics],
    committed: [Int]? = nil,
    lower: Double, seed: UInt64, on execution: Execution = Execution()
  ) throws -> Bound? {
    let banks = try (0..<batches).map {
      try PreferenceBank(
        chain, demand: demand, paths: scenarios, seed: seed &+ UInt64($0) &* 0x9E37_79B9, on: execution)
    }
    let values = try concurrentMap(count: batches, threads: execution.threads, scratch: {}) { _, batch in
      var problem = ListScenarios(banks[batch])
      return try minimise(&problem, economics, committed, lower: lower, execution.cancellation)
    }
    return Bound(values)
  }

  /// Arrival counts, product by product, scenario by scenario.
  private func arrivals(
    _ chain: SubstitutionChain, _ demand: DemandForecast, seed: UInt64, batch: Int
  ) -> [Double] {
    let n = chain.productCount
    var counts = [Double](repeating: 0, count: n * scenarios)
    for k in 0..<scenarios {
      var generator = SeededGenerator(seed: seed, stream: UInt64(batch * scenarios + k))
      var (left, share) = (demand.draw(using: &generator).customers, 1.0)
      for i in 0..<n where left > 0 {
        let drawn = generator.binomial(
          trials: left, probability: min(1, chain.firstChoice[i] / max(share, 1e-300)))
        counts[i * scenarios + k] = Double(drawn)
        left -= drawn
        share -= chain.firstChoice[i]
      }
    }
    return counts
  }

  private func minimise<Problem: ScenarioProblem>(
    _ problem: inout Problem, _ economics: [ProductEconomics], _ committed: [Int]?, lower: Double,
    _ cancellation: Cancellation
  ) throws -> Double {
    var descent = BoundDescent(economics, committed, scenarios: scenarios)
    for _ in 0..<steps {
      try cancellation.check()
      let earned = problem.evaluate(descent.rewards)
      descent.step(earned, sales: problem.sales, lower: lower)
    }
    return descent.best
  }
}

/// Scenarios that tell what they earn at given rewards, and how much of each product is sold then.
protocol ScenarioProblem {
  /// Sum over scenarios of what is earned; also sets ``sales``.
  mutating func evaluate(_ rewards: [Double]) -> Double

  /// Sales, product by product, scenario by scenario.
  var sales: [Double] { get }
}
