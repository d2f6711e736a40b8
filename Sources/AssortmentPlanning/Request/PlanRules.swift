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

  /// The rules that no plan keeps together, in words; nil where there is a plan.
  ///
  /// The least plan carries what must be carried at its minimum order; whatever it breaks, every plan breaks.
  func conflict(_ economics: [ProductEconomics]) -> String? {
    let must = Set(mustCarry).sorted()
    let excluded = Set(excluded)
    if let product = must.first(where: { excluded.contains($0) }) {
      return "product \(product) must be carried and is excluded"
    }
    if let product = must.first(where: { (economics[$0].maximumUnits ?? 1) < economics[$0].leastOrder }) {
      return "product \(product) must be carried and may have no units"
    }
    if let most = maximumProducts, must.count > most {
      return "\(must.count) products must be carried and at most \(most) may be"
    }
    for group in groups {
      let inGroup = group.products.filter { must.contains($0) }.count
      if inGroup > group.limit {
        return "\(inGroup) products of group \(group.name) must be carried and at most \(group.limit) may be"
      }
    }
    let units = must.reduce(0) { $0 + economics[$1].leastOrder }
    if let most = maximumUnits, units > most {
      return "what must be carried needs \(units) units and at most \(most) are allowed"
    }
    let spend = must.reduce(0.0) { $0 + Double(economics[$1].leastOrder) * economics[$1].cost }
    if let budget, spend > budget { return "what must be carried costs \(spend) and the budget is \(budget)" }
    let space = must.reduce(0.0) { $0 + Double(economics[$1].leastOrder) * economics[$1].space }
    if let most = maximumSpace, space > most {
      return "what must be carried needs space \(space) and there is \(most)"
    }
    return nil
  }
}

extension ProductEconomics {
  /// Least units of an order in whole packs.
  var leastOrder: Int { (max(minimumOrder, 1) + packSize - 1) / packSize * packSize }

  /// The next number of units that can be ordered; nil at the most.
  func unitsAbove(_ units: Int) -> Int? {
    let next = units == 0 ? leastOrder : units + packSize
    return next > maximumUnits ?? Int(Int32.max) - 1 ? nil : next
  }

  /// The number of units before; 0 below the minimum order, nil below 0.
  func unitsBelow(_ units: Int) -> Int? {
    guard units > 0 else { return nil }
    return units - packSize < leastOrder ? 0 : units - packSize
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
