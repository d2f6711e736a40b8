internal import Learning
internal import LinearAlgebra

/// Transitions as rows of probabilities, one row for each action and state; only what is not 0 is stored.
///
/// Systems are solved by elimination up to ``directLimit`` states, by conjugate gradients beyond.
public struct SparseTransitions: TransitionOperator {
  /// Up to how many states systems are solved by elimination.
  public static let directLimit = 3000

  /// Number of states S.
  public let stateCount: Int

  /// Number of actions A.
  public let actionCount: Int

  /// Where each of the A x S rows begins, and one more entry at the end.
  let starts: [Int]
  let columns: [Int32]
  let probabilities: [Double]

  /// Creates transitions from A matrices, S x S each, one after the other, row by row.
  ///
  /// - Throws: ``InvalidInput`` when sizes do not fit or a row is not a distribution.
  public init(stateCount: Int, actionCount: Int, dense: [Double]) throws {
    guard stateCount >= 1, actionCount >= 1, dense.count == actionCount * stateCount * stateCount else {
      throw InvalidInput(
        "transitions", given: "\(dense.count) values",
        expected: "\(actionCount) x \(stateCount) x \(stateCount) values")
    }
    var rows: [[(Int32, Double)]] = []
    for row in 0..<actionCount * stateCount {
      var entries: [(Int32, Double)] = []
      for column in 0..<stateCount {
        let value = dense[row * stateCount + column]
        if value != 0 { entries.append((Int32(column), value)) }
      }
      rows.append(entries)
    }
    try self.init(stateCount: stateCount, actionCount: actionCount, rows: rows)
  }

  /// Creates transitions from A x S rows of (state, probability), all rows of an action together.
  ///
  /// - Throws: ``InvalidInput`` when a row is not a distribution over the states.
  public init(stateCount: Int, actionCount: Int, rows: [[(Int32, Double)]]) throws {
    var problems = Violations()
    problems.require(
      rows.count == stateCount * actionCount, "transitions", given: "\(rows.count) rows",
      expected: "\(stateCount * actionCount) rows")
    for (place, row) in rows.enumerated() where problems.all.count < 10 {
      let sum = row.reduce(0) { $0 + $1.1 }
      problems.require(
        row.allSatisfy { $0.0 >= 0 && $0.0 < stateCount && $0.1 >= 0 } && abs(sum - 1) < 1e-9,
        "transitions of action \(place / max(1, stateCount)) in state \(place % max(1, stateCount))",
        given: "numbers with sum \(sum)",
        expected: "probabilities of states 0 to \(stateCount - 1) with sum 1")
    }
    try problems.throwIfAny()
    (self.stateCount, self.actionCount) = (stateCount, actionCount)
    var (starts, columns, probabilities) = ([0], [Int32](), [Double]())
    for row in rows {
      for (column, probability) in row.sorted(by: { $0.0 < $1.0 }) {
        columns.append(column)
        probabilities.append(probability)
      }
      starts.append(columns.count)
    }
    (self.starts, self.columns, self.probabilities) = (starts, columns, probabilities)
  }

  /// Writes E[v(s') | s, action] for every s.
  ///
  /// - Complexity: O(stored probabilities of the action)
  public func expectation(
    of values: UnsafeBufferPointer<Double>, action: Int, into result: UnsafeMutableBufferPointer<Double>
  ) {
    starts.withUnsafeBufferPointer { starts in
      columns.withUnsafeBufferPointer { columns in
        probabilities.withUnsafeBufferPointer { probabilities in
          for s in 0..<stateCount {
            var sum = 0.0
            for entry in starts[action * stateCount + s]..<starts[action * stateCount + s + 1] {
              sum += probabilities[entry] * values[Int(columns[entry])]
            }
            result[s] = sum
          }
        }
      }
    }
  }

  /// Prepares the solution of (I - sum_a w_a P_a) x = b.
  ///
  /// - Complexity: O(S^3) up to ``directLimit`` states
  public func system(weights: [Double]) -> any ValueSystem {
    if stateCount > Self.directLimit { return IterativeSystem(transitions: self, weights: weights) }
    var matrix = DoubleMatrix.identity(stateCount)
    matrix.values.withUnsafeMutableBufferPointer { matrix in
      for row in 0..<actionCount * stateCount where weights[row] != 0 {
        let offset = row % stateCount * stateCount
        for entry in starts[row]..<starts[row + 1] {
          matrix[offset + Int(columns[entry])] -= weights[row] * probabilities[entry]
        }
      }
    }
    return DirectSystem(factor: LUFactor(matrix), order: stateCount)
  }
}

/// A system that was eliminated.
private struct DirectSystem: ValueSystem {
  /// Nil where the matrix is singular to rounding, which only weights that add up to 1 make it.
  let factor: LUFactor?
  let order: Int

  func solve(_ columns: inout [Double], tolerance: Double) -> SystemEffort {
    guard let factor else {
      for i in columns.indices { columns[i] = .nan }
      return SystemEffort()
    }
    for offset in stride(from: 0, to: columns.count, by: order) {
      columns.replaceSubrange(
        offset..<offset + order, with: factor.solve(Array(columns[offset..<offset + order])))
    }
    return SystemEffort()
  }
}

/// A system that is too large to be eliminated.
private struct IterativeSystem: ValueSystem {
  let transitions: SparseTransitions
  let weights: [Double]

  func solve(_ columns: inout [Double], tolerance: Double) -> SystemEffort {
    let states = transitions.stateCount
    return StabilisedBiconjugateGradients(count: states).solve(&columns, tolerance: max(tolerance, 1e-14)) {
      x, y in
      _ = y.update(from: x)
      for row in 0..<weights.count where weights[row] != 0 {
        var sum = 0.0
        for entry in transitions.starts[row]..<transitions.starts[row + 1] {
          sum += transitions.probabilities[entry] * x[Int(transitions.columns[entry])]
        }
        y[row % states] -= weights[row] * sum
      }
    }
  }
}
