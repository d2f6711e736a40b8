internal import Learning
internal import LinearAlgebra

/// The range of all figures over rewards of the anchor that the choices cannot tell apart.
struct AnchorBands {
  /// For each case, the bands of its figures.
  let bands: [[String: Band]]

  init(
    map: OutcomeMap, world: Counterfactual.World, width: Double, figures: [[String: Double]],
    on execution: Execution
  ) throws {
    let model = map.model
    let base = try model.problem(world.membership.chains, theta: world.theta)
    let policy = try SolvedMembership(model, base, rewards: base.features.offset).policy
    let patterns = Self.patterns(model)
    let worlds = patterns.flatMap { pattern in [-width, width].map { scale in pattern.map { scale * $0 } } }
    let found = try concurrentMap(count: worlds.count, threads: execution.threads, scratch: {}) { _, k in
      try execution.cancellation.check()
      let known = worlds[k].map { $0 + model.anchorReward }
      let moved = AnchorEquation(problem: base).renormalise(
        rewards: base.features.offset, anchor: Anchor(.action(model.anchorPlan), reward: known),
        policy: policy
      ).rewards
      let difference = zip(moved, base.features.offset).map { $0 - $1 }
      return try Self.figures(map, world, difference)
    }
    bands = figures.indices.map { place in
      var bands: [String: Band] = [:]
      for (name, value) in figures[place] {
        let all = [value] + found.compactMap { $0[place][name] }
        bands[name] = Band(low: all.min() ?? value, high: all.max() ?? value)
      }
      return bands
    }
  }

  /// The figures when the rewards of the base's plans differ by a table of A x S.
  private static func figures(
    _ map: OutcomeMap, _ world: Counterfactual.World, _ difference: [Double]
  ) throws -> [[String: Double]] {
    let states = map.model.stateCount
    let solved = try map.cases.map { change in
      let changed = map.model.applying(change)
      let problem = try changed.problem(
        map.model.applying(change, to: world.membership.chains),
        theta: map.model.applying(change, to: world.theta))
      var rewards = problem.features.offset
      for (a, plan) in changed.plans.enumerated() {
        // A new plan's reward follows from the features alone.
        guard let old = map.model.plans.firstIndex(where: { $0.name == plan.name }) else { continue }
        for s in 0..<states { rewards[a * states + s] += difference[old * states + s] }
      }
      return try SolvedMembership(changed, problem, rewards: rewards)
    }
    return map.figures(solved, solved.map(map.outcomes), theta: world.theta)
  }

  /// Shapes of the anchor's reward: constant, rising with each component, and with being no newcomer.
  private static func patterns(_ model: MembershipModel) -> [[Double]] {
    var patterns = [[Double](repeating: 1, count: model.stateCount)]
    func standardised(_ values: [Double]) -> [Double] {
      let mean = values.reduce(0, +) / Double(values.count)
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
        .squareRoot()
      return deviation > 0 ? values.map { ($0 - mean) / deviation } : values.map { _ in 0 }
    }
    for (b, block) in model.blocks.enumerated() {
      for k in block.components.indices {
        patterns.append(
          standardised(
            (0..<model.stateCount).map { state in
              let joint = model.levels(ofCell: state % model.cellCount)[b]
              return Double(MembershipModel.level(of: k, in: block, joint: joint))
            }))
      }
    }
    patterns.append(standardised((0..<model.stateCount).map { $0 / model.cellCount == 0 ? 0 : 1 }))
    return patterns
  }
}
