internal import Learning

/// How often each state followed each state and action.
public struct TransitionCounts: Sendable {
  /// What a state and action that were never seen lead to.
  public enum Unseen: Sendable {
    /// The same state for ever.
    case absorbing
    /// Every state alike.
    case uniform
  }

  /// Number of states S.
  public let stateCount: Int
  /// Number of actions A.
  public let actionCount: Int
  /// For each of the A x S rows, where its moves begin; one more entry at the end.
  private var starts: [Int]
  private var targets: [Int32]
  private var weights: [Double]

  /// Counts moves.
  ///
  /// - Throws: ``InvalidInput`` when lengths differ or a number is out of range.
  /// - Complexity: O(moves + A S), plus O(A S^2) where that is at most 2^24, else O(moves x log moves)
  public init(
    states: [Int32], actions: [Int32], next: [Int32], weights: [Double] = [], stateCount: Int,
    actionCount: Int
  ) throws {
    var problems = Violations()
    let count = states.count
    problems.require(
      actions.count == count && next.count == count && (weights.isEmpty || weights.count == count), "moves",
      given: "\(states.count), \(actions.count), \(next.count) and \(weights.count) values",
      expected: "one of each for each move")
    let isInRange = (states + next).allSatisfy { $0 >= 0 && $0 < stateCount }
    problems.require(isInRange, "states", given: "a state out of range", expected: "0 to \(stateCount - 1)")
    problems.require(
      actions.allSatisfy { $0 >= 0 && $0 < actionCount }, "actions", given: "an action out of range",
      expected: "0 to \(actionCount - 1)")
    try problems.throwIfAny()
    (self.stateCount, self.actionCount) = (stateCount, actionCount)
    (starts, targets, self.weights) = ([0], [], [])
    let rows = stateCount * actionCount
    if rows * stateCount <= 1 << 24 {
      var table = [Double](repeating: 0, count: rows * stateCount)
      table.withUnsafeMutableBufferPointer { table in
        for i in 0..<count {
          table[(Int(actions[i]) * stateCount + Int(states[i])) * stateCount + Int(next[i])] +=
            weights.isEmpty ? 1 : weights[i]
        }
      }
      for row in 0..<rows {
        for s in 0..<stateCount where table[row * stateCount + s] > 0 {
          targets.append(Int32(s))
          self.weights.append(table[row * stateCount + s])
        }
        starts.append(targets.count)
      }
      return
    }
    func key(_ i: Int) -> (Int, Int32) { (Int(actions[i]) * stateCount + Int(states[i]), next[i]) }
    var last = -1
    for i in (0..<count).sorted(by: { key($0) < key($1) }) {
      let (row, target) = key(i)
      while starts.count <= row { starts.append(targets.count) }
      let weight = weights.isEmpty ? 1 : weights[i]
      if last == row, targets.last == target {
        self.weights[targets.count - 1] += weight
      } else {
        targets.append(target)
        self.weights.append(weight)
      }
      last = row
    }
    while starts.count <= rows { starts.append(targets.count) }
  }

  /// Whether anything followed an action in a state.
  public func isSeen(state: Int, action: Int) -> Bool {
    let row = action * stateCount + state
    return starts[row] < starts[row + 1]
  }

  /// The shares of what followed.
  ///
  /// - Throws: ``InvalidInput``, never for counts.
  public func transitions(unseen: Unseen) throws -> SparseTransitions {
    let rows = (0..<stateCount * actionCount).map { row -> [(Int32, Double)] in
      let range = starts[row]..<starts[row + 1]
      let sum = weights[range].reduce(0, +)
      if sum > 0 { return range.map { (targets[$0], weights[$0] / sum) } }
      return switch unseen {
      case .absorbing: [(Int32(row % stateCount), 1)]
      case .uniform: (0..<stateCount).map { (Int32($0), 1 / Double(stateCount)) }
      }
    }
    return try SparseTransitions(stateCount: stateCount, actionCount: actionCount, rows: rows)
  }
}
