/// What an algorithm can say of its answer.
public enum SolveStatus: String, Codable, Sendable {
  /// The certificate is as tight as was asked for.
  case converged
  /// Bound and value meet.
  case optimal
  /// Better than where it started; the gap to the bound is known.
  case improved
  /// Stopped before the certificate was as tight as was asked for.
  case iterationLimit
  /// Nothing keeps all the rules.
  case infeasible
  /// The data does not determine the answer.
  case notIdentified
  /// The model that was asked for cannot represent what it was made from.
  case poorApproximation
}

/// A computed value with a bound on its error that was computed alongside.
public struct Certified<Value: Sendable>: Sendable {
  /// The value.
  public let value: Value

  /// The true value differs by no more than this, in the norm that the method states.
  public let errorBound: Double

  /// How many passes over the transitions it took.
  public let sweeps: Int
}

/// A model that gives the probability of every choice.
public protocol ChoicePredictor: Sendable {
  /// How many products there are.
  var productCount: Int { get }

  /// The probability that a customer buys each product when `offered` is on offer; 0 for what is not offered.
  ///
  /// What is missing to 1 is the probability of buying nothing.
  ///
  /// - Precondition: `offered` is a set of this model's products.
  func probabilities(offered: ProductSet) -> [Double]
}

extension ChoicePredictor {
  /// Expected value of one customer when product i is worth `values[i]`.
  public func expectedValue(of values: [Double], offered: ProductSet) -> Double {
    zip(values, probabilities(offered: offered)).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
