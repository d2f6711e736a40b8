internal import ChoiceModels

/// The baseline that every plan is measured against: the newsvendor's units at the demand of a fixed assortment, with that
/// demand scaled by the factor that a bank finds best.
///
/// The scale accounts for what sold-out products leave to others, and drops products that would sell less than one unit.
/// An untuned newsvendor is no fair rival.
struct ScaleTunedNewsvendor {
  /// Scales that are tried.
  static let scales = [0.7, 0.85, 0.95, 1, 1.05, 1.15, 1.3, 1.45, 1.6, 1.8, 2, 2.4]

  let units: [Int]
  let scale: Double
  let profit: Double

  /// The best scaled plan on a bank.
  ///
  /// - Parameter means: expected customers of each product; 0 is not carried.
  init(
    means: [Double], _ economics: [ProductEconomics], rules: PlanRules, committed: [Int]?,
    bank: PreferenceBank, scales: [Double] = ScaleTunedNewsvendor.scales, threads: Int
  ) {
    var best: (units: [Int], scale: Double, profit: Double)?
    for scale in scales {
      let units = Self.plan(means.map { $0 * scale }, economics, rules: rules, committed: committed)
      let profit = bank.profit(of: units, economics, threads: threads).mean
      if profit > best?.profit ?? -.infinity { best = (units, scale, profit) }
    }
    (units, scale, profit) = best!
  }

  /// Newsvendor units for Poisson means, as far as the rules allow.
  static func plan(
    _ means: [Double], _ economics: [ProductEconomics], rules: PlanRules, committed: [Int]?
  ) -> [Int] {
    let wanted = zip(means, economics).map { mean, product in
      if mean <= 0 { return 0 }
      return product.discounts.isEmpty
        ? Newsvendor(product).units(.poisson(mean))
        : PurchaseTerms(product).bestOrder(price: product.netPrice, poissonMean: mean).units
    }
    if rules == PlanRules(), committed == nil,
      economics.allSatisfy({ $0.packSize == 1 && $0.minimumOrder == 1 && $0.maximumUnits == nil })
    {
      return wanted
    }
    var keeper = RuleKeeper(rules, economics, committed: committed)
    // Dearer units first would starve a budget, so products go by what a unit spent earns.
    keeper.take(wanted, worth: economics.map { ($0.netPrice - $0.netCost) / max($0.cost, 1e-9) })
    return keeper.units
  }
}
