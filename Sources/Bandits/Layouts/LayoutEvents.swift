/// A layout that was chosen for a visitor.
public struct LayoutDecision: Sendable, Equatable {
  /// Number of the event that records it; names the decision and fixes its chance.
  public let sequence: UInt64

  /// When, in milliseconds since 1970.
  public let time: Int64

  /// The content of each widget.
  public let layout: [Int]

  /// The value of each context feature.
  public let context: [Int]

  /// Probability with which this layout was chosen, exactly.
  public let propensity: Double

  /// Whether another layout has the highest expected score.
  public let isExplored: Bool

  /// How often the model had been refreshed.
  public let version: Int

  /// Creates a decision, for example from a log.
  public init(
    sequence: UInt64, time: Int64, layout: [Int], context: [Int], propensity: Double, isExplored: Bool,
    version: Int
  ) {
    self.sequence = sequence
    self.time = time
    self.layout = layout
    self.context = context
    self.propensity = propensity
    self.isExplored = isExplored
    self.version = version
  }

  /// The name of the decision, which a reward repeats.
  public var id: String { "d\(sequence)" }
}

/// What came of a decision.
public struct LayoutReward: Sendable, Equatable {
  /// The name of the decision.
  public let decision: String

  /// What happened, such as `conversion`; each kind counts once for a decision.
  public let kind: String

  /// Above 0 for a conversion.
  public let value: Double

  /// When, in milliseconds since 1970.
  public let time: Int64

  /// Creates a reward.
  public init(decision: String, kind: String = "conversion", value: Double = 1, time: Int64) {
    self.decision = decision
    self.kind = kind
    self.value = value
    self.time = time
  }
}

/// What became of a reward.
public enum RewardReceipt: String, Sendable, Codable {
  /// It counts from the next refresh on.
  case applied
  /// The same kind was there already for this decision; nothing changed.
  case duplicate
  /// No such decision is known yet; it counts when one comes.
  case parked
  /// It is of a kind that is not learned from.
  case recorded
}

/// Something that changes what a policy knows, in the order of its log.
public enum LayoutEvent: Sendable, Equatable {
  /// A layout was chosen.
  case decision(LayoutDecision)
  /// Something came of it.
  case reward(LayoutReward)
  /// The model took everything so far into account, at a time in milliseconds since 1970.
  case refresh(time: Int64)
}
