internal import Glibc
public import Learning

/// A fitted conditional logit.
public struct ConditionalLogitModel: Sendable, Equatable, Codable {
  /// Names of the alternatives.
  public let alternatives: [String]

  /// Names of the attributes.
  public let attributes: [String]

  /// Constants of all alternatives but the last, then one coefficient for each attribute.
  public let coefficients: [Double]

  /// Standard error of each coefficient; nil where the data does not determine them.
  public let standardErrors: [Double]?

  /// Whether the likelihood's maximum was reached.
  public let status: SolveStatus

  /// Mean log-likelihood of an occasion.
  ///
  /// - Throws: `InvalidInput` when the observations are of other alternatives or attributes.
  public func meanLogLikelihood(_ data: ChoiceObservations) throws -> Double {
    var problems = Violations()
    problems.require(
      data.alternatives.count == alternatives.count, "alternatives", given: data.alternatives.count,
      expected: "\(alternatives.count) as in the model")
    problems.require(
      data.attributes.count == attributes.count, "attributes", given: data.attributes.count,
      expected: "\(attributes.count) as in the model")
    try problems.throwIfAny()
    var sum = 0.0
    for (t, choice) in data.choices.enumerated() {
      let row = Array(data.values[t * data.stride..<(t + 1) * data.stride])
      sum += logProbability(try predict(row)[choice])
    }
    return sum / Double(max(1, data.choices.count))
  }
}

extension ConditionalLogitModel: Predictor {
  /// Probability of each alternative, given the attributes alternative by alternative.
  ///
  /// - Throws: `InvalidInput` for another number of attributes, or numbers that are not finite.
  public func predict(_ query: [Double]) throws -> [Double] {
    let (j, a) = (alternatives.count, attributes.count)
    var problems = Violations()
    problems.require(query.count == j * a, "query", given: "\(query.count) numbers", expected: "\(j * a)")
    problems.require(
      query.allSatisfy(\.isFinite), "query", given: "NaN or infinity", expected: "finite numbers")
    try problems.throwIfAny()
    let utilities = (0..<j).map { i in
      (0..<a).reduce(i < j - 1 ? coefficients[i] : 0) { $0 + query[i * a + $1] * coefficients[j - 1 + $1] }
    }
    let top = utilities.max()!
    let weights = utilities.map { exp($0 - top) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
}
