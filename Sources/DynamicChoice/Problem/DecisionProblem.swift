internal import Learning

/// A choice that people make again and again: states, actions, a discount, transitions and features of the reward.
///
/// Agents maximise the discounted sum of r(s, a) = F(s, a)'theta + offset(s, a) plus a shock for each action, Gumbel with
/// mean 0 and scale 1. An action may last several periods: its discount is `discount` to that power, its features and
/// transitions stand for the whole length (a semi-Markov action).
///
/// J. Rust: "Optimal Replacement of GMC Bus Engines", Econometrica 55(5), 1987.
public struct DecisionProblem: Sendable {
  /// The actions; arrays by action follow this order.
  public let actions: [ChoiceAction]

  /// Discount of one period: 0 (only today counts) to below 1, or 1 where every path ends.
  public let discount: Double

  /// How states follow each other.
  public let transitions: any TransitionOperator

  /// What rewards are made of.
  public let features: RewardFeatures

  /// The discount over the length of each action.
  public let actionDiscounts: [Double]

  /// Number of states S.
  public var stateCount: Int { transitions.stateCount }

  /// Creates a problem.
  ///
  /// - Throws: ``InvalidInput`` when the parts do not fit each other or the discount is out of range.
  public init(
    actions: [ChoiceAction], discount: Double, transitions: any TransitionOperator, features: RewardFeatures
  ) throws {
    var problems = Violations()
    problems.require(!actions.isEmpty, "actions", given: 0, expected: "1 or more")
    problems.require(
      actions.allSatisfy { (1...1200).contains($0.months) }, "months", given: "\(actions.map(\.months))",
      expected: "1 to 1200 for every action")
    problems.require(
      discount >= 0 && (discount < 1 || transitions.ends && discount == 1), "discount", given: discount,
      expected: transitions.ends ? "0 to 1" : "0 to below 1")
    problems.require(
      transitions.actionCount == actions.count, "transitions", given: "\(transitions.actionCount) actions",
      expected: "\(actions.count) as in the list of actions")
    problems.require(
      features.stateCount == transitions.stateCount && features.actionCount == actions.count, "features",
      given: "\(features.stateCount) states, \(features.actionCount) actions",
      expected: "\(transitions.stateCount) states, \(actions.count) actions")
    try problems.throwIfAny()
    self.actions = actions
    self.discount = discount
    self.transitions = transitions
    self.features = features
    actionDiscounts = actions.map { power(discount, $0.months) }
  }

  /// The same problem with other features of the reward.
  ///
  /// - Throws: ``InvalidInput`` when their shape differs.
  public func with(features: RewardFeatures) throws -> DecisionProblem {
    try DecisionProblem(actions: actions, discount: discount, transitions: transitions, features: features)
  }

  /// The same problem with another discount.
  ///
  /// - Throws: ``InvalidInput`` when it is out of range.
  public func with(discount: Double) throws -> DecisionProblem {
    try DecisionProblem(actions: actions, discount: discount, transitions: transitions, features: features)
  }
}

/// Something that can be chosen.
public struct ChoiceAction: Codable, Sendable, Equatable {
  /// Its name.
  public let name: String

  /// How many periods it lasts before the next choice, 1 to 1200.
  public let months: Int

  /// Creates an action.
  public init(_ name: String, months: Int = 1) {
    self.name = name
    self.months = months
  }
}

/// `base` to a whole power, by repeated squaring.
func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, factor, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= factor }
    factor *= factor
    rest >>= 1
  }
  return result
}
