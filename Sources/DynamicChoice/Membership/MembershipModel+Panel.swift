internal import Learning
internal import LinearAlgebra

extension MembershipModel {
  /// The columns of a panel of this model.
  public var layout: PanelLayout {
    PanelLayout(
      customer: "customer", time: "month", action: "action",
      states: [PanelLayout.Column(name: "status", content: .names(statuses))]
        + components.map { component in
          PanelLayout.Column(
            name: component.name,
            content: component.cuts.map { .cuts($0) } ?? .integers(0...component.levels - 1))
        },
      actions: plans.map { [$0.name] }, allowsLocked: true)
  }

  /// Counts choices and estimates chains.
  ///
  /// Chains use every month, locked ones too: the plan in force decides the class. A level that was never left stays.
  ///
  /// - Parameter weights: a weight for each customer, in ascending order of customers; nil for 1 each.
  /// - Throws: ``InvalidInput`` when a row is locked without a plan that explains it, or a choice is made inside a running
  ///   plan.
  /// - Complexity: O(rows x blocks)
  public func data(
    _ panel: ChoicePanel, weights: [Double]? = nil
  ) throws -> (data: ChoiceData, report: PanelReport) {
    try requireMemory(perState: plans.count * features.count)
    var count = PanelCount(self, panel)
    try count.run(weights)
    let (chains, observations) = count.chains()
    let problem = try problem(chains)
    let data = try ChoiceData(
      problem: problem,
      counts: ChoiceCounts(stateCount: stateCount, actionCount: plans.count, values: count.choices),
      dynamics: EstimatedMembership(model: self, chains: chains, observations: observations), design: design,
      customers: count.customers)
    return (data, count.report)
  }

  /// Main effects: each status, and each level of a component but the first; nil where that is too large.
  var design: StateDesign? {
    let columns = statuses.count + components.reduce(0) { $0 + $1.levels - 1 }
    guard stateCount * columns <= 1 << 24 else { return nil }
    var design = DoubleMatrix(rows: stateCount, columns: columns)
    var variables = [StateDesign.Variable(name: "status", columns: 0..<statuses.count)]
    for component in components where component.levels > 1 {
      let first = variables[variables.count - 1].columns.upperBound
      variables.append(.init(name: component.name, columns: first..<first + component.levels - 1))
    }
    for state in 0..<stateCount {
      design[state, state / cellCount] = 1
      var column = statuses.count
      for (block, joint) in zip(blocks, levels(ofCell: state % cellCount)) {
        for (k, component) in block.components.enumerated() {
          let level = Self.level(of: k, in: block, joint: joint)
          if level > 0 { design[state, column + level - 1] = 1 }
          column += component.levels - 1
        }
      }
    }
    return StateDesign(design, variables: variables)
  }
}

/// One pass over a panel.
private struct PanelCount {
  let model: MembershipModel
  let panel: ChoicePanel
  var report = PanelReport()
  /// A x S.
  var choices: [Double]
  var customers = CustomerChoices()
  /// For each block and class, n x n moves.
  var moves: [[[Double]]]
  /// For each block that has one chain for all: the level that all customers share in a month; nil where they differ.
  private var shared: [Int: [Int32: Int]] = [:]

  init(_ model: MembershipModel, _ panel: ChoicePanel) {
    (self.model, self.panel) = (model, panel)
    choices = [Double](repeating: 0, count: model.plans.count * model.stateCount)
    moves = model.blocks.map { block in
      block.classes.map { _ in [Double](repeating: 0, count: block.levels * block.levels) }
    }
    for (b, block) in model.blocks.enumerated() where !block.dependsOnClass { shared[b] = [:] }
  }

  mutating func run(_ weights: [Double]?) throws {
    let rows = panel.rows
    var problems = Violations()
    var (customer, plan, remaining, expected) = (-1, -1, 0, -1)
    var levels = [Int](repeating: 0, count: model.blocks.count)
    var next = levels
    var isAfterGap = false
    (report.rows, report.customers, report.gaps) = (rows.count, panel.customerCount, panel.gaps)
    for row in 0..<rows.count {
      if row == 0 || rows.customers[row] != rows.customers[row - 1] {
        (customer, plan, remaining, expected, isAfterGap) = (customer + 1, -1, 0, -1, false)
        customers.endCustomer()
      } else if !panel.continues(row - 1) {
        // What happened in the months that are missing is not known.
        remaining = max(0, remaining - (Int(rows.months[row]) - Int(rows.months[row - 1])) + 1)
        if remaining == 0 { (plan, expected, isAfterGap) = (-1, -1, true) }
      }
      let weight = (weights?[customer] ?? 1) * (rows.weights.isEmpty ? 1 : rows.weights[row])
      let status = Int(rows.states[0][row])
      blockLevels(row, &levels)
      if expected >= 0, expected != status {
        report.forbidden["\(model.plans[plan].name) to \(model.statuses[status])", default: 0] += 1
      }
      if rows.actions[row] == PanelRows.locked {
        report.locked += 1
        if remaining == 0, !isAfterGap, problems.all.count < 10 {
          problems.require(
            false, rows.place(row), given: "a locked month without a plan that runs",
            expected: "locked only inside a plan of several months")
        }
      } else {
        if remaining > 0, !model.allowsEarlyCancellation, problems.all.count < 10 {
          problems.require(
            false, rows.place(row), given: "a choice inside a running plan (\(remaining) months to go)",
            expected: "locked until the plan ends",
            advice: "Say \"early_cancel\": true in the model if members may leave early.")
        }
        report.decisions += 1
        plan = Int(rows.actions[row])
        remaining = model.plans[plan].months
        isAfterGap = false
        expected = model.plans[plan].next[status]
        let cell = plan * model.stateCount + model.state(status: status, levels: levels)
        choices[cell] += weight
        customers.add(cell: cell, weight: weight)
      }
      remaining = max(0, remaining - 1)
      if plan >= 0, panel.continues(row), Int(rows.states[0][row + 1]) == expected {
        blockLevels(row + 1, &next)
        for (b, block) in model.blocks.enumerated() {
          let kind = block.dependsOnClass && !model.plans[plan].isMember ? 1 : 0
          moves[b][kind][levels[b] * block.levels + next[b]] += weight
        }
      }
      noteShared(rows.months[row], levels)
    }
    customers.endCustomer()
    try problems.throwIfAny()
    report.common = shared.keys.sorted().filter { shared[$0]!.count > 1 && panel.customerCount > 1 }
      .map { model.blocks[$0].name }
  }

  private func blockLevels(_ row: Int, _ levels: inout [Int]) {
    var column = 1
    for (b, block) in model.blocks.enumerated() {
      var joint = 0
      for component in block.components {
        joint = joint * component.levels + Int(panel.rows.states[column][row])
        column += 1
      }
      levels[b] = joint
    }
  }

  private mutating func noteShared(_ month: Int32, _ levels: [Int]) {
    for (b, known) in shared {
      if let level = known[month] {
        if level != levels[b] { shared[b] = nil }
      } else {
        shared[b]?[month] = levels[b]
      }
    }
  }

  /// The shares of moves, and how many each row is worth.
  func chains() -> (EngagementChains, [Double]) {
    var byBlock: [String: [String: [[Double]]]] = [:]
    var observations: [Double] = []
    for (b, block) in model.blocks.enumerated() {
      let n = block.levels
      for (k, name) in block.classes.enumerated() {
        let total = moves[b][k].reduce(0, +)
        // A regime that all share moves once a month, however many customers see it.
        let months = shared[b].map { Double(max(1, $0.count - 1)) }
        byBlock[block.name, default: [:]][name] = (0..<n).map { i in
          let row = Array(moves[b][k][i * n..<(i + 1) * n])
          let sum = row.reduce(0, +)
          observations.append(
            months.map { total > 0 && panel.customerCount > 1 ? sum / total * $0 : sum } ?? sum)
          return sum > 0 ? row.map { $0 / sum } : (0..<n).map { $0 == i ? 1 : 0 }
        }
      }
    }
    return (EngagementChains(byBlock), observations)
  }
}
