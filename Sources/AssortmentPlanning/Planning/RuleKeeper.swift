/// Knows at every moment which changes of a plan keep the rules.
struct RuleKeeper {
  private let rules: PlanRules
  private let economics: [ProductEconomics]
  private let isMust: [Bool]
  private let isExcluded: [Bool]
  /// Products whose units are bought already and stay as they are.
  private let isFixed: [Bool]
  private let groupsOfProduct: [[Int]]
  private(set) var units: [Int]
  private var spend = 0.0
  private var space = 0.0
  private var total = 0
  private var carried = 0
  private var carriedOfGroup: [Int]

  /// Starts at the least plan: what is bought already, and what must be carried at its minimum order.
  ///
  /// Budget, units and space are those of new orders.
  init(_ rules: PlanRules, _ economics: [ProductEconomics], committed: [Int]? = nil) {
    isFree = rules == PlanRules()
    self.rules = rules
    self.economics = economics
    let n = economics.count
    var (must, excluded) = ([Bool](repeating: false, count: n), [Bool](repeating: false, count: n))
    for product in rules.mustCarry { must[product] = true }
    for product in rules.excluded { excluded[product] = true }
    var groups = [[Int]](repeating: [], count: n)
    for (number, group) in rules.groups.enumerated() {
      for product in Set(group.products) { groups[product].append(number) }
    }
    (isMust, isExcluded, groupsOfProduct) = (must, excluded, groups)
    isFixed = committed?.map { $0 > 0 } ?? [Bool](repeating: false, count: n)
    carriedOfGroup = [Int](repeating: 0, count: rules.groups.count)
    units = [Int](repeating: 0, count: n)
    if let committed {
      for product in 0..<n where committed[product] > 0 {
        units[product] = committed[product]
        note(product, 1)
      }
    }
    for product in 0..<n where must[product] && units[product] == 0 {
      set(product, to: economics[product].leastOrder)
    }
  }

  /// Whether no rule can ever stand in the way, so that nothing need be counted.
  let isFree: Bool

  /// Whether a product may have so many units, all others as they are.
  func allows(_ product: Int, _ count: Int) -> Bool {
    let before = units[product]
    if isFixed[product] || count > 0 && isExcluded[product] { return false }
    if isMust[product], count == 0 { return false }
    guard count > before else { return true }
    let more = count - before
    if let most = rules.maximumUnits, total + more > most { return false }
    if let budget = rules.budget, spend + spend(product, from: before, to: count) > budget + 1e-9 {
      return false
    }
    if let most = rules.maximumSpace, space + Double(more) * economics[product].space > most + 1e-9 {
      return false
    }
    guard before == 0 else { return true }
    if let most = rules.maximumProducts, carried >= most { return false }
    return groupsOfProduct[product].allSatisfy { carriedOfGroup[$0] < rules.groups[$0].limit }
  }

  /// Sets the units of a product.
  mutating func set(_ product: Int, to count: Int) {
    let more = count - units[product]
    spend += spend(product, from: units[product], to: count)
    if units[product] == 0, count > 0 { note(product, 1) }
    if units[product] > 0, count == 0 { note(product, -1) }
    units[product] = count
    total += more
    space += Double(more) * economics[product].space
  }

  private func spend(_ product: Int, from before: Int, to count: Int) -> Double {
    economics[product].spend(on: count) - economics[product].spend(on: before)
  }

  private mutating func note(_ product: Int, _ change: Int) {
    carried += change
    for group in groupsOfProduct[product] { carriedOfGroup[group] += change }
  }

  /// Takes as much of a plan as the rules allow, the products of highest `worth` a unit first.
  mutating func take(_ plan: [Int], worth: [Double]) {
    for product in plan.indices.sorted(by: { worth[$0] > worth[$1] }) where plan[product] != units[product] {
      var count = economics[product].orderable(plan[product])
      while count > 0, !allows(product, count) { count = economics[product].unitsBelow(count) ?? 0 }
      if allows(product, count) { set(product, to: count) }
    }
  }
}
