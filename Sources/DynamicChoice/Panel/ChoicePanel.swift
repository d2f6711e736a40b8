internal import Learning

/// Choices of customers month by month, sorted, and checked for what no model can mean.
public struct ChoicePanel: Sendable {
  /// The rows by customer and month.
  public let rows: PanelRows

  /// Number of customers.
  public let customerCount: Int

  /// Rows that are not followed by the customer's next month though a later one exists.
  public let gaps: Int

  /// The largest share of rows before a gap that is accepted without being asked for.
  public static let largestGapShare = 0.05

  /// Sorts and checks rows.
  ///
  /// - Throws: ``InvalidInput`` when there are none, a customer has a month twice, a weight is no number of 0 or more, or more
  ///   than 5 % of the rows are followed by a gap unless gaps are allowed.
  /// - Complexity: O(rows) where they are sorted already
  public init(_ rows: PanelRows, allowsGaps: Bool = false) throws {
    var problems = Violations()
    problems.require(rows.count > 0, rows.source, given: "no rows", expected: "1 or more")
    try problems.throwIfAny()
    let sorted = Self.sorted(rows)
    var (customers, gaps) = (1, 0)
    for row in 0..<sorted.count {
      if !sorted.weights.isEmpty, !(sorted.weights[row] >= 0 && sorted.weights[row].isFinite),
        problems.all.count < 10
      {
        problems.require(
          false, "\(sorted.place(row)), weight", given: "\(sorted.weights[row])",
          expected: "a number, 0 or more")
      }
      guard row > 0 else { continue }
      if sorted.customers[row] != sorted.customers[row - 1] {
        customers += 1
      } else if sorted.months[row] == sorted.months[row - 1] {
        if problems.all.count < 10 {
          problems.require(
            false, sorted.place(row), given: "month \(sorted.months[row]) twice for one customer",
            expected: "one row for each customer and month")
        }
      } else if sorted.months[row] != sorted.months[row - 1] &+ 1 {
        gaps += 1
      }
    }
    problems.require(
      allowsGaps || Double(gaps) <= Self.largestGapShare * Double(sorted.count), rows.source,
      given: "\(gaps) gaps between months in \(sorted.count) rows",
      expected: "gaps after at most 5 % of the rows",
      advice: "Allow gaps if months are really missing; transitions over them are left out.")
    try problems.throwIfAny()
    (self.rows, customerCount, self.gaps) = (sorted, customers, gaps)
  }

  private static func sorted(_ rows: PanelRows) -> PanelRows {
    func comes(_ a: Int, before b: Int) -> Bool {
      (rows.customers[a], rows.months[a]) < (rows.customers[b], rows.months[b])
    }
    if (1..<max(1, rows.count)).allSatisfy({ !comes($0, before: $0 - 1) }) { return rows }
    let order = (0..<rows.count).sorted { comes($0, before: $1) || !comes($1, before: $0) && $0 < $1 }
    var result = PanelRows(stateColumns: rows.states.count)
    result.source = rows.source
    result.customers = order.map { rows.customers[$0] }
    result.months = order.map { rows.months[$0] }
    result.states = rows.states.map { column in order.map { column[$0] } }
    result.actions = order.map { rows.actions[$0] }
    if !rows.weights.isEmpty { result.weights = order.map { rows.weights[$0] } }
    if !rows.segments.isEmpty { result.segments = order.map { rows.segments[$0] } }
    result.segmentNames = rows.segmentNames
    if !rows.lines.isEmpty { result.lines = order.map { rows.lines[$0] } }
    return result
  }

  /// Whether a row is followed by the same customer's next month.
  func continues(_ row: Int) -> Bool {
    row + 1 < rows.count && rows.customers[row + 1] == rows.customers[row]
      && rows.months[row + 1] == rows.months[row] &+ 1
  }
}

/// What was found while a panel was turned into counts.
public struct PanelReport: Codable, Sendable, Equatable {
  /// Rows read.
  public var rows = 0
  /// Customers.
  public var customers = 0
  /// Rows with a choice.
  public var decisions = 0
  /// Rows inside running plans.
  public var locked = 0
  /// Rows before a missing month: no transition is taken from them.
  public var gaps = 0
  /// Moves that the rules forbid, by rule: kept as choices, left out of transitions.
  public var forbidden: [String: Int] = [:]
  /// Parts of the state that all customers share month by month, so that their chains have only as many moves as months.
  public var common: [String] = []

  /// Nothing found yet.
  public init() {}
}
