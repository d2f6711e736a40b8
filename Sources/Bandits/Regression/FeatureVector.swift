internal import Learning

/// The features of one decision that are not zero: numbers of features with values, mostly 1.
public struct FeatureVector: Sendable, Equatable, Codable {
  /// Numbers of the features, from 0.
  public let indices: [Int32]

  /// Their values, finite.
  public let values: [Double]

  /// Features with values.
  ///
  /// - Precondition: as many values as indices.
  public init(indices: [Int32], values: [Double]) {
    precondition(indices.count == values.count, "a value for each feature")
    (self.indices, self.values) = (indices, values)
  }

  /// Features that are all 1.
  public init(ones indices: [Int32]) {
    self.init(indices: indices, values: [Double](repeating: 1, count: indices.count))
  }

  /// Everything that keeps it from being used by a model of so many features.
  func violations(featureCount: Int) -> [Violation] {
    var problems = Violations()
    problems.require(
      indices.allSatisfy { $0 >= 0 && $0 < featureCount }, "features",
      given: "number \(indices.max() ?? 0)",
      expected: "0 to \(featureCount - 1) as the model has \(featureCount)")
    problems.require(
      values.allSatisfy(\.isFinite), "features", given: "a value that is not finite",
      expected: "finite numbers")
    return problems.all
  }
}

/// What was shown and whether it converted.
public struct Outcome: Sendable, Equatable {
  /// What was shown.
  public let features: FeatureVector

  /// Whether it converted.
  public let isConverted: Bool

  /// Creates an outcome.
  public init(_ features: FeatureVector, isConverted: Bool) {
    self.features = features
    self.isConverted = isConverted
  }
}

/// How a score becomes a probability.
public enum Link: String, Sendable, Codable, CaseIterable {
  /// The normal distribution function.
  case probit
  /// The logistic function.
  case logit
}
