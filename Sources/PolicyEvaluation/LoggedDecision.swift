/// How the probability of a logged decision came about.
public enum PropensityKind: String, Sendable, Codable, CaseIterable {
  /// The decision was drawn with this probability.
  case exact
  /// As `exact`, the probability having a closed form.
  case closed
  /// The policy always decides so; the probability is 1.
  case deterministic
  /// Estimated from a log afterwards.
  case estimated
  /// Taken from the system whose decision it was.
  case incumbent
}

/// One decision that was made and what came of it.
///
///     LoggedDecision(id: "d1", situation: Situation(actions: [Action("shoe"), Action("hat")]), chosen: 0,
///                    propensity: 0.7, reward: 1)
public struct LoggedDecision: Sendable, Equatable {
  /// Name of the decision; empty where the log has none. The slots of one list share it.
  public var id: String

  /// When it was made, in milliseconds since 1970 or steps of a simulation.
  public var time: Int64?

  /// Who decided, where it is known.
  public var policy: String?

  /// What the policy saw.
  public var situation: Situation

  /// Place of the action that was shown among `situation.actions`.
  public var chosen: Int

  /// Probability with which that action was shown; nil where it was not logged.
  public var propensity: Double?

  /// How the probability came about.
  public var propensityKind: PropensityKind

  /// Probabilities of all actions, where they were logged.
  public var probabilities: [Double]?

  /// What came of it; nil where nothing was reported, which counts as 0.
  public var reward: Double?

  /// When the reward came.
  public var rewardTime: Int64?

  /// Creates a decision.
  public init(
    id: String = "", situation: Situation, chosen: Int, propensity: Double?,
    propensityKind: PropensityKind = .exact, reward: Double?
  ) {
    self.id = id
    self.situation = situation
    self.chosen = chosen
    self.propensity = propensity
    self.propensityKind = propensityKind
    self.reward = reward
  }
}
