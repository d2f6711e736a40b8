public import Learning

/// Bayesian regression of conversions on features by Laplace's approximation: a normal posterior around the mode.
///
///     var recipe = LaplaceRegression(prior: NormalPrior(features: 60, variance: 0.01))
///     let posterior = try recipe.fit(counts)
///     posterior.logEvidence
///
/// Newton's method with the expected information (probit) or the observed one, which is the same (logit): gradient of a row with
/// score z, n shows and k conversions f (k - nq)/(q(1 - q)), curvature n f²/(q(1 - q)), f = dq/dz. Precision
/// H = X' diag(h) X + diag(1/s₀²). For up to some 2,000 features.
public struct LaplaceRegression: Estimator {
  /// How scores become probabilities.
  public var link = Link.probit

  /// Prior of the weights; its length is the number of features.
  public var prior: NormalPrior

  /// Newton's steps at the most, 1 to 1,000.
  public var maximumSteps = 50

  /// Largest change of a weight at which the mode counts as found, above 0.
  public var tolerance = 1e-8

  /// The default recipe with a prior.
  public init(prior: NormalPrior) {
    self.prior = prior
  }

  /// Every hyper-parameter out of range.
  public var violations: [Violation] {
    var problems = Violations(prior.violations)
    problems.require(
      (1...1000).contains(maximumSteps), "maximumSteps", given: maximumSteps, expected: "1 to 1000")
    problems.require(
      tolerance > 0 && tolerance.isFinite, "tolerance", given: tolerance, expected: "above 0 and finite")
    return problems.all
  }

  /// Finds the posterior; one that did not converge says so.
  ///
  /// - Throws: ``InvalidInput`` listing what is wrong with recipe and counts; `CancellationError`.
  /// - Complexity: O(steps · (rows · features of a row² + features³))
  public func fit(_ counts: ConversionCounts, on execution: Execution) throws -> GaussianPosterior {
    var problems = Violations(violations)
    problems.append(contentsOf: counts.violations(featureCount: prior.count))
    try problems.throwIfAny()
    try execution.cancellation.check()
    execution.progress.report(ProgressEvent(stage: "fitting", completed: 0, total: 1))
    let posterior = LaplaceFit(counts.ordered, link).posterior(
      prior, from: prior.mean, maximumSteps: maximumSteps, tolerance: tolerance)
    try execution.cancellation.check()
    return posterior
  }
}
