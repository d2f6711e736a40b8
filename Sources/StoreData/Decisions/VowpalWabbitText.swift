/// Vowpal Wabbit's text for contextual bandits, read and written.
///
/// `cb`: `action:cost:probability 'id |s features`, actions numbered from 1. `cb_adf`: a block of lines for a decision, `shared
/// 'id|s features`, then one line for each action with `0:cost:probability` before the one that was shown, and a blank line.
/// Features in the namespaces `s` and `a` keep their names, those in another one get its name before them (`u^age`); the
/// namespace `slot` holds the place in a list. A category is `name=value`, a number `name:value`; an action's id is its feature
/// `id=...`, else its place in the block, from 1. Bytes that the format cannot hold are written as %XX.
public struct VowpalWabbitText: Sendable, Equatable {
  /// How decisions lie in lines.
  public enum Shape: String, Sendable, CaseIterable {
    /// One line a decision, actions without features.
    case cb
    /// One block a decision, one line an action.
    case cbADF = "cb_adf"
  }

  /// How costs come from rewards.
  public enum Cost: String, Sendable, CaseIterable {
    /// cost = -reward
    case negated
    /// cost = 1 - reward
    case oneMinus = "one-minus"
  }

  /// How decisions lie in lines.
  public var shape: Shape

  /// How costs come from rewards.
  public var cost: Cost

  /// Creates a description of the text.
  public init(_ shape: Shape, cost: Cost = .negated) {
    self.shape = shape
    self.cost = cost
  }

  func reward(ofCost cost: Double) -> Double {
    switch self.cost {
    // Without a negative zero.
    case .negated: 0 - cost
    case .oneMinus: 1 - cost
    }
  }

  func cost(ofReward reward: Double) -> Double {
    switch cost {
    case .negated: 0 - reward
    case .oneMinus: 1 - reward
    }
  }
}
