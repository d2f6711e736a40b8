extension SolvedMembership {
  /// Share of customers on each plan in each of the next months, from where they stand today.
  ///
  /// Running plans run to their end under the chains of the case; plans that are not offered any more end then too.
  ///
  /// - Parameters:
  ///   - today: the customers of the panel.
  ///   - base: the plans that the panel's numbers mean.
  ///   - monthly: the chains of one month under the case, of each block for members and for others.
  func sharesByMonth(
    _ today: CustomersToday, base: [MembershipModel.Plan], months: Int, chains: EngagementChains
  ) -> [[String: Double]] {
    let (states, cells) = (model.stateCount, model.cellCount)
    let total = today.groups.reduce(0) { $0 + $1.customers }
    guard total > 0, months > 0 else { return [] }
    var arrivals: [Int: [Double]] = [:]
    var on = [[String: Double]](repeating: [:], count: months)
    func count(_ plan: String, from: Int, to: Int, _ customers: Double) {
      for month in max(0, from)..<max(max(0, from), min(months, to)) {
        on[month][plan, default: 0] += customers
      }
    }
    for ((plan, wait), groups) in Dictionary(grouping: today.groups, by: { Waiting($0.plan, $0.months) })
      .sorted(by: { $0.key < $1.key }).map({ (($0.key.plan, $0.key.months), $0.value) })
    {
      let kind = base[plan].isMember
      let powers = model.blocks.map { matrixPower(chains.matrix($0, isMember: kind), $0.levels, wait) }
      for status in Set(groups.map(\.status)).sorted() {
        var mass = [Double](repeating: 0, count: cells)
        for group in groups where group.status == status { mass[group.cell] += group.customers / total }
        count(base[plan].name, from: 0, to: wait - 1, mass.reduce(0, +))
        let moved = transitions.evolve(mass, chains: powers)
        var arriving = arrivals[wait - 1] ?? [Double](repeating: 0, count: states)
        for cell in 0..<cells { arriving[status * cells + cell] += moved[cell] }
        arrivals[wait - 1] = arriving
      }
    }
    for month in 0..<months {
      guard let mass = arrivals.removeValue(forKey: month) else { continue }
      for (a, plan) in model.plans.enumerated() {
        let chosen = zip(mass, policy[a * states..<(a + 1) * states]).map { $0 * $1 }
        count(plan.name, from: month, to: month + plan.months, chosen.reduce(0, +))
        guard month + plan.months < months else { continue }
        let moved = transitions.propagate(chosen, action: a)
        arrivals[month + plan.months] = zip(
          arrivals[month + plan.months] ?? [Double](repeating: 0, count: states), moved
        ).map { $0 + $1 }
      }
    }
    return on
  }
}

/// Customers on one plan who choose in the same month.
private struct Waiting: Hashable, Comparable {
  let plan: Int
  let months: Int

  init(_ plan: Int, _ months: Int) { (self.plan, self.months) = (plan, months) }

  static func < (left: Self, right: Self) -> Bool { (left.plan, left.months) < (right.plan, right.months) }
}
