/// The choices of each customer, one customer after the other: what errors need that allow for habits of customers.
public struct CustomerChoices: Sendable, Equatable {
  /// Where each customer's choices begin, and one more entry at the end.
  public private(set) var starts = [0]

  /// What was chosen where: action times the number of states, plus the state.
  public private(set) var cells: [Int32] = []

  /// Weights of the choices; empty for 1 each.
  public private(set) var weights: [Double] = []

  /// No customer yet.
  public init() {}

  /// Number of customers.
  public var count: Int { starts.count - 1 }

  /// Adds a choice of the customer whose turn it is.
  mutating func add(cell: Int, weight: Double) {
    if weight != 1, weights.isEmpty { weights = [Double](repeating: 1, count: cells.count) }
    cells.append(Int32(cell))
    if !weights.isEmpty { weights.append(weight) }
  }

  /// Ends the turn of a customer.
  mutating func endCustomer() {
    if starts[starts.count - 1] < cells.count { starts.append(cells.count) }
  }
}
