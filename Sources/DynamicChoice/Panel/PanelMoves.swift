internal import Learning

/// Choices and moves of a panel of any kind.
struct PanelMoves {
  /// Moves from one period to the next.
  private(set) var states: [Int32] = []
  private(set) var actions: [Int32] = []
  private(set) var next: [Int32] = []
  private(set) var weights: [Double] = []
  private(set) var report = PanelReport()
  /// The first period of a problem with a horizon.
  private(set) var firstPeriod = 1

  private let model: PanelModel
  private var decisions: [Decision] = []

  private struct Decision {
    let customer, state, action, period: Int
    let weight: Double
  }

  init(_ model: PanelModel, _ panel: ChoicePanel, _ customerWeights: [Double]?) throws {
    self.model = model
    let rows = panel.rows
    (report.rows, report.customers, report.gaps) = (rows.count, panel.customerCount, panel.gaps)
    report.decisions = rows.count
    if let horizon = model.horizon {
      var problems = Violations()
      for row in 0..<rows.count where rows.months[row] > horizon && problems.all.count < 10 {
        problems.require(
          false, "\(rows.place(row)), \(model.columns.time)", given: "\(rows.months[row])",
          expected: "at most \(horizon), the last period")
      }
      firstPeriod = min(1, Int(rows.months.min() ?? 1))
      problems.require(
        firstPeriod > -100_000, model.columns.time, given: firstPeriod, expected: "periods from -99999 on")
      try problems.throwIfAny()
    }
    var customer = -1
    decisions.reserveCapacity(rows.count)
    for row in 0..<rows.count {
      if row == 0 || rows.customers[row] != rows.customers[row - 1] { customer += 1 }
      let weight = (customerWeights?[customer] ?? 1) * (rows.weights.isEmpty ? 1 : rows.weights[row])
      let state = Self.state(rows, row, model)
      decisions.append(
        Decision(
          customer: customer, state: state, action: Int(rows.actions[row]), period: Int(rows.months[row]),
          weight: weight))
      if panel.continues(row) {
        states.append(Int32(state))
        actions.append(rows.actions[row])
        next.append(Int32(Self.state(rows, row + 1, model)))
        weights.append(weight)
      }
    }
  }

  private static func state(_ rows: PanelRows, _ row: Int, _ model: PanelModel) -> Int {
    var state = 0
    for (column, codes) in zip(model.state, rows.states) { state = state * column.levels + Int(codes[row]) }
    return state
  }

  private func cell(_ choice: Decision, _ periods: Int) -> Int {
    let period = periods == 1 && model.horizon == nil ? 0 : choice.period - firstPeriod
    return (choice.action * periods + period) * model.stateCount + choice.state
  }

  /// The choices of each customer.
  func customers(periods: Int) -> CustomerChoices {
    var customers = CustomerChoices()
    for (place, choice) in decisions.enumerated() {
      if place > 0, choice.customer != decisions[place - 1].customer { customers.endCustomer() }
      customers.add(cell: cell(choice, periods), weight: choice.weight)
    }
    customers.endCustomer()
    return customers
  }

  /// A x (periods x S) weights of choices.
  func choices(periods: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: model.actions.count * periods * model.stateCount)
    for choice in decisions { counts[cell(choice, periods)] += choice.weight }
    return counts
  }

  /// Weights of the increments, and moves that go down without a reset.
  func increments(_ resets: [Int?], _ names: [PanelModel.Action]) -> (
    counts: [Double], forbidden: [String: Int]
  ) {
    var (counts, forbidden) = ([0.0], [String: Int]())
    for i in states.indices {
      let step = Int(next[i]) - (resets[Int(actions[i])] ?? Int(states[i]))
      if step < 0 {
        forbidden["\(names[Int(actions[i])].action.name) down", default: 0] += 1
        continue
      }
      while counts.count <= step { counts.append(0) }
      counts[step] += weights[i]
    }
    return (counts, forbidden)
  }

  /// Moves that do not follow the rules, by action.
  func broken(_ model: PanelModel, _ rules: [[PanelModel.Rule]]) -> [String: Int] {
    var broken: [String: Int] = [:]
    for i in states.indices {
      let action = Int(actions[i])
      if model.follower(of: Int(states[i]), rules[action]) != Int(next[i]) {
        broken[model.actions[action].action.name, default: 0] += 1
      }
    }
    return broken
  }
}
