internal import Learning

extension PanelModel {
  /// The columns of a panel of this model.
  public var layout: PanelLayout {
    PanelLayout(
      customer: columns.customer, time: columns.time, action: columns.action, states: state,
      actions: actions.map { [$0.action.name] + ($0.code.map { [$0] } ?? []) }, allowsLocked: false)
  }

  /// Counts choices and estimates transitions.
  ///
  /// With a horizon the period is part of the state: periods run from 1 to the horizon, or from the first one in the panel
  /// where that is earlier.
  ///
  /// - Parameter weights: a weight for each customer, in ascending order of customers; nil for 1 each.
  /// - Throws: ``InvalidInput`` when a period lies beyond the horizon, or nothing moves where increments are to be counted.
  public func data(_ panel: ChoicePanel, weights: [Double]? = nil) throws -> (
    data: ChoiceData, report: PanelReport
  ) {
    try requireMemory(periods: 1)
    let moves = try PanelMoves(self, panel, weights)
    var report = moves.report
    let names = actions.map(\.action)
    var transitions: any TransitionOperator
    var dynamics: (any EstimatedDynamics)?
    var increments: [Double] = []
    switch self.transitions {
    case .counts:
      transitions = try TransitionCounts(
        states: moves.states, actions: moves.actions, next: moves.next, weights: moves.weights,
        stateCount: stateCount, actionCount: actions.count
      ).transitions(unseen: .absorbing)
    case .increment(let resets):
      (increments, report.forbidden) = moves.increments(resets, actions)
      transitions = try incrementTransitions(increments, resets)
    case .rules(let rules):
      report.forbidden = moves.broken(self, rules)
      transitions = try ruleTransitions(rules)
    }
    if let horizon {
      let states = stateCount * (horizon - moves.firstPeriod + 1)
      try requireMemory(periods: horizon - moves.firstPeriod + 1)
      guard states <= Self.largestStateCount else {
        throw InvalidInput(
          columns.time, given: "\(states) states in all periods",
          expected: "at most \(Self.largestStateCount)")
      }
      transitions = HorizonTransitions(transitions, periods: horizon - moves.firstPeriod + 1)
    }
    let problem = try DecisionProblem(
      actions: names, discount: discount, transitions: transitions,
      features: rewardFeatures(periods: transitions.stateCount / stateCount))
    if case .increment(let resets) = self.transitions, horizon == nil {
      dynamics = EstimatedIncrements(model: self, counts: increments, resets: resets)
    }
    let periods = transitions.stateCount / stateCount
    let data = try ChoiceData(
      problem: problem,
      counts: ChoiceCounts(
        stateCount: problem.stateCount, actionCount: actions.count, values: moves.choices(periods: periods)),
      dynamics: dynamics, design: design(periods: periods), customers: moves.customers(periods: periods))
    return (data, report)
  }

  /// Refuses models whose features would not fit into memory.
  private func requireMemory(periods: Int) throws {
    try RewardFeatures.requireMemory(
      "features", states: stateCount * periods, perState: actions.count * (parameterNames.count + 1),
      advice: "Use fewer levels, actions or features.")
  }

  fileprivate func incrementTransitions(_ counts: [Double], _ resets: [Int?]) throws -> IncrementTransitions {
    let total = counts.reduce(0, +)
    guard total > 0 else {
      throw InvalidInput("panel", given: "no move from one period to the next", expected: "1 or more")
    }
    return try IncrementTransitions(
      stateCount: stateCount, increments: counts.map { $0 / total }, resets: resets)
  }

  private func ruleTransitions(_ rules: [[Rule]]) throws -> SparseTransitions {
    try SparseTransitions(
      stateCount: stateCount, actionCount: actions.count,
      rows: rules.flatMap { rules in
        (0..<stateCount).map { [(Int32(follower(of: $0, rules)), 1)] }
      })
  }

  /// The state that rules lead to.
  func follower(of state: Int, _ rules: [Rule]) -> Int {
    var codes = codes(of: state)
    for rule in rules {
      switch rule.change {
      case .by(let step):
        codes[rule.column] = min(max(codes[rule.column] + step, 0), self.state[rule.column].levels - 1)
      case .to(let level): codes[rule.column] = level
      }
    }
    return self.state(of: codes)
  }

  fileprivate func rewardFeatures(periods: Int) throws -> RewardFeatures {
    let names = parameterNames
    var values = [Double](repeating: 0, count: actions.count * names.count * stateCount * periods)
    for feature in features {
      let k = names.firstIndex(of: feature.name) ?? 0
      let start = (feature.action * names.count + k) * stateCount * periods
      for s in 0..<stateCount {
        let codes = codes(of: s)
        var value = feature.scale
        for term in feature.terms {
          let x = state[term.column].number(of: codes[term.column])
          value *= term.equals.map { x == $0 ? 1 : 0 } ?? power(x - term.minus, term.power)
        }
        for period in 0..<periods { values[start + period * stateCount + s] += value }
      }
    }
    return try RewardFeatures(
      names: names, stateCount: stateCount * periods, actionCount: actions.count, values: values)
  }
}

/// Increments of one counter as estimated from a panel.
struct EstimatedIncrements: EstimatedDynamics {
  let model: PanelModel
  let counts: [Double]
  let resets: [Int?]

  private var shares: [Double] {
    let total = counts.reduce(0, +)
    return counts.map { $0 / total }
  }

  var rows: [EstimatedRow] { [EstimatedRow(probabilities: shares, observations: counts.reduce(0, +))] }

  func problem(moving row: Int, to cell: Int, by share: Double) throws -> DecisionProblem {
    var moved = shares.map { $0 * (1 - share) }
    moved[cell] += share
    return try DecisionProblem(
      actions: model.actions.map(\.action), discount: model.discount,
      transitions: model.incrementTransitions(moved, resets), features: model.rewardFeatures(periods: 1))
  }
}
