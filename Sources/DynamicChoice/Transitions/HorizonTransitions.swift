/// A problem that ends after T periods: the period is part of the state, and nothing comes after the last one.
///
/// State t S + s stands for state s in period t. With the period in the state, a finite horizon is a stationary problem
/// whose systems are solved by going backwards once; every formula of the stationary case holds.
public struct HorizonTransitions: TransitionOperator {
  /// The transitions of one period.
  public let period: any TransitionOperator

  /// Number of periods T, 1 or more.
  public let periods: Int

  /// Creates transitions over `periods` periods.
  public init(_ period: any TransitionOperator, periods: Int) {
    precondition(periods >= 1, "one period or more")
    (self.period, self.periods) = (period, periods)
  }

  /// T times the number of states of one period.
  public var stateCount: Int { periods * period.stateCount }

  /// Number of actions A.
  public var actionCount: Int { period.actionCount }

  /// `true`
  public var ends: Bool { true }

  /// Writes E[v(s') | s, action] for every s, 0 in the last period.
  public func expectation(
    of values: UnsafeBufferPointer<Double>, action: Int, into result: UnsafeMutableBufferPointer<Double>
  ) {
    let states = period.stateCount
    for t in 0..<periods - 1 {
      period.expectation(
        of: UnsafeBufferPointer(rebasing: values[(t + 1) * states..<(t + 2) * states]), action: action,
        into: UnsafeMutableBufferPointer(rebasing: result[t * states..<(t + 1) * states]))
    }
    for s in (periods - 1) * states..<periods * states { result[s] = 0 }
  }

  /// Prepares the solution of (I - sum_a w_a P_a) x = b.
  public func system(weights: [Double]) -> any ValueSystem {
    HorizonSystem(transitions: self, weights: weights)
  }
}

/// Solves backwards in time: x_t = b_t + sum_a w_a,t P_a x_t+1.
private struct HorizonSystem: ValueSystem {
  let transitions: HorizonTransitions
  let weights: [Double]

  func solve(_ columns: inout [Double], tolerance: Double) -> SystemEffort {
    let states = transitions.period.stateCount
    let all = transitions.stateCount
    var expected = [Double](repeating: 0, count: states)
    columns.withUnsafeMutableBufferPointer { columns in
      for offset in stride(from: 0, to: columns.count, by: all) {
        for t in stride(from: transitions.periods - 2, through: 0, by: -1) {
          let next = UnsafeBufferPointer(
            rebasing: columns[offset + (t + 1) * states..<offset + (t + 2) * states])
          for action in 0..<transitions.actionCount {
            expected.withUnsafeMutableBufferPointer {
              transitions.period.expectation(of: next, action: action, into: $0)
            }
            let from = action * all + t * states
            for s in 0..<states { columns[offset + t * states + s] += weights[from + s] * expected[s] }
          }
        }
      }
    }
    return SystemEffort()
  }
}
