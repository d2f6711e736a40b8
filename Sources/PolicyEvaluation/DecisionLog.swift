/// Decisions in the order in which they were made.
///
/// Equal contexts and equal lists of actions are kept once, so a million decisions among fifty actions take some hundred
/// megabytes.
///
///     var log = DecisionLog()
///     log.append(LoggedDecision(situation: situation, chosen: 0, propensity: 0.7, reward: 1))
public struct DecisionLog: Sendable {
  /// A decision whose situation lies in the tables of the log.
  struct Row: Sendable {
    var id: String
    var time: Int64?
    var policy: String?
    var context: Int32
    var choices: Int32
    var slot: Int32
    var chosen: Int32
    var propensity: Double
    var kind: PropensityKind
    var reward: Double
    var isRewarded: Bool
    var rewardTime: Int64?
    var probabilities: [Double]?
  }

  private(set) var rows: [Row] = []
  private(set) var contexts = Interned<[Feature]>()
  private(set) var choices = Interned<[Action]>()
  private var rowOfName: [Name: Int32] = [:]

  /// How many decisions were given again with the same contents and left out.
  public private(set) var repeatedCount = 0

  /// Pairs of row numbers from 0 that have one id and slot but different contents; the later ones were left out.
  public private(set) var conflicts: [(first: Int, second: Int)] = []

  /// How many decisions were given, those left out included.
  public private(set) var givenCount = 0

  /// Creates an empty log.
  public init() {}

  /// The number of decisions.
  public var count: Int { rows.count }

  /// Adds a decision; one of an id and slot that are there already is left out and counted.
  ///
  /// - Precondition: `chosen` is a place among the actions; at most 2^31 - 1 decisions.
  /// - Complexity: O(size of context and actions)
  public mutating func append(_ decision: LoggedDecision) {
    let situation = decision.situation
    precondition(
      situation.actions.indices.contains(decision.chosen), "the chosen action is one of the choices")
    givenCount += 1
    let row = Row(
      id: decision.id, time: decision.time, policy: decision.policy,
      context: contexts.number(of: situation.context), choices: choices.number(of: situation.actions),
      slot: Int32(clamping: situation.slot), chosen: Int32(decision.chosen),
      propensity: decision.propensity ?? .nan, kind: decision.propensityKind, reward: decision.reward ?? 0,
      isRewarded: decision.reward != nil, rewardTime: decision.rewardTime,
      probabilities: decision.probabilities)
    if !row.id.isEmpty {
      let name = Name(id: row.id, slot: row.slot)
      if let earlier = rowOfName[name] {
        if rows[Int(earlier)].isSame(as: row) {
          repeatedCount += 1
        } else {
          conflicts.append((Int(earlier), givenCount - 1))
        }
        return
      }
      rowOfName[name] = Int32(rows.count)
    }
    rows.append(row)
  }

  /// The decision at a place.
  ///
  /// - Precondition: the place is in 0..<`count`.
  public subscript(place: Int) -> LoggedDecision {
    let row = rows[place]
    var decision = LoggedDecision(
      id: row.id, situation: situation(of: row), chosen: Int(row.chosen),
      propensity: row.propensity.isNaN ? nil : row.propensity, propensityKind: row.kind,
      reward: row.isRewarded ? row.reward : nil)
    decision.time = row.time
    decision.policy = row.policy
    decision.probabilities = row.probabilities
    decision.rewardTime = row.rewardTime
    return decision
  }

  func situation(of row: Row) -> Situation {
    Situation(
      context: contexts[row.context], actions: choices[row.choices], slot: Int(row.slot))
  }

  /// A decision by id and slot.
  private struct Name: Hashable {
    let id: String
    let slot: Int32
  }
}

extension DecisionLog.Row {
  /// Whether two rows of one log say the same; NaN equals NaN.
  func isSame(as other: Self) -> Bool {
    time == other.time && policy == other.policy && context == other.context && choices == other.choices
      && chosen == other.chosen && kind == other.kind && isRewarded == other.isRewarded
      && rewardTime == other.rewardTime && probabilities == other.probabilities
      && propensity.bitPattern == other.propensity.bitPattern
      && reward.bitPattern == other.reward.bitPattern
  }
}

/// Values numbered in the order of their first appearance.
struct Interned<Value: Hashable & Sendable>: Sendable {
  private(set) var values: [Value] = []
  private var numbers: [Value: Int32] = [:]

  subscript(number: Int32) -> Value { values[Int(number)] }

  /// The number of a value, a new one where it is new.
  mutating func number(of value: Value) -> Int32 {
    if let number = numbers[value] { return number }
    let number = Int32(values.count)
    values.append(value)
    numbers[value] = number
    return number
  }

  /// The number of a value that is there.
  func existing(_ value: Value) -> Int32? { numbers[value] }
}
