internal import Learning

/// Features F(s, a) of a reward that is linear in its parameters, and a part that is known.
///
/// r(s, a) = sum_k F(s, a, k) theta_k + offset(s, a).
public struct RewardFeatures: Sendable, Equatable {
  /// Names of the K features, in the order of the parameters.
  public let names: [String]

  /// Number of states S.
  public let stateCount: Int

  /// Number of actions A.
  public let actionCount: Int

  /// A x K x S values: all states of one feature on one action lie together.
  public let values: [Double]

  /// A x S rewards that are known; empty where all are 0.
  public let offset: [Double]

  /// Creates features.
  ///
  /// - Throws: ``InvalidInput`` when sizes do not fit, a number is not finite or a name comes twice.
  public init(names: [String], stateCount: Int, actionCount: Int, values: [Double], offset: [Double] = [])
    throws
  {
    var problems = Violations()
    let expected = stateCount * actionCount * names.count
    problems.require(
      values.count == expected, "features", given: "\(values.count) values", expected: "\(expected) values")
    problems.require(
      offset.isEmpty || offset.count == stateCount * actionCount, "offset", given: "\(offset.count) values",
      expected: "\(stateCount * actionCount) values or none")
    problems.require(
      values.allSatisfy(\.isFinite) && offset.allSatisfy(\.isFinite), "features", given: "NaN or infinity",
      expected: "finite numbers")
    problems.require(
      Set(names).count == names.count, "features", given: "a name that comes twice",
      expected: "different names")
    try problems.throwIfAny()
    self.names = names
    self.stateCount = stateCount
    self.actionCount = actionCount
    self.values = values
    self.offset = offset
  }

  /// The A x S rewards of parameters.
  ///
  /// - Precondition: `theta` has one number for each feature.
  /// - Complexity: O(S A K)
  public func rewards(_ theta: [Double]) -> [Double] {
    precondition(theta.count == names.count, "one parameter for each feature")
    let (states, count) = (stateCount, names.count)
    var rewards = offset.isEmpty ? [Double](repeating: 0, count: states * actionCount) : offset
    rewards.withUnsafeMutableBufferPointer { rewards in
      values.withUnsafeBufferPointer { values in
        for action in 0..<actionCount {
          for (k, weight) in theta.enumerated() where weight != 0 {
            let (to, from) = (action * states, (action * count + k) * states)
            for s in 0..<states { rewards[to + s] += weight * values[from + s] }
          }
        }
      }
    }
    return rewards
  }

  /// Where the S values of a feature on an action begin.
  func start(action: Int, feature: Int) -> Int { (action * names.count + feature) * stateCount }

  /// Numbers that one table may have: 2 GiB of them.
  static let largestTable = 1 << 28

  /// Refuses tables that would not fit into memory.
  static func requireMemory(_ name: String, states: Int, perState: Int, advice: String) throws {
    let (count, overflow) = states.multipliedReportingOverflow(by: max(1, perState))
    guard !overflow, count <= largestTable else {
      throw InvalidInput(
        name, given: "\(states) states with \(perState) numbers each",
        expected: "at most \(largestTable) numbers", advice: advice)
    }
  }
}
