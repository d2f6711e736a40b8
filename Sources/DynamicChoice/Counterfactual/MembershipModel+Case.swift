internal import Learning

extension MembershipModel {
  /// The model under a case: its fees and plans.
  func applying(_ change: CounterfactualCase) -> MembershipModel {
    var fees = fees
    for (plan, dollars) in change.fees {
      fees.byPlan[plan] = fees.byPlan[plan]?.map { $0 + dollars }
    }
    var plans = plans.filter { !change.dropped.contains($0.name) }
    let levels = fees.component.flatMap { name in components.first { $0.name == name }?.levels } ?? 1
    for new in change.added {
      guard let like = self.plans.first(where: { $0.name == new.like }) else { continue }
      plans.append(Plan(name: new.name, months: new.months, isMember: like.isMember, next: like.next))
      fees.byPlan[new.name] = [Double](repeating: new.fee, count: levels)
    }
    let anchor = plans.firstIndex { $0.name == self.plans[anchorPlan].name } ?? 0
    return MembershipModel(
      discount: discount, statuses: statuses, blocks: blocks, plans: plans, anchorPlan: anchor,
      anchorReward: anchorReward, fees: fees, features: features,
      allowsEarlyCancellation: allowsEarlyCancellation)
  }

  /// Parameters under a case.
  func applying(_ change: CounterfactualCase, to theta: [Double]) -> [Double] {
    zip(features, theta).map { (change.scale[$0.name] ?? 1) * $1 }
  }

  /// Chains under a case: probability moves from staying.
  ///
  /// - Throws: ``InvalidInput`` when more would move than stays.
  func applying(_ change: CounterfactualCase, to chains: EngagementChains) throws -> EngagementChains {
    var moved = chains
    for shift in change.shifts {
      guard var rows = moved.byBlock[shift.block]?[shift.kind] else { continue }
      for i in rows.indices {
        let up = i + 1 < rows.count ? shift.up : 0
        let down = i > 0 ? shift.down : 0
        if i + 1 < rows.count { rows[i][i + 1] += up }
        if i > 0 { rows[i][i - 1] += down }
        rows[i][i] -= up + down
        guard rows[i].allSatisfy({ $0 >= 0 }) else {
          throw InvalidInput(
            "case \(change.name), chain of \(shift.block)", given: "up \(shift.up), down \(shift.down)",
            expected: "no more than the probability of staying at level \(i) or of moving there")
        }
      }
      moved.byBlock[shift.block]?[shift.kind] = rows
    }
    return moved
  }
}
