public import ChoiceModels
internal import Learning
internal import Probability

/// How many customers come in the season.
public enum DemandForecast: Sendable {
  /// Exactly so many.
  case fixed(Int)
  /// Poisson-distributed with this mean.
  case poisson(Double)
  /// Negative binomial: Poisson whose mean is gamma-distributed; variance `mean + dispersion mean^2`.
  case negativeBinomial(mean: Double, dispersion: Double)
  /// One of several cases.
  case scenarios([DemandScenario])

  /// Most customers that a path may have.
  static let mostCustomers = Int(Int32.max) - 1

  /// Expected customers.
  public var mean: Double {
    switch self {
    case .fixed(let count): Double(count)
    case .poisson(let mean): mean
    case .negativeBinomial(let mean, _): mean
    case .scenarios(let list): list.reduce(0) { $0 + $1.weight * Double($1.customers) }
    }
  }

  /// What cannot be.
  var violations: [Violation] {
    var found = Violations()
    let most = Double(Self.mostCustomers)
    switch self {
    case .fixed(let count):
      found.require(
        (0...Self.mostCustomers).contains(count), "customers", given: count, expected: "0 to 2^31 - 2")
    case .poisson(let mean):
      found.require(mean >= 0 && mean <= most / 2, "mean customers", given: mean, expected: "0 to 2^30")
    case .negativeBinomial(let mean, let dispersion):
      found.require(mean >= 0 && mean <= most / 2, "mean customers", given: mean, expected: "0 to 2^30")
      found.require(
        dispersion >= 0 && dispersion.isFinite, "dispersion", given: dispersion, expected: "0 or more")
    case .scenarios(let list):
      let sum = list.reduce(0) { $0 + $1.weight }
      found.require(
        !list.isEmpty && list.allSatisfy { $0.weight >= 0 } && abs(sum - 1) <= 1e-6, "scenario weights",
        given: "a sum of \(sum)", expected: "numbers from 0 on that sum to 1")
      for scenario in list {
        found.require(
          (0...Self.mostCustomers).contains(scenario.customers), "customers of scenario \(scenario.name)",
          given: scenario.customers, expected: "0 to 2^31 - 2")
      }
    }
    return found.all
  }

  /// The number of customers of one path, and the chain that it follows where scenarios have their own.
  func draw(using generator: inout SeededGenerator) -> (customers: Int, scenario: Int) {
    switch self {
    case .fixed(let count): return (count, 0)
    case .poisson(let mean): return (generator.poisson(mean: mean), 0)
    case .negativeBinomial(let mean, let dispersion):
      guard dispersion > 0, mean > 0 else { return (generator.poisson(mean: mean), 0) }
      let drawn = generator.gamma(shape: 1 / dispersion) * dispersion * mean
      return (min(Self.mostCustomers, generator.poisson(mean: min(drawn, Double(Self.mostCustomers) / 2))), 0)
    case .scenarios(let list):
      let scenario = AliasSampler(weights: list.map(\.weight)).draw(using: &generator)
      return (list[scenario].customers, scenario)
    }
  }
}

/// One way the season may go.
public struct DemandScenario: Sendable {
  /// What it is called.
  public var name: String

  /// Its probability; those of all scenarios sum to 1.
  public var weight: Double

  /// How many customers come.
  public var customers: Int

  /// How they choose, where other than the request says: an uncertain estimate as several chains.
  public var chain: SubstitutionChain?

  /// Creates a scenario.
  public init(name: String, weight: Double, customers: Int, chain: SubstitutionChain? = nil) {
    self.name = name
    self.weight = weight
    self.customers = customers
    self.chain = chain
  }
}
