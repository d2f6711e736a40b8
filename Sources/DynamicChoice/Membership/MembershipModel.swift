/// A membership with several plans: who may choose what, how engagement moves, what rewards are made of.
///
/// A state is a status (deterministic: what was chosen last) and a level of each component of engagement (Markov chains that
/// depend on being a member or not, or on nothing, as a price regime). A plan of d months is one action of d months: locked
/// months are no choices.
public struct MembershipModel: Sendable, Equatable {
  /// A part of engagement, or the price regime, with levels 0 to `levels` - 1.
  public struct Component: Sendable, Equatable {
    /// Its name: the column of the panel.
    public let name: String
    /// Number of levels.
    public let levels: Int
    /// Where a continuous column is cut into levels, ascending, one less than there are levels; nil for levels as given.
    public let cuts: [Double]?
  }

  /// Components that move together in one chain.
  public struct Block: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its components; the last one varies fastest.
    public let components: [Component]
    /// Whether members and others have chains of their own.
    public let dependsOnClass: Bool
    /// Number of joint levels.
    public var levels: Int { components.reduce(1) { $0 * $1.levels } }
    /// The classes that have a chain.
    public var classes: [String] { dependsOnClass ? MembershipModel.classes : ["always"] }
  }

  /// Something that can be chosen.
  public struct Plan: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Months until the next choice.
    public let months: Int
    /// Whether one is a member meanwhile.
    public let isMember: Bool
    /// The status that follows each status.
    public let next: [Int]
  }

  /// A feature of the reward.
  public struct Feature: Sendable, Equatable {
    /// How it enters the reward of a plan for members.
    public enum Kind: Sendable, Equatable {
      /// The level of a component, or 1, in each month of the plan, discounted.
      case flow(component: String?)
      /// Minus the fee, at the decision.
      case fee
      /// Minus 1 when deciding in a status, as the cost of joining.
      case once(status: Int)
    }
    /// The name of its parameter.
    public let name: String
    /// How it enters.
    public let kind: Kind
  }

  /// What plans cost, by the level of a component.
  public struct Fees: Sendable, Equatable {
    /// The component, as the price regime; nil where fees never change.
    public var component: String?
    /// Fees of each plan that has one, by level.
    public var byPlan: [String: [Double]]
  }

  /// The classes of engagement chains.
  public static let classes = ["member", "outside"]

  /// Discount of one month.
  public let discount: Double
  /// Names of the statuses; the first letter groups them (N, M, A).
  public let statuses: [String]
  /// The blocks of engagement; the last one varies fastest.
  public let blocks: [Block]
  /// What can be chosen.
  public let plans: [Plan]
  /// The plan whose reward is known.
  public let anchorPlan: Int
  /// The known reward of the anchor.
  public let anchorReward: Double
  /// What plans cost.
  public let fees: Fees
  /// What rewards are made of.
  public let features: [Feature]
  /// Whether a member may choose again inside a running plan.
  public let allowsEarlyCancellation: Bool

  /// Number of combinations E of the blocks' levels.
  public var cellCount: Int { blocks.reduce(1) { $0 * $1.levels } }
  /// Number of states S.
  public var stateCount: Int { statuses.count * cellCount }
  /// All components in the order of the blocks.
  public var components: [Component] { blocks.flatMap(\.components) }
  /// The anchor as estimators take it.
  public var anchor: Anchor { .action(anchorPlan, reward: anchorReward) }

  /// Whether a plan for members leads to a status.
  func isAfterMembership(_ status: Int) -> Bool { plans.contains { $0.isMember && $0.next.contains(status) } }

  /// The state of a status and the joint level of each block.
  public func state(status: Int, levels: [Int]) -> Int {
    zip(blocks, levels).reduce(status) { $0 * $1.0.levels + $1.1 }
  }

  /// The joint level of each block in a cell.
  public func levels(ofCell cell: Int) -> [Int] {
    var (rest, levels) = (cell, [Int]())
    for block in blocks.reversed() {
      levels.append(rest % block.levels)
      rest /= block.levels
    }
    return levels.reversed()
  }

  /// The level of a component within a joint level of its block.
  static func level(of component: Int, in block: Block, joint: Int) -> Int {
    let inner = block.components[(component + 1)...].reduce(1) { $0 * $1.levels }
    return joint / inner % block.components[component].levels
  }

  /// Where a component is: its block and its place there.
  func place(of component: String) -> (block: Int, component: Int)? {
    for (b, block) in blocks.enumerated() {
      if let k = block.components.firstIndex(where: { $0.name == component }) { return (b, k) }
    }
    return nil
  }
}
