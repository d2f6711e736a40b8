internal import Learning

/// Any finite states and actions, with transitions from counts, from increments of one counter, or from rules.
public struct PanelModel: Sendable, Equatable {
  /// An action and the code that the panel has for it.
  public struct Action: Sendable, Equatable {
    /// Name and length.
    public let action: ChoiceAction
    /// What else the panel calls it.
    public let code: String?
  }

  /// How states follow each other.
  public enum Transitions: Sendable, Equatable {
    /// As counted in the panel.
    case counts
    /// One column grows by increments; some actions set it to a level before (by action, nil leaves it).
    case increment(resets: [Int?])
    /// Every action changes columns by rules, for sure; one list of rules for each action.
    case rules([[Rule]])
  }

  /// What an action does to a column of the state.
  public struct Rule: Sendable, Equatable {
    /// The change.
    public enum Change: Sendable, Equatable {
      /// Levels up or down, kept within the column's levels.
      case by(Int)
      /// To a level.
      case to(Int)
    }
    /// Place of the column.
    public let column: Int
    /// The change.
    public let change: Change
  }

  /// A factor of a feature: (x - minus) to a power, or whether x is a value.
  public struct Term: Sendable, Equatable {
    /// Place of the column.
    public let column: Int
    /// What is taken from its number.
    public let minus: Double
    /// The power, 1 to 10.
    public let power: Int
    /// The number that makes the term 1, all others 0.
    public let equals: Double?
  }

  /// A feature: scale times the product of terms, on one action.
  public struct Feature: Sendable, Equatable {
    /// Its name; features of one name on several actions share a parameter.
    public let name: String
    /// The action.
    public let action: Int
    /// The factor.
    public let scale: Double
    /// The factors that depend on the state.
    public let terms: [Term]
  }

  /// Titles of the columns of customer, time and action.
  public let columns: (customer: String, time: String, action: String)
  /// Discount of one period.
  public let discount: Double
  /// The columns of the state; the last one varies fastest.
  public let state: [PanelLayout.Column]
  /// The actions.
  public let actions: [Action]
  /// How states follow each other.
  public let transitions: Transitions
  /// The last period; nil for an endless problem.
  public let horizon: Int?
  /// What is known of rewards; nil where nothing is.
  public let anchor: Anchor?
  /// What rewards are made of.
  public let features: [Feature]

  /// Number of states of one period.
  public var stateCount: Int { state.reduce(1) { $0 * $1.levels } }

  /// The codes of all columns in a state.
  func codes(of state: Int) -> [Int] {
    var (rest, codes) = (state, [Int]())
    for column in self.state.reversed() {
      codes.append(rest % column.levels)
      rest /= column.levels
    }
    return codes.reversed()
  }

  /// The state of codes.
  func state(of codes: [Int]) -> Int { zip(state, codes).reduce(0) { $0 * $1.0.levels + $1.1 } }

  /// Names of the parameters in order of first appearance.
  var parameterNames: [String] {
    var names: [String] = []
    for feature in features where !names.contains(feature.name) { names.append(feature.name) }
    return names
  }

  /// Whether all parts are equal.
  public static func == (left: Self, right: Self) -> Bool {
    left.columns == right.columns && left.discount == right.discount && left.state == right.state
      && left.actions == right.actions && left.transitions == right.transitions
      && left.horizon == right.horizon
      && left.anchor == right.anchor && left.features == right.features
  }
}
