internal import Learning

/// What a supplier asks for an order: quantity discounts, minimum order, packs.
public struct PurchaseTerms: Sendable, Equatable {
  /// Unit cost from a number of units on.
  public struct Break: Sendable, Equatable, Codable {
    /// From so many units on, 1 or more.
    public let units: Int
    /// The unit cost.
    public let cost: Double

    /// Creates a break.
    public init(units: Int, cost: Double) {
      self.units = units
      self.cost = cost
    }
  }

  /// How discounts count.
  public enum Discount: String, Sendable, Codable {
    /// Each unit costs what its own number says.
    case incremental
    /// All units cost what the last one's number says.
    case allUnits
  }

  /// Breaks, ascending, the first at 1; costs fall.
  public let breaks: [Break]

  /// How they count.
  public let discount: Discount

  /// Least units of an order.
  public let minimumOrder: Int

  /// Units come in packs of this many.
  public let packSize: Int

  /// The terms of a product of a plan, its costs in excess of salvage.
  init(_ product: ProductEconomics) {
    breaks = ([.init(units: 1, cost: product.cost)] + product.discounts).map {
      .init(units: $0.units, cost: $0.cost - product.salvage)
    }
    (discount, minimumOrder, packSize) = (product.discountKind, product.minimumOrder, product.packSize)
  }

  /// Takes terms.
  ///
  /// - Throws: `InvalidInput` with everything that is wrong.
  public init(breaks: [Break], discount: Discount = .incremental, minimumOrder: Int = 1, packSize: Int = 1)
    throws
  {
    var problems = Violations()
    problems.require(
      breaks.first?.units == 1, "breaks", given: "no cost of the first unit", expected: "a break at 1")
    problems.require(
      zip(breaks, breaks.dropFirst()).allSatisfy { $0.units < $1.units && $0.cost >= $1.cost }, "breaks",
      given: "units that do not ascend or costs that rise", expected: "ascending units and falling costs")
    problems.require(
      breaks.allSatisfy { $0.cost >= 0 && $0.cost.isFinite }, "breaks", given: "a negative cost",
      expected: "0 or more")
    problems.require(minimumOrder >= 1, "minimum order", given: minimumOrder, expected: "1 or more")
    problems.require(packSize >= 1, "pack size", given: packSize, expected: "1 or more")
    try problems.throwIfAny()
    self.breaks = breaks
    self.discount = discount
    self.minimumOrder = minimumOrder
    self.packSize = packSize
  }

  /// Cost of an order.
  public func cost(of units: Int) -> Double { Self.cost(of: units, breaks, discount) }

  static func cost(of units: Int, _ breaks: [Break], _ discount: Discount) -> Double {
    guard units > 0 else { return 0 }
    switch discount {
    case .allUnits: return Double(units) * (breaks.last { $0.units <= units } ?? breaks[0]).cost
    case .incremental:
      return breaks.indices.reduce(0) { sum, k in
        let end = k + 1 < breaks.count ? min(units, breaks[k + 1].units - 1) : units
        return sum + Double(max(0, end - breaks[k].units + 1)) * breaks[k].cost
      }
    }
  }

  /// The order of highest expected profit when demand is Poisson, and its profit; 0 units where nothing earns.
  ///
  /// Between breaks profit is concave, so the best order is the newsvendor's at one of the costs, a break, the minimum
  /// order, or a neighbour in whole packs.
  public func bestOrder(price: Double, poissonMean: Double) -> (units: Int, profit: Double) {
    var candidates: Set<Int> = [minimumOrder]
    for entry in breaks {
      candidates.insert(entry.units)
      candidates.insert(entry.units - 1)
      if let vendor = try? Newsvendor(price: price, cost: entry.cost) {
        candidates.insert(vendor.units(.poisson(poissonMean)))
      }
    }
    var best = (units: 0, profit: 0.0)
    let revenue = Newsvendor(ProductEconomics(price: price, cost: 0))
    for candidate in candidates {
      for packs in [candidate / packSize, candidate / packSize + 1] {
        let units = max(packs * packSize, (minimumOrder + packSize - 1) / packSize * packSize)
        let profit = revenue.profit(units: units, poissonMean: poissonMean) - cost(of: units)
        if profit > best.profit + 1e-12 { best = (units, profit) }
      }
    }
    return best
  }
}
