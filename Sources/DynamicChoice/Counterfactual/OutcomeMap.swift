/// From parameters and chains to the figures of all cases; what bands are differenced from.
struct OutcomeMap: Sendable {
  let model: MembershipModel
  /// The base first.
  let cases: [CounterfactualCase]
  let paths: [[String]]
  /// Which parameter turns utility into dollars; nil where none does.
  let pricePlace: Int?

  /// Solves all cases.
  func solve(theta: [Double], chains: EngagementChains) throws -> [SolvedMembership] {
    try cases.map { change in
      let changed = model.applying(change)
      let problem = try changed.problem(
        model.applying(change, to: chains), theta: model.applying(change, to: theta))
      return try SolvedMembership(changed, problem, rewards: problem.features.offset)
    }
  }

  func outcomes(_ solved: SolvedMembership) -> MembershipOutcomes {
    var outcomes = solved.outcomes()
    for path in paths { outcomes.paths[path.joined(separator: " ")] = solved.probability(of: path) }
    return outcomes
  }

  /// The figures of all cases by name; what does not exist is left out.
  func figures(
    _ solved: [SolvedMembership], _ outcomes: [MembershipOutcomes], theta: [Double]
  ) -> [[String: Double]] {
    solved.indices.map { k in
      var figures: [String: Double] = [:]
      for (plan, share) in outcomes[k].shares { figures["share_\(plan)"] = share }
      for (group, renewal) in outcomes[k].renewal { figures["renewal_\(group)"] = renewal }
      for (status, renewal) in outcomes[k].renewalByStatus { figures["renewal_status_\(status)"] = renewal }
      for (component, rates) in outcomes[k].renewalByLevel {
        for (level, renewal) in rates.enumerated() {
          figures["renewal_level_\(component)_\(level)"] = renewal
        }
      }
      for (path, probability) in outcomes[k].paths { figures["path_\(path)"] = probability }
      figures["revenue_per_month"] = outcomes[k].revenuePerMonth
      figures["revenue_new_customer"] = outcomes[k].revenueNewCustomer
      if let pricePlace {
        figures["surplus_usd"] = (solved[k].valueNewCustomer - solved[0].valueNewCustomer) / theta[pricePlace]
      }
      return figures
    }
  }

  func figures(theta: [Double], chains: EngagementChains) throws -> [[String: Double]] {
    let solved = try solve(theta: theta, chains: chains)
    return figures(solved, solved.map(outcomes), theta: theta)
  }
}

/// The ends of a band.
public struct Band: Codable, Sendable, Equatable {
  /// Lower end.
  public var low: Double
  /// Upper end.
  public var high: Double
}
