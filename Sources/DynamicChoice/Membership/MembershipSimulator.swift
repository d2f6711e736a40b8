internal import Learning
internal import Probability

/// Simulates customers who choose plans as a membership model and its parameters say.
///
/// Every customer has a stream of random numbers of its own. All start outside, with every level of engagement equally
/// likely; locked months are in the panel, as in a shop's records.
public struct MembershipSimulator: Sendable {
  /// The model.
  public let model: MembershipModel
  /// The chains of engagement.
  public let chains: EngagementChains
  /// A x S choice probabilities.
  public let policy: [Double]
  /// The problem that the policy solves.
  public let problem: DecisionProblem
  /// V, S numbers.
  public let values: [Double]

  /// The joint levels that customers may begin with, by block; all of a block that is not named.
  public var firstLevels: [String: [Int]] = [:]

  private let samplers: [[[AliasSampler]]]

  /// Creates a simulator of parameters, in the order of the model's features.
  ///
  /// - Throws: ``InvalidInput`` when their number or the chains do not fit, or values cannot be solved.
  public init(model: MembershipModel, theta: [Double], chains: EngagementChains) throws {
    guard theta.count == model.features.count, theta.allSatisfy(\.isFinite) else {
      throw InvalidInput(
        "theta", given: "\(theta.count) numbers",
        expected: "\(model.features.count) finite numbers as in features")
    }
    problem = try model.problem(chains)
    let solution = ValueSolver().solve(problem, rewards: problem.features.rewards(theta))
    guard solution.converged else {
      throw InvalidInput("theta", given: "rewards without values", expected: "rewards of a moderate size")
    }
    (self.model, self.chains, policy, values) = (model, chains, solution.policy, solution.values)
    samplers = model.blocks.map { block in
      block.classes.map { kind in (chains.byBlock[block.name]?[kind] ?? []).map { AliasSampler(weights: $0) }
      }
    }
  }

  /// A panel.
  ///
  /// - Precondition: 1 or more customers and months, together at most 2^31 - 1 rows.
  /// - Complexity: O(customers x months x (plans + blocks))
  public func rows(customers: Int, months: Int, seed: UInt64) -> PanelRows {
    precondition(customers >= 1 && months >= 1 && customers * months <= Int(Int32.max), "1 to 2^31 - 1 rows")
    var rows = PanelRows(stateColumns: 1 + model.components.count)
    for customer in 0..<customers {
      var generator = SeededGenerator(seed: seed, stream: UInt64(customer))
      simulate(customer, months, &generator, &rows)
    }
    return rows
  }

  private func simulate(
    _ customer: Int, _ months: Int, _ generator: inout SeededGenerator, _ rows: inout PanelRows
  ) {
    var levels = model.blocks.map { block -> Int in
      guard let allowed = firstLevels[block.name], !allowed.isEmpty else {
        return generator.integer(below: block.levels)
      }
      return allowed[generator.integer(below: allowed.count)]
    }
    var (status, plan, locked) = (0, 0, 0)
    for month in 0..<months {
      rows.customers.append(Int32(customer))
      rows.months.append(Int32(month))
      rows.states[0].append(Int32(status))
      var column = 1
      for (block, joint) in zip(model.blocks, levels) {
        for k in block.components.indices {
          rows.states[column].append(Int32(MembershipModel.level(of: k, in: block, joint: joint)))
          column += 1
        }
      }
      if locked == 0 {
        plan = choose(model.state(status: status, levels: levels), &generator)
        rows.actions.append(Int32(plan))
        status = model.plans[plan].next[status]
        locked = model.plans[plan].months - 1
      } else {
        rows.actions.append(PanelRows.locked)
        locked -= 1
      }
      for (b, block) in model.blocks.enumerated() {
        let kind = block.dependsOnClass && !model.plans[plan].isMember ? 1 : 0
        levels[b] = samplers[b][kind][levels[b]].draw(using: &generator)
      }
    }
  }

  private func choose(_ state: Int, _ generator: inout SeededGenerator) -> Int {
    var rest = generator.uniform()
    for plan in 0..<model.plans.count - 1 {
      rest -= policy[plan * model.stateCount + state]
      if rest < 0 { return plan }
    }
    return model.plans.count - 1
  }
}
