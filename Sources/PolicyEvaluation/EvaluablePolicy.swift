internal import Learning

/// A policy that can say how likely it is to show each action.
public protocol EvaluablePolicy: Sendable {
  /// The probability of each action, in the order of `situation.actions`: 0 or more, of sum 1.
  ///
  /// - Throws: ``InvalidInput`` when the situation does not fit the policy.
  func probabilities(in situation: Situation) throws -> [Double]
}

/// Shows every action equally often.
public struct UniformPolicy: EvaluablePolicy {
  /// Creates the policy.
  public init() {}

  /// The same probability for each action.
  public func probabilities(in situation: Situation) -> [Double] {
    [Double](repeating: 1 / Double(situation.actions.count), count: situation.actions.count)
  }
}

/// Shows each action as often as a log did in the same slot: an outside policy of which only a log is known.
public struct FrequencyPolicy: EvaluablePolicy {
  private let shares: [Int: [String: Double]]

  /// Counts a log.
  ///
  /// - Throws: ``InvalidInput`` when the log is empty.
  /// - Complexity: O(decisions)
  public init(_ log: DecisionLog) throws {
    guard log.count > 0 else {
      throw InvalidInput("log", given: "no decision", expected: "at least one decision to count")
    }
    var shows: [Int: [String: Double]] = [:]
    for row in log.rows {
      shows[Int(row.slot), default: [:]][log.choices[row.choices][Int(row.chosen)].id, default: 0] += 1
    }
    shares = shows.mapValues { counts in
      let sum = counts.values.reduce(0, +)
      return counts.mapValues { $0 / sum }
    }
  }

  /// The shares of the actions among those that can be shown.
  ///
  /// - Throws: ``InvalidInput`` when the counted log never showed any of them in this slot.
  public func probabilities(in situation: Situation) throws -> [Double] {
    guard let shares = shares[situation.slot] else {
      throw InvalidInput(
        "slot", given: "\(situation.slot)", expected: "a slot of the counted log",
        advice: "Count a log of the same page.")
    }
    let own = situation.actions.map { shares[$0.id] ?? 0 }
    let sum = own.reduce(0, +)
    guard sum > 0 else {
      throw InvalidInput(
        "actions", given: "none that the counted log has shown in slot \(situation.slot)",
        expected: "at least one")
    }
    return own.map { $0 / sum }
  }
}
