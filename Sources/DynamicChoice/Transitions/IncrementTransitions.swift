internal import Learning
internal import LinearAlgebra

/// A counter that grows by random increments and that some actions set back, as a mileage and an overhaul.
///
/// s' = min(start + j, S - 1) with probability p_j, where start is s, or the value that the action resets to. Systems are
/// solved by back substitution in a band and the Woodbury identity, one rank for each reset value.
public struct IncrementTransitions: TransitionOperator {
  /// Number of states S.
  public let stateCount: Int

  /// Probabilities of the increments 0, 1, 2, ...
  public let increments: [Double]

  /// The state that each action sets the counter to before it grows; nil leaves it.
  public let resets: [Int?]

  /// Creates transitions.
  ///
  /// - Throws: ``InvalidInput`` when the probabilities do not add up to 1 or a reset is out of range.
  public init(stateCount: Int, increments: [Double], resets: [Int?]) throws {
    var problems = Violations()
    problems.require(stateCount >= 1, "states", given: stateCount, expected: "1 or more")
    problems.require(
      increments.allSatisfy { $0 >= 0 } && abs(increments.reduce(0, +) - 1) < 1e-9, "increments",
      given: "probabilities with sum \(increments.reduce(0, +))",
      expected: "probabilities, 0 or more, with sum 1")
    problems.require(
      resets.allSatisfy { $0.map { $0 >= 0 && $0 < stateCount } ?? true }, "reset",
      given: "a state out of range",
      expected: "0 to \(stateCount - 1)")
    try problems.throwIfAny()
    (self.stateCount, self.increments, self.resets) = (stateCount, increments, resets)
  }

  /// Number of actions A.
  public var actionCount: Int { resets.count }

  /// Writes E[v(s') | s, action] for every s.
  ///
  /// - Complexity: O(S times the number of increments)
  public func expectation(
    of values: UnsafeBufferPointer<Double>, action: Int, into result: UnsafeMutableBufferPointer<Double>
  ) {
    if let start = resets[action] {
      let value = mean(of: values, from: start)
      for s in 0..<stateCount { result[s] = value }
    } else {
      let last = stateCount - 1
      let inner = max(0, stateCount - increments.count + 1)
      increments.withUnsafeBufferPointer { increments in
        for s in 0..<inner {
          var sum = 0.0
          for j in 0..<increments.count { sum += increments[j] * values[s + j] }
          result[s] = sum
        }
        for s in inner..<stateCount {
          var sum = 0.0
          for j in 0..<increments.count { sum += increments[j] * values[min(s + j, last)] }
          result[s] = sum
        }
      }
    }
  }

  fileprivate func mean(of values: UnsafeBufferPointer<Double>, from start: Int) -> Double {
    var sum = 0.0
    for j in increments.indices { sum += increments[j] * values[min(start + j, stateCount - 1)] }
    return sum
  }

  /// Prepares the solution of (I - sum_a w_a P_a) x = b.
  public func system(weights: [Double]) -> any ValueSystem {
    IncrementSystem(self, weights)
  }
}

/// I - diag(w) P - sum_r u_r p_r', with P banded and upper triangular.
private struct IncrementSystem: ValueSystem {
  private let transitions: IncrementTransitions
  /// The weight of the actions that leave the counter.
  private var grow: [Double]
  /// 1 / diagonal of the triangle.
  private var inverse: [Double]
  /// Distinct reset states, and the triangle's solutions of their weights, one after the other.
  private var starts: [Int] = []
  private var spread: [Double] = []
  /// The solution of the small system, by rows.
  private var correction: LUFactor?

  init(_ transitions: IncrementTransitions, _ weights: [Double]) {
    self.transitions = transitions
    let states = transitions.stateCount
    grow = [Double](repeating: 0, count: states)
    for (action, reset) in transitions.resets.enumerated() {
      let part = weights[action * states..<(action + 1) * states]
      if let reset {
        var place = starts.firstIndex(of: reset)
        if place == nil {
          place = starts.count
          starts.append(reset)
          spread.append(contentsOf: repeatElement(0, count: states))
        }
        for (s, weight) in part.enumerated() { spread[place! * states + s] += weight }
      } else {
        for (s, weight) in part.enumerated() { grow[s] += weight }
      }
    }
    let stay = transitions.increments[0]
    inverse = grow.map { 1 / (1 - $0 * stay) }
    inverse[states - 1] = 1 / (1 - grow[states - 1])
    for r in starts.indices { substitute(&spread, r * states) }
    if starts.count > 1 {
      var small = DoubleMatrix(rows: starts.count, columns: starts.count)
      for row in starts.indices {
        for column in starts.indices {
          small[row, column] = (row == column ? 1 : 0) - mean(spread, column * states, from: starts[row])
        }
      }
      correction = LUFactor(small)
    }
  }

  func solve(_ columns: inout [Double], tolerance: Double) -> SystemEffort {
    let states = transitions.stateCount
    for offset in stride(from: 0, to: columns.count, by: states) {
      substitute(&columns, offset)
      if starts.isEmpty { continue }
      var gain = starts.map { mean(columns, offset, from: $0) }
      if let correction {
        gain = correction.solve(gain)
      } else {
        gain[0] /= 1 - mean(spread, 0, from: starts[0])
      }
      for r in starts.indices {
        for s in 0..<states { columns[offset + s] += gain[r] * spread[r * states + s] }
      }
    }
    return SystemEffort()
  }

  /// Solves the triangle in place.
  private func substitute(_ columns: inout [Double], _ offset: Int) {
    let (states, last) = (transitions.stateCount, transitions.stateCount - 1)
    columns.withUnsafeMutableBufferPointer { columns in
      transitions.increments.withUnsafeBufferPointer { increments in
        for s in stride(from: last, through: 0, by: -1) {
          var sum = 0.0
          if s + increments.count <= states {
            for j in 1..<max(1, increments.count) { sum += increments[j] * columns[offset + s + j] }
          } else if s < last {
            for j in 1..<max(1, increments.count) {
              sum += increments[j] * columns[offset + min(s + j, last)]
            }
          }
          columns[offset + s] = (columns[offset + s] + grow[s] * sum) * inverse[s]
        }
      }
    }
  }

  private func mean(_ columns: [Double], _ offset: Int, from start: Int) -> Double {
    columns.withUnsafeBufferPointer {
      transitions.mean(
        of: UnsafeBufferPointer(rebasing: $0[offset..<offset + transitions.stateCount]), from: start)
    }
  }
}
