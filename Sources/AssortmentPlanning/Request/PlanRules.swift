internal import ChoiceModels
internal import Learning

/// What a plan must keep.
public struct PlanRules: Sendable, Equatable {
  /// At most so many of a group of products are carried.
  public struct Group: Sendable, Equatable {
    /// What it is called.
    public let name: String
    /// The products.
    public let products: [Int]
    /// How many of them at the most.
    public let limit: Int

    /// Creates a group; an exclusive pair is a group of two with limit 1.
    public init(name: String, products: [Int], limit: Int) {
      (self.name, self.products, self.limit) = (name, products, limit)
    }
  }

  /// Most that may be spent on units.
  public var budget: Double?

  /// Most products that are carried.
  public var maximumProducts: Int?

  /// Most units in all.
  public var maximumUnits: Int?

  /// Most space in all.
  public var maximumSpace: Double?

  /// Products that are carried in any case, at least their minimum order.
  public var mustCarry: [Int] = []

  /// Products that are not carried.
  public var excluded: [Int] = []

  /// Limits within groups.
  public var groups: [Group] = []

  /// Least spend with each vendor that gets an order at all.
  public var vendorMinimums: [String: Double] = [:]

  /// No rule.
  public init() {}

  /// What cannot be, whatever the products cost.
  func violations(productCount: Int) -> [Violation] {
    var found = Violations()
    found.require(budget.map { $0 >= 0 } ?? true, "budget", given: budget ?? 0, expected: "0 or more")
    found.require(
      maximumProducts.map { $0 >= 0 } ?? true, "maximum products", given: maximumProducts ?? 0,
      expected: "0 or more")
    found.require(
      maximumUnits.map { $0 >= 0 } ?? true, "maximum units", given: maximumUnits ?? 0, expected: "0 or more")
    found.require(
      maximumSpace.map { $0 >= 0 } ?? true, "maximum space", given: maximumSpace ?? 0, expected: "0 or more")
    let all = 0..<productCount
    for (name, list) in [("must-carry", mustCarry), ("excluded", excluded)]
      + groups.map({ ("group \($0.name)", $0.products) })
    {
      let unknown = list.filter { !all.contains($0) }
      found.require(
        unknown.isEmpty, name,
        given: "unknown products \(unknown.prefix(10).map(String.init).joined(separator: ", "))",
        expected: "0 to \(productCount - 1)")
    }
    for group in groups {
      found.require(group.limit >= 0, "group \(group.name)", given: group.limit, expected: "0 or more")
    }
    return found.all
  }

  /// Rules that no plan keeps together; nil where there is a plan.
  ///
  /// The least plan carries what must be carried at its minimum order; whatever it breaks, every plan breaks.
  func conflict(_ economics: [ProductEconomics]) -> RuleConflict? {
    let must = Set(mustCarry).sorted()
    if let conflict = Self.conflict(must, excluded, maximumProducts, groups) { return conflict }
    if let product = must.first(where: { (economics[$0].maximumUnits ?? .max) < economics[$0].leastOrder }) {
      return .noUnits(product: product)
    }
    let units = must.reduce(0) { $0 + economics[$1].leastOrder }
    if let most = maximumUnits, units > most { return .units(needed: units, most: most) }
    let spend = must.reduce(0.0) { $0 + economics[$1].spend(on: economics[$1].leastOrder) }
    if let budget, spend > budget { return .budget(needed: spend, most: budget) }
    let space = must.reduce(0.0) { $0 + Double(economics[$1].leastOrder) * economics[$1].space }
    if let most = maximumSpace, space > most { return .space(needed: space, most: most) }
    return nil
  }

  /// Rules about which products are carried that exclude each other.
  static func conflict(
    _ must: [Int], _ excluded: [Int], _ maximumProducts: Int?, _ groups: [Group]
  ) -> RuleConflict? {
    let isExcluded = Set(excluded)
    if let product = must.first(where: isExcluded.contains) { return .excluded(product: product) }
    if let most = maximumProducts, must.count > most { return .products(must: must, most: most) }
    for group in groups {
      let inGroup = must.filter(Set(group.products).contains)
      if inGroup.count > group.limit {
        return .group(name: group.name, must: inGroup, most: group.limit)
      }
    }
    return nil
  }
}

extension ProductEconomics {
  /// Least units of an order in whole packs.
  var leastOrder: Int { (max(minimumOrder, 1) + packSize - 1) / packSize * packSize }

  /// The next number of units that can be ordered, or the one so many packs on; nil at the most.
  func unitsAbove(_ units: Int, orders: Int = 1) -> Int? {
    let most = maximumUnits ?? Int(Int32.max) - 1
    let next = units == 0 ? leastOrder : units + packSize
    guard next <= most else { return nil }
    return next + min(orders - 1, (most - next) / packSize) * packSize
  }

  /// The number of units before, or so many packs before; 0 below the minimum order, nil below 0.
  func unitsBelow(_ units: Int, orders: Int = 1) -> Int? {
    guard units > 0 else { return nil }
    if units - packSize < leastOrder { return 0 }
    return max(leastOrder, units - orders * packSize)
  }

  /// The number of units nearest below `units` that can be ordered, or the minimum order where that is as near as 0.
  func orderable(_ units: Int) -> Int {
    let capped = min(units, maximumUnits ?? Int(Int32.max) - 1)
    if capped < leastOrder {
      return 2 * capped >= leastOrder && leastOrder <= maximumUnits ?? .max ? leastOrder : 0
    }
    return capped / packSize * packSize
  }
}
