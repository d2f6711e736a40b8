internal import Learning

extension MembershipModel {
  /// The decision problem under given chains.
  ///
  /// - Throws: ``InvalidInput`` when the chains do not fit the blocks.
  /// - Complexity: O(S A K)
  public func problem(_ chains: EngagementChains) throws -> DecisionProblem {
    try requireMemory(perState: plans.count * features.count)
    return try DecisionProblem(
      actions: choices, discount: discount, transitions: transitions(chains), features: rewardFeatures(chains)
    )
  }

  /// The decision problem with the rewards of parameters instead of features: what solving needs, in less memory.
  ///
  /// - Throws: ``InvalidInput`` when the chains do not fit the blocks.
  /// - Precondition: `theta` has one number for each feature.
  /// - Complexity: O(S A K)
  public func problem(_ chains: EngagementChains, theta: [Double]) throws -> DecisionProblem {
    precondition(theta.count == features.count, "one parameter for each feature")
    try requireMemory(perState: plans.count)
    let transitions = try transitions(chains)
    var rewards = [Double](repeating: 0, count: plans.count * stateCount)
    rewards.withUnsafeMutableBufferPointer { rewards in
      for a in plans.indices {
        for (k, weight) in theta.enumerated() where weight != 0 {
          visit(plan: a, feature: k, chains) { state, value in
            rewards[a * stateCount + state] += weight * value
          }
        }
      }
    }
    return try DecisionProblem(
      actions: choices, discount: discount, transitions: transitions,
      features: RewardFeatures(
        names: [], stateCount: stateCount, actionCount: plans.count, values: [], offset: rewards))
  }

  /// Refuses tables that would not fit into memory.
  func requireMemory(perState: Int) throws {
    try RewardFeatures.requireMemory(
      "blocks", states: stateCount, perState: perState, advice: "Use fewer blocks, levels or features.")
  }

  private var choices: [ChoiceAction] { plans.map { ChoiceAction($0.name, months: $0.months) } }

  private func transitions(_ chains: EngagementChains) throws -> FactoredTransitions {
    var problems = Violations()
    for block in blocks {
      for name in block.classes {
        let matrix = chains.byBlock[block.name]?[name] ?? []
        problems.require(
          matrix.allSatisfy { $0.count == block.levels }
            && FactoredTransitions.isStochastic(matrix.flatMap { $0 }, levels: block.levels),
          "chain of \(block.name), \(name)", given: "\(matrix.count) rows",
          expected: "\(block.levels) x \(block.levels) probabilities with rows of sum 1")
      }
    }
    try problems.throwIfAny()
    return try FactoredTransitions(
      levels: blocks.map(\.levels), statusCount: statuses.count,
      actions: plans.map { plan in
        FactoredTransitions.Action(
          chains: blocks.map {
            matrixPower(chains.matrix($0, isMember: plan.isMember), $0.levels, plan.months)
          },
          next: plan.next)
      })
  }

  private func rewardFeatures(_ chains: EngagementChains) throws -> RewardFeatures {
    let (states, count) = (stateCount, features.count)
    var values = [Double](repeating: 0, count: plans.count * count * states)
    values.withUnsafeMutableBufferPointer { values in
      for a in plans.indices {
        for k in features.indices {
          let start = (a * count + k) * states
          visit(plan: a, feature: k, chains) { state, value in values[start + state] = value }
        }
      }
    }
    return try RewardFeatures(
      names: features.map(\.name), stateCount: states, actionCount: plans.count, values: values)
  }

  /// Calls `body` with the states in which a feature of a plan is not 0, and its value there.
  @inline(__always)
  private func visit(plan a: Int, feature k: Int, _ chains: EngagementChains, _ body: (Int, Double) -> Void) {
    let (plan, cells) = (plans[a], cellCount)
    guard plan.isMember else { return }
    switch features[k].kind {
    case .flow(let component):
      let (block, sums) = flow(component, plan, chains)
      broadcast(sums, of: block) { cell, value in
        for status in statuses.indices { body(status * cells + cell, value) }
      }
    case .fee:
      guard let fees = fees.byPlan[plan.name] else { return }
      let (block, byLevel) = feeLevels(fees)
      broadcast(byLevel, of: block) { cell, fee in
        for status in statuses.indices { body(status * cells + cell, -fee) }
      }
    case .once(let status):
      for cell in 0..<cells { body(status * cells + cell, -1) }
    }
  }

  /// Fees in dollars, A x S.
  func feeTable() -> [Double] {
    let (states, cells) = (stateCount, cellCount)
    var table = [Double](repeating: 0, count: plans.count * states)
    for (a, plan) in plans.enumerated() {
      guard let fees = fees.byPlan[plan.name] else { continue }
      let (block, byLevel) = feeLevels(fees)
      broadcast(byLevel, of: block) { cell, fee in
        for status in 0..<statuses.count { table[a * states + status * cells + cell] = fee }
      }
    }
    return table
  }

  /// The discounted sum over a plan's months of a component's expected level, by the joint level of its block.
  private func flow(
    _ component: String?, _ plan: Plan, _ chains: EngagementChains
  ) -> (block: Int?, sums: [Double]) {
    guard let component, let place = place(of: component) else {
      return (nil, [(0..<plan.months).reduce(0) { $0 + power(discount, $1) }])
    }
    let block = blocks[place.block]
    let chain = chains.matrix(block, isMember: plan.isMember)
    let n = block.levels
    var expected = (0..<n).map { Double(Self.level(of: place.component, in: block, joint: $0)) }
    var sums = [Double](repeating: 0, count: n)
    for month in 0..<plan.months {
      let factor = power(discount, month)
      for i in 0..<n { sums[i] += factor * expected[i] }
      expected = (0..<n).map { i in (0..<n).reduce(0) { $0 + chain[i * n + $1] * expected[$1] } }
    }
    return (place.block, sums)
  }

  private func feeLevels(_ fees: [Double]) -> (block: Int?, byLevel: [Double]) {
    guard let component = self.fees.component, let place = place(of: component) else { return (nil, fees) }
    let block = blocks[place.block]
    return (
      place.block, (0..<block.levels).map { fees[Self.level(of: place.component, in: block, joint: $0)] }
    )
  }

  /// Calls `body` with every cell and the number of the block's level there.
  @inline(__always)
  private func broadcast(_ byLevel: [Double], of block: Int?, _ body: (Int, Double) -> Void) {
    guard let block else {
      for cell in 0..<cellCount { body(cell, byLevel[0]) }
      return
    }
    let inner = blocks[(block + 1)...].reduce(1) { $0 * $1.levels }
    for cell in 0..<cellCount { body(cell, byLevel[cell / inner % blocks[block].levels]) }
  }
}
