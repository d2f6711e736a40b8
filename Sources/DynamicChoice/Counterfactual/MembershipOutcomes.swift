internal import Learning

/// What a membership leads to: plan mix, renewal, churn, win-back, revenue, value.
public struct MembershipOutcomes: Sendable, Equatable {
  /// Share of customers on each plan in the long run, in calendar time.
  public internal(set) var shares: [String: Double] = [:]
  /// Share of those who decide in a group of statuses that choose a plan for members again; nil where nobody comes.
  public internal(set) var renewal: [String: Double?] = [:]
  /// The same for each status: tenure by tenure.
  public internal(set) var renewalByStatus: [String: Double?] = [:]
  /// The same of members by the level of each component of engagement, by component.
  public internal(set) var renewalByLevel: [String: [Double?]] = [:]
  /// Share of those outside who join in a month; nil where nobody is.
  public internal(set) var winBack: Double?
  /// Fees a month and customer in the long run.
  public internal(set) var revenuePerMonth = 0.0
  /// Discounted fees of a new customer.
  public internal(set) var revenueNewCustomer = 0.0
  /// Discounted value to a new customer, in utility.
  public internal(set) var valueNewCustomer = 0.0
  /// Probability that a new customer's next choices are exactly these, by path.
  public internal(set) var paths: [String: Double] = [:]
  /// Share of customers on each plan in each of the next months, from today's customers.
  public internal(set) var sharesByMonth: [[String: Double]] = []

  /// Share of customers with a plan for members.
  func memberShare(_ model: MembershipModel) -> Double {
    model.plans.filter(\.isMember).reduce(0) { $0 + (shares[$1.name] ?? 0) }
  }
}

/// A membership under given rewards, solved.
struct SolvedMembership {
  let model: MembershipModel
  let problem: DecisionProblem
  let transitions: FactoredTransitions
  let values: [Double]
  let policy: [Double]

  /// Solves for rewards, A x S.
  ///
  /// - Throws: ``InvalidInput`` when values cannot be solved.
  init(
    _ model: MembershipModel, _ problem: DecisionProblem, rewards: [Double], start: [Double]? = nil
  ) throws {
    let solution = ValueSolver().solve(problem, rewards: rewards, start: start)
    guard solution.converged, let transitions = problem.transitions as? FactoredTransitions else {
      throw InvalidInput("case", given: "rewards without values", expected: "rewards of a moderate size")
    }
    (self.model, self.problem, self.transitions) = (model, problem, transitions)
    (values, policy) = (solution.values, solution.policy)
  }

  /// The states of new customers, all equally likely.
  var newCustomers: [Double] {
    let cells = model.cellCount
    return (0..<model.stateCount).map { $0 < cells ? 1 / Double(cells) : 0 }
  }

  var valueNewCustomer: Double { values[..<model.cellCount].reduce(0, +) / Double(model.cellCount) }

  /// Everything but paths and months.
  func outcomes() -> MembershipOutcomes {
    var outcomes = MembershipOutcomes()
    let (states, cells) = (model.stateCount, model.cellCount)
    let x = transitions.stationary(policy: policy, from: newCustomers).distribution
    let fees = model.feeTable()
    var (calendar, fee) = ([Double](repeating: 0, count: model.plans.count), 0.0)
    for (a, plan) in model.plans.enumerated() {
      for s in 0..<states {
        let mass = x[s] * policy[a * states + s]
        calendar[a] += mass * Double(plan.months)
        fee += mass * fees[a * states + s]
      }
    }
    let months = calendar.reduce(0, +)
    for (a, plan) in model.plans.enumerated() { outcomes.shares[plan.name] = calendar[a] / months }
    outcomes.revenuePerMonth = fee / months
    func renewal(_ statuses: [Int]) -> Double? {
      var (mass, kept) = (0.0, 0.0)
      for status in statuses {
        for s in status * cells..<(status + 1) * cells {
          mass += x[s]
          for (a, plan) in model.plans.enumerated() where plan.isMember {
            kept += x[s] * policy[a * states + s]
          }
        }
      }
      return mass > 1e-9 ? kept / mass : nil
    }
    let groups = Dictionary(grouping: model.statuses.indices) { String(model.statuses[$0].prefix(1)) }
    for (group, statuses) in groups { outcomes.renewal[group] = .some(renewal(statuses)) }
    for (status, name) in model.statuses.enumerated() {
      outcomes.renewalByStatus[name] = .some(renewal([status]))
    }
    outcomes.renewalByLevel = renewalByLevel(x)
    outcomes.winBack = renewal([0])
    outcomes.revenueNewCustomer = revenue(fees)
    outcomes.valueNewCustomer = valueNewCustomer
    return outcomes
  }

  /// Of those who decide after a month or more of membership.
  private func renewalByLevel(_ x: [Double]) -> [String: [Double?]] {
    let (states, cells) = (model.stateCount, model.cellCount)
    var chosen = [Double](repeating: 0, count: cells)
    var mass = chosen
    for status in model.statuses.indices where model.isAfterMembership(status) {
      for cell in 0..<cells {
        let s = status * cells + cell
        mass[cell] += x[s]
        for (a, plan) in model.plans.enumerated() where plan.isMember {
          chosen[cell] += x[s] * policy[a * states + s]
        }
      }
    }
    var table: [String: [Double?]] = [:]
    var inner = cells
    for block in model.blocks {
      inner /= block.levels
      for (k, component) in block.components.enumerated() {
        var kept = [Double](repeating: 0, count: component.levels)
        var all = kept
        for cell in 0..<cells {
          let level = MembershipModel.level(of: k, in: block, joint: cell / inner % block.levels)
          kept[level] += chosen[cell]
          all[level] += mass[cell]
        }
        table[component.name] = zip(kept, all).map { $1 > 1e-9 ? $0 / $1 : nil }
      }
    }
    return table
  }

  private func revenue(_ fees: [Double]) -> Double {
    let states = model.stateCount
    var (paid, weights) = ([Double](repeating: 0, count: states), policy)
    for (a, factor) in problem.actionDiscounts.enumerated() {
      for s in 0..<states {
        paid[s] += policy[a * states + s] * fees[a * states + s]
        weights[a * states + s] *= factor
      }
    }
    _ = problem.transitions.system(weights: weights).solve(&paid, tolerance: 1e-11)
    return paid[..<model.cellCount].reduce(0, +) / Double(model.cellCount)
  }

  /// The probability that a new customer's next choices are exactly these plans; 0 where one is not offered.
  func probability(of path: [String]) -> Double {
    let states = model.stateCount
    var mass = newCustomers
    for name in path {
      guard let a = model.plans.firstIndex(where: { $0.name == name }) else { return 0 }
      mass = transitions.propagate(
        zip(mass, policy[a * states..<(a + 1) * states]).map { $0 * $1 }, action: a)
    }
    return mass.reduce(0, +)
  }
}
