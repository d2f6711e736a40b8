internal import Glibc
internal import Learning
internal import Probability

/// How many units of one product to order before demand is known.
///
///     Newsvendor(price: 10, cost: 6).units(.poisson(12.5))
public struct Newsvendor: Sendable, Equatable {
  /// What a unit sold brings, in excess of salvage.
  public let price: Double

  /// What a unit costs, in excess of salvage.
  public let cost: Double

  /// A product whose leftovers bring `salvage`: price and cost less salvage earn the same.
  ///
  /// - Throws: `InvalidInput` unless `0 <= salvage < cost`, or everything is 0.
  public init(price: Double, cost: Double, salvage: Double = 0) throws {
    var economics = ProductEconomics(price: price, cost: cost)
    economics.salvage = salvage
    try Violations(economics.violations("product")).throwIfAny()
    (self.price, self.cost) = (price - salvage, cost - salvage)
  }

  init(_ economics: ProductEconomics) { (price, cost) = (economics.netPrice, economics.netCost) }

  /// What is known of demand.
  public enum Demand: Sendable, Equatable {
    /// Poisson with a mean.
    case poisson(Double)
    /// Of so many customers each wants one with the given probability.
    case binomial(customers: Int, probability: Double)
    /// Poisson with a gamma-distributed mean: variance `mean + dispersion mean^2`.
    case negativeBinomial(mean: Double, dispersion: Double)
    /// Normal.
    case normal(mean: Double, deviation: Double)
    /// Past or imagined demands, equally likely.
    case empirical([Double])
    /// Any distribution of a mean and a standard deviation (H. Scarf, 1958; G. Gallego, I. Moon, 1993).
    case distributionFree(mean: Double, deviation: Double)
  }

  /// Units of highest expected profit; for the distribution-free case of highest profit in the worst case.
  ///
  /// 0 when a unit costs what it brings or more.
  ///
  /// - Complexity: O(1) but for discrete distributions with a walk of the quantile's error
  public func units(_ demand: Demand) -> Int {
    guard price > cost, price > 0 else { return 0 }
    let critical = 1 - cost / price
    switch demand {
    case .poisson(let mean): return DemandDistribution.poisson(mean).quantile(critical)
    case .binomial(let customers, let probability):
      return DemandDistribution.binomial(customers, probability).quantile(critical)
    case .negativeBinomial(let mean, let dispersion):
      return DemandDistribution.negativeBinomial(mean, dispersion).quantile(critical)
    case .normal(let mean, let deviation):
      return max(
        0, Int((mean + deviation * StandardNormal.quantile(min(max(critical, 1e-12), 1 - 1e-12))).rounded()))
    case .empirical(let values):
      let sorted = values.sorted()
      guard !sorted.isEmpty else { return 0 }
      let position = max(0, Int((critical * Double(sorted.count)).rounded(.up)) - 1)
      return max(0, Int(sorted[min(position, sorted.count - 1)].rounded()))
    case .distributionFree(let mean, let deviation):
      guard mean > 0, cost > 0 else { return max(0, Int(mean.rounded())) }
      let variation = deviation / mean
      if cost * (1 + variation * variation) > price { return 0 }
      let ratio = ((price - cost) / cost).squareRoot()
      return max(0, Int((mean + deviation / 2 * (ratio - 1 / ratio)).rounded()))
    }
  }

  /// Expected profit of so many units when demand is Poisson.
  ///
  /// `E min(D, U) = mu F(U - 2) + U (1 - F(U - 1))`.
  public func profit(units: Int, poissonMean: Double) -> Double {
    guard units > 0 else { return 0 }
    let demand = DemandDistribution.poisson(poissonMean)
    let sales =
      poissonMean * demand.cumulative(units - 2) + Double(units) * (1 - demand.cumulative(units - 1))
    return price * sales - cost * Double(units)
  }

  /// Expected profit of the best number of units when demand is Poisson.
  public func bestProfit(poissonMean: Double) -> Double {
    profit(units: units(.poisson(poissonMean)), poissonMean: poissonMean)
  }
}

/// A distribution of demand over 0, 1, 2, ...
enum DemandDistribution {
  case poisson(Double)
  case binomial(Int, Double)
  case negativeBinomial(Double, Double)

  /// P(D <= units).
  func cumulative(_ units: Int) -> Double {
    guard units >= 0 else { return 0 }
    let k = Double(units)
    switch self {
    case .poisson(let mean):
      return mean <= 0 ? 1 : GammaFunctions.regularizedUpper(shape: k + 1, mean)
    case .binomial(let customers, let p):
      if units >= customers || p <= 0 { return 1 }
      return p >= 1 ? 0 : BetaFunctions.regularized(Double(customers) - k, k + 1, 1 - p)
    case .negativeBinomial(let mean, let dispersion):
      if mean <= 0 { return 1 }
      if dispersion <= 0 { return DemandDistribution.poisson(mean).cumulative(units) }
      return BetaFunctions.regularized(1 / dispersion, k + 1, 1 / (1 + dispersion * mean))
    }
  }

  /// Least units that demand stays within with probability `level` or more.
  func quantile(_ level: Double) -> Int {
    if level <= cumulative(0) { return 0 }
    // A normal start, then steps of doubling width to either side, then halving.
    let start = max(
      1, Int(min(mean + deviation * StandardNormal.quantile(min(max(level, 1e-12), 1 - 1e-12)), 1e9)))
    var (low, high, width) = (start, start, 1)
    while low > 0, cumulative(low) >= level {
      high = low
      low = max(0, low - width)
      width *= 2
    }
    width = 1
    while cumulative(high) < level, high < Int(Int32.max) {
      low = high
      high += width
      width *= 2
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if cumulative(middle) >= level { high = middle } else { low = middle }
    }
    return high
  }

  private var mean: Double {
    switch self {
    case .poisson(let mean), .negativeBinomial(let mean, _): mean
    case .binomial(let customers, let p): Double(customers) * p
    }
  }

  private var deviation: Double {
    switch self {
    case .poisson(let mean): mean.squareRoot()
    case .binomial(let customers, let p): (Double(customers) * p * (1 - p)).squareRoot()
    case .negativeBinomial(let mean, let dispersion): (mean + dispersion * mean * mean).squareRoot()
    }
  }
}
