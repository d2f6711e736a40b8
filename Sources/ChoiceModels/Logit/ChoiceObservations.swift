internal import Learning

/// Choices among alternatives that are described by attributes: one row an occasion, the same alternatives each time.
public struct ChoiceObservations: Sendable, Equatable {
  /// Names of the alternatives.
  public let alternatives: [String]

  /// Names of the attributes.
  public let attributes: [String]

  /// Occasion by occasion, alternative by alternative, the attributes.
  public let values: [Double]

  /// The alternative that was chosen on each occasion.
  public let choices: [Int]

  /// Takes occasions.
  ///
  /// - Throws: `InvalidInput` when sizes do not fit, a choice is no alternative, or a number is not finite.
  public init(alternatives: [String], attributes: [String], values: [Double], choices: [Int]) throws {
    var problems = Violations()
    problems.require(
      alternatives.count >= 2, "alternatives", given: alternatives.count, expected: "2 or more")
    problems.require(
      values.count == choices.count * alternatives.count * attributes.count, "values",
      given: "\(values.count) numbers", expected: "\(choices.count * alternatives.count * attributes.count)")
    problems.require(
      choices.allSatisfy { alternatives.indices.contains($0) }, "choices",
      given: "a number that is no alternative",
      expected: "0 to \(alternatives.count - 1)")
    problems.require(
      values.allSatisfy(\.isFinite), "values", given: "NaN or infinity", expected: "finite numbers")
    try problems.throwIfAny()
    self.alternatives = alternatives
    self.attributes = attributes
    self.values = values
    self.choices = choices
  }

  /// Numbers of one occasion.
  var stride: Int { alternatives.count * attributes.count }
}
