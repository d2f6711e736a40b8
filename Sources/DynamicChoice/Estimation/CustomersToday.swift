/// Where the customers of a panel stand after its last month: who chooses next when, and on which plan until then.
public struct CustomersToday: Codable, Sendable, Equatable {
  /// Customers who are alike.
  public struct Group: Codable, Sendable, Equatable {
    /// The plan that runs, by number.
    public let plan: Int
    /// Months until they choose, 1 or more.
    public let months: Int
    /// The status in which they will choose.
    public let status: Int
    /// The cell of engagement in the panel's last month.
    public let cell: Int
    /// How many.
    public var customers: Double
  }

  /// All groups, in ascending order of their parts.
  public let groups: [Group]

  /// Reads the last month of each customer.
  init(_ model: MembershipModel, _ panel: ChoicePanel) {
    let rows = panel.rows
    var table: [[Int]: Double] = [:]
    var (plan, remaining, next) = (-1, 0, 0)
    for row in 0..<rows.count {
      if row == 0 || rows.customers[row] != rows.customers[row - 1] { plan = -1 }
      let action = rows.actions[row]
      if action != PanelRows.locked {
        plan = Int(action)
        remaining = model.plans[plan].months
        next = model.plans[plan].next[Int(rows.states[0][row])]
      } else {
        remaining -= 1
      }
      let isLast = row + 1 == rows.count || rows.customers[row + 1] != rows.customers[row]
      if isLast, plan >= 0, remaining >= 1 {
        table[[plan, remaining, next, Self.cell(model, rows, row)], default: 0] += 1
      }
    }
    groups = table.keys.sorted { $0.lexicographicallyPrecedes($1) }.map {
      Group(plan: $0[0], months: $0[1], status: $0[2], cell: $0[3], customers: table[$0] ?? 0)
    }
  }

  private static func cell(_ model: MembershipModel, _ rows: PanelRows, _ row: Int) -> Int {
    var (cell, column) = (0, 1)
    for component in model.components {
      cell = cell * component.levels + Int(rows.states[column][row])
      column += 1
    }
    return cell
  }
}
