public import Learning

/// What a product costs and brings.
public struct ProductEconomics: Sendable, Equatable, Codable {
  /// What a customer pays, 0 or more.
  public var price: Double

  /// What a unit costs, 0 or more.
  public var cost: Double

  /// Lower unit costs from a number of units on, ascending from 2; empty where every unit costs the same.
  public var discounts: [PurchaseTerms.Break] = []

  /// How ``discounts`` count.
  public var discountKind = PurchaseTerms.Discount.incremental

  /// What a unit that is left brings at the end of the season, 0 or more and below the cost.
  public var salvage = 0.0

  /// Who sells the product to the shop.
  public var vendor: String?

  /// Space that a unit takes, 0 or more.
  public var space = 1.0

  /// Cost of carrying the product at all, 0 or more.
  public var fixedCost = 0.0

  /// Least units of an order, 1 or more; an order is for nothing or at least this.
  public var minimumOrder = 1

  /// Most units.
  public var maximumUnits: Int?

  /// Units come in packs of this many, 1 or more.
  public var packSize = 1

  /// Creates economics of a price and a unit cost.
  public init(price: Double, cost: Double) {
    self.price = price
    self.cost = cost
  }

  /// Price in excess of salvage: with it and ``netCost`` leftovers are worth nothing, which changes no profit.
  var netPrice: Double { price - salvage }

  /// Cost in excess of salvage, of the first unit.
  var netCost: Double { cost - salvage }

  /// The least that a unit can cost in excess of salvage, whatever is ordered: no plan does better.
  var leastNetCost: Double { (discounts.last?.cost ?? cost) - salvage }

  /// What an order costs.
  public func spend(on units: Int) -> Double {
    guard !discounts.isEmpty else { return Double(units) * cost }
    return PurchaseTerms.cost(of: units, [.init(units: 1, cost: cost)] + discounts, discountKind)
  }

  /// What an order costs in excess of its salvage.
  func netSpend(on units: Int) -> Double { spend(on: units) - Double(units) * salvage }

  /// What one unit more costs in excess of its salvage.
  func netCost(above units: Int) -> Double {
    discounts.isEmpty ? netCost : netSpend(on: units + 1) - netSpend(on: units)
  }

  /// Everything that is wrong, as subjects that begin with `name`.
  public func violations(_ name: String) -> [Violation] {
    var found = Violations()
    for (part, value) in [
      ("price", price), ("cost", cost), ("salvage", salvage), ("space", space), ("fixed cost", fixedCost),
    ] {
      found.require(
        value >= 0 && value.isFinite, "\(name) \(part)", given: value, expected: "a number from 0 on")
    }
    let steps = [PurchaseTerms.Break(units: 1, cost: cost)] + discounts
    found.require(
      zip(steps, discounts).allSatisfy { $0.units < $1.units && $0.cost >= $1.cost && $1.cost >= 0 },
      "\(name) discounts", given: "units that do not ascend or costs that rise",
      expected: "ascending units from 2 on and falling costs")
    let least = steps.last!.cost
    found.require(
      salvage < least || least == 0 && salvage == 0, "\(name) salvage", given: salvage,
      expected: "below the cost of \(least)", advice: "At this salvage value one would order without limit.")
    found.require(minimumOrder >= 1, "\(name) minimum order", given: minimumOrder, expected: "1 or more")
    found.require(packSize >= 1, "\(name) pack size", given: packSize, expected: "1 or more")
    if let maximumUnits {
      found.require(
        maximumUnits >= 0 && maximumUnits < Int(Int32.max), "\(name) maximum units", given: maximumUnits,
        expected: "0 to 2^31 - 2")
      found.require(
        maximumUnits == 0 || maximumUnits >= minimumOrder, "\(name) maximum units", given: maximumUnits,
        expected: "at least the minimum order of \(minimumOrder)")
    }
    return found.all
  }
}
