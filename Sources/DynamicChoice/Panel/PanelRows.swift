/// The rows of a panel as codes, before they are checked against a model.
public struct PanelRows: Sendable {
  /// The code of a row inside a running plan.
  public static let locked: Int32 = -1

  /// Customer of each row, by number.
  public var customers: [Int32] = []
  /// Month of each row.
  public var months: [Int32] = []
  /// For each column of the state, the code in each row.
  public var states: [[Int32]]
  /// The action in each row, or ``locked``.
  public var actions: [Int32] = []
  /// Weights of the rows; empty for 1.
  public var weights: [Double] = []
  /// The line of the file that each row is from; empty for rows without a file.
  public var lines: [Int32] = []
  /// The segment of each row, by place in ``segmentNames``; empty where customers are not divided.
  public var segments: [Int32] = []
  /// Names of the segments, ascending.
  public var segmentNames: [String] = []
  /// What messages call the source of the rows.
  public var source = "panel"

  /// No rows yet, of a number of columns of the state.
  public init(stateColumns: Int) { states = Array(repeating: [], count: stateColumns) }

  /// Number of rows.
  public var count: Int { customers.count }

  /// Where a row is from.
  func place(_ row: Int) -> String {
    lines.isEmpty ? "\(source), row \(row + 1)" : "\(source), line \(lines[row])"
  }

  /// Adds other customers after these, numbered on from the largest number here.
  ///
  /// - Precondition: both have the same columns of the state, and neither has lines, weights or segments.
  public mutating func append(customersOf more: PanelRows) {
    precondition(states.count == more.states.count, "the same columns")
    precondition(
      [lines.count, more.lines.count, segments.count, more.segments.count].allSatisfy { $0 == 0 }
        && weights.isEmpty && more.weights.isEmpty, "rows of a simulator")
    let first = customers.max().map { $0 + 1 } ?? 0
    customers += more.customers.map { $0 + first }
    months += more.months
    actions += more.actions
    for column in states.indices { states[column] += more.states[column] }
  }
}
