internal import Learning

/// How often each action was chosen in each state: all that a stationary model needs to know of the choices.
public struct ChoiceCounts: Sendable, Equatable {
  /// Number of states S.
  public let stateCount: Int

  /// Number of actions A.
  public let actionCount: Int

  /// A x S counts or weights, all states of an action together.
  public let values: [Double]

  /// Creates counts.
  ///
  /// - Throws: ``InvalidInput`` when the number of values does not fit or one is negative or not finite.
  public init(stateCount: Int, actionCount: Int, values: [Double]) throws {
    var problems = Violations()
    problems.require(
      values.count == stateCount * actionCount, "counts", given: "\(values.count) values",
      expected: "\(stateCount * actionCount) values")
    problems.require(
      values.allSatisfy { $0 >= 0 && $0.isFinite }, "counts", given: "a negative or infinite count or NaN",
      expected: "finite numbers, 0 or more")
    try problems.throwIfAny()
    self.stateCount = stateCount
    self.actionCount = actionCount
    self.values = values
  }

  /// Counts choices of actions in states.
  ///
  /// - Throws: ``InvalidInput`` when lengths differ or a state or action is out of range.
  public init(states: [Int32], actions: [Int32], stateCount: Int, actionCount: Int) throws {
    var problems = Violations()
    problems.require(
      states.count == actions.count, "actions", given: "\(actions.count) rows",
      expected: "\(states.count) rows")
    problems.require(
      states.allSatisfy { $0 >= 0 && $0 < stateCount }, "states", given: "a state out of range",
      expected: "0 to \(stateCount - 1)")
    problems.require(
      actions.allSatisfy { $0 >= 0 && $0 < actionCount }, "actions", given: "an action out of range",
      expected: "0 to \(actionCount - 1)")
    try problems.throwIfAny()
    var values = [Double](repeating: 0, count: stateCount * actionCount)
    for (state, action) in zip(states, actions) { values[Int(action) * stateCount + Int(state)] += 1 }
    (self.stateCount, self.actionCount, self.values) = (stateCount, actionCount, values)
  }

  /// The sum of all counts.
  public var total: Double { values.reduce(0, +) }

  /// The sum of each state's counts.
  public var ofStates: [Double] {
    var sums = [Double](repeating: 0, count: stateCount)
    for action in 0..<actionCount {
      for s in 0..<stateCount { sums[s] += values[action * stateCount + s] }
    }
    return sums
  }

  /// The sum of each action's counts.
  public var ofActions: [Double] {
    (0..<actionCount).map { values[$0 * stateCount..<($0 + 1) * stateCount].reduce(0, +) }
  }
}
