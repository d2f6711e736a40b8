/// What a feature says: one of several categories, or a number.
public enum FeatureValue: Sendable, Hashable {
  /// A category, such as a brand.
  case category(String)
  /// A finite number, such as an age.
  case number(Double)
}

/// A named property of a visitor, a page or an action. A name may occur several times with different categories.
public struct Feature: Sendable, Hashable {
  /// What is described.
  public let name: String

  /// What is said of it.
  public let value: FeatureValue

  /// Creates a feature.
  public init(_ name: String, _ value: FeatureValue) {
    self.name = name
    self.value = value
  }
}

/// Something that can be shown: a product, a benefit, a layout.
public struct Action: Sendable, Hashable {
  /// Its name, unique among the choices of a decision.
  public let id: String

  /// What is known of it.
  public let features: [Feature]

  /// Creates an action.
  public init(_ id: String, features: [Feature] = []) {
    self.id = id
    self.features = features
  }
}

/// Everything that a policy sees when it decides.
public struct Situation: Sendable, Hashable {
  /// What is known of visitor and page.
  public let context: [Feature]

  /// What can be shown.
  public let actions: [Action]

  /// Place in a list, from 1; 0 where there is only one place.
  public let slot: Int

  /// Creates a situation.
  public init(context: [Feature] = [], actions: [Action], slot: Int = 0) {
    self.context = context
    self.actions = actions
    self.slot = slot
  }
}
