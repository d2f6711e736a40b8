internal import Learning
internal import PolicyEvaluation

/// Numbers of named features, each in one group.
///
/// A category is a feature of its own, `context|device=phone`; a number is one feature with a value, `item|price`. Crosses are
/// declared by a name of the context and one of the actions.
public struct FeatureDictionary: Sendable, Equatable {
  /// The groups whose spread is learned: 0 the intercept, 1 context, 2 what is known of actions, 3 the action itself, 4 crosses.
  public static let groupNames = ["intercept", "context", "item", "id", "cross"]

  /// Pairs of a context feature's name and an action feature's name, `id` for the action itself.
  public let crosses: [FeatureCross]

  /// Names by number.
  public private(set) var names = ["intercept"]

  /// Groups by number.
  public private(set) var groups = [0]

  private var numbers: [String: Int32] = ["intercept": 0]

  /// A dictionary with nothing but the intercept.
  public init(crosses: [FeatureCross]) {
    self.crosses = crosses
  }

  /// A dictionary as it was saved; nil when names repeat or parts do not fit.
  init?(crosses: [FeatureCross], names: [String], groups: [Int]) {
    guard names.count == groups.count, names.first == "intercept", groups.allSatisfy({ (0...4).contains($0) })
    else { return nil }
    self.crosses = crosses
    (self.names, self.groups) = (names, groups)
    numbers = [:]
    for (number, name) in names.enumerated() where numbers.updateValue(Int32(number), forKey: name) != nil {
      return nil
    }
  }

  /// What a situation and one of its actions are made of: (name, group, value).
  func parts(of situation: Situation, action: Action) -> [(name: String, group: Int, value: Double)] {
    var parts: [(String, Int, Double)] = [("intercept", 0, 1)]
    var context = situation.context
    if situation.slot > 0 { context.append(Feature("slot", .category(String(situation.slot)))) }
    let own = action.features + [Feature("id", .category(action.id))]
    for feature in context { parts.append(Self.part("context", 1, feature)) }
    for feature in action.features { parts.append(Self.part("item", 2, feature)) }
    parts.append(("id|\(action.id)", 3, 1))
    for cross in crosses {
      for first in context where first.name == cross.context {
        for second in own where second.name == cross.action {
          let (left, right) = (Self.part("", 4, first), Self.part("", 4, second))
          parts.append(("cross|\(left.0)×\(right.0)", 4, left.2 * right.2))
        }
      }
    }
    return parts
  }

  private static func part(_ prefix: String, _ group: Int, _ feature: Feature) -> (String, Int, Double) {
    let start = prefix.isEmpty ? "" : prefix + "|"
    return switch feature.value {
    case .category(let text): ("\(start)\(feature.name)=\(text)", group, 1)
    case .number(let value): ("\(start)\(feature.name)", group, value)
    }
  }

  /// The features of an action, those that are new being numbered.
  mutating func learn(_ situation: Situation, action: Action) -> FeatureVector {
    var (indices, values) = ([Int32](), [Double]())
    for part in parts(of: situation, action: action) {
      let number = numbers[part.name] ?? Int32(names.count)
      if Int(number) == names.count {
        numbers[part.name] = number
        names.append(part.name)
        groups.append(part.group)
      }
      indices.append(number)
      values.append(part.value)
    }
    return FeatureVector(indices: indices, values: values)
  }

  /// The features of an action that are known, and the groups and values of those that are not.
  func look(
    _ situation: Situation, action: Action
  ) -> (known: FeatureVector, unknown: [(group: Int, value: Double)]) {
    var (indices, values, unknown) = ([Int32](), [Double](), [(Int, Double)]())
    for part in parts(of: situation, action: action) {
      if let number = numbers[part.name] {
        indices.append(number)
        values.append(part.value)
      } else {
        unknown.append((part.group, part.value))
      }
    }
    return (FeatureVector(indices: indices, values: values), unknown)
  }
}

/// A feature of the context together with one of the action.
public struct FeatureCross: Sendable, Equatable, Codable {
  /// Name of the context feature.
  public var context: String

  /// Name of the action's feature; `id` for the action itself.
  public var action: String

  /// Creates a cross.
  public init(context: String, action: String) {
    self.context = context
    self.action = action
  }
}
