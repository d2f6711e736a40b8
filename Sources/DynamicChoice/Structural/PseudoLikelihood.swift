public import Learning

/// Hotz-Miller and nested pseudo-likelihood: given choice probabilities, values are linear in the parameters.
///
///     var recipe = PseudoLikelihood()
///     recipe.steps = 1                       // Hotz-Miller; more go on to the fixed point
///     let estimate = try recipe.fit(data)
///
/// V. J. Hotz, R. A. Miller: "Conditional Choice Probabilities and the Estimation of Dynamic Models", Review of Economic
/// Studies 60(3), 1993; V. Aguirregabiria, P. Mira: "Swapping the Nested Fixed Point Algorithm", Econometrica 70(4), 2002.
public struct PseudoLikelihood: Estimator {
  /// How often values and parameters are updated at the most; 1 is Hotz-Miller.
  public var steps = 100

  /// Choice probabilities to start from, A x S; empty for counts with empirical-Bayes shrinkage.
  public var start: [Double] = []

  /// How standard errors are found.
  public var errors = StandardErrors.twoStep

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require((1...10_000).contains(steps), "steps", given: steps, expected: "1 to 10000")
    found.require(
      start.allSatisfy { $0 > 0 && $0 < 1 }, "start", given: "a probability that is not between 0 and 1",
      expected: "probabilities above 0 and below 1, or none")
    return found.all
  }
}
