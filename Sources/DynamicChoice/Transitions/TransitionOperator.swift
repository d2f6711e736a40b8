/// How states follow from states and actions, P_a(s' | s): applied to values, not necessarily stored.
///
/// What estimators need is the expectation of values after an action, and the solution of linear systems in a mixture of
/// the actions; each structure has its own fast way for both.
public protocol TransitionOperator: Sendable {
  /// Number of states S.
  var stateCount: Int { get }

  /// Number of actions A.
  var actionCount: Int { get }

  /// Whether every path ends after some periods, so that no discount is needed.
  var ends: Bool { get }

  /// Writes E[v(s') | s, action] for every s.
  ///
  /// - Precondition: both buffers have S elements and do not overlap.
  func expectation(
    of values: UnsafeBufferPointer<Double>, action: Int, into result: UnsafeMutableBufferPointer<Double>)

  /// Prepares the solution of (I - sum_a w_a P_a) x = b.
  ///
  /// - Parameter weights: A x S weights w_a(s), 0 or more, with a sum below 1 in every state unless paths end.
  func system(weights: [Double]) -> any ValueSystem
}

extension TransitionOperator {
  /// `false`
  public var ends: Bool { false }

  /// E[v(s') | s, action] for every s.
  public func expectation(of values: [Double], action: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: stateCount) { buffer, count in
      values.withUnsafeBufferPointer { expectation(of: $0, action: action, into: buffer) }
      count = stateCount
    }
  }

  /// The A x S expectations delta_a E[v(s') | s, a].
  func discounted(_ values: [Double], _ discounts: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: stateCount * actionCount) { buffer, count in
      values.withUnsafeBufferPointer { values in
        for action in 0..<actionCount {
          let part = UnsafeMutableBufferPointer(
            rebasing: buffer[action * stateCount..<(action + 1) * stateCount])
          expectation(of: values, action: action, into: part)
          let factor = discounts[action]
          for s in 0..<stateCount { part[s] *= factor }
        }
      }
      count = stateCount * actionCount
    }
  }
}

/// A linear system (I - sum_a w_a P_a) x = b that is ready to be solved.
public protocol ValueSystem {
  /// Replaces each of the right sides, S numbers one after the other, by its solution.
  ///
  /// - Parameter tolerance: the largest residual that may remain, relative to the right side, in the Euclidean norm; exact
  ///   methods ignore it.
  func solve(_ columns: inout [Double], tolerance: Double) -> SystemEffort
}

/// What the solution of a system took.
public struct SystemEffort: Sendable, Equatable {
  /// How often the operator was applied; 0 for exact methods.
  public var applications = 0

  /// Whether every residual is as small as was asked for.
  public var converged = true

  /// Nothing done yet.
  public init() {}

  static func += (left: inout Self, right: Self) {
    left.applications += right.applications
    left.converged = left.converged && right.converged
  }
}
