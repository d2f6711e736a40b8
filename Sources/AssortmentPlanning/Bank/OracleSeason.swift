public import ChoiceModels
public import Learning
internal import LinearAlgebra
internal import Probability

/// Judges a plan by a model of choice that is not a chain: what the chain's simplification costs.
///
/// Plan for the chain that a model was calibrated to, then let the model's own customers come: each takes what the model
/// says from what is left. The difference to the profit on the chain's bank is the model risk of the plan.
public struct OracleSeason<Oracle: ChoiceOracle>: Sendable {
  /// How customers choose.
  public let oracle: Oracle

  /// How many customers come.
  public let demand: DemandForecast

  /// How many seasons are played, 1 or more.
  public let paths: Int

  /// Seed of the customers.
  public let seed: UInt64

  /// Creates seasons.
  public init(_ oracle: Oracle, demand: DemandForecast, paths: Int, seed: UInt64) {
    (self.oracle, self.demand, self.paths, self.seed) = (oracle, demand, paths, seed)
  }

  /// Profit of a plan season by season.
  ///
  /// - Throws: `InvalidInput` when sizes do not fit; `CancellationError`.
  /// - Complexity: O(customers) questions to the model
  public func profit(
    of units: [Int], _ economics: [ProductEconomics], on execution: Execution = Execution()
  ) throws -> PathStatistics {
    var problems = Violations(demand.violations)
    problems.require(
      units.count == oracle.productCount && economics.count == oracle.productCount, "units, economics",
      given: "\(units.count) and \(economics.count) products",
      expected: "\(oracle.productCount) as in the model")
    try problems.throwIfAny()
    let plan = PricedPlan(units, economics)
    return PathStatistics(
      try concurrentMap(count: paths, threads: execution.threads, scratch: {}) { _, path in
        try execution.cancellation.check()
        var generator = SeededGenerator(seed: seed, stream: UInt64(path))
        let (customers, _) = demand.draw(using: &generator)
        var (left, revenue) = (units, 0.0)
        var offered = ProductSet(flags: units.map { $0 > 0 })
        for _ in 0..<customers {
          guard let bought = oracle.choose(oracle.draw(using: &generator), offered: offered) else { continue }
          revenue += plan.prices[bought]
          left[bought] -= 1
          if left[bought] == 0 { offered.remove(bought) }
        }
        return revenue - plan.spend
      })
  }
}
