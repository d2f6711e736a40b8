public import Learning

/// Estimates a substitution chain from sales while different sets were on offer, by expectation-maximisation.
///
/// Which way a customer went before buying is not seen; the expectation step computes it, the maximisation step counts.
/// A. S. Simsek, H. Topaloglu: "An expectation-maximization algorithm to estimate the parameters of the Markov chain
/// choice model", Operations Research 66(3), 2018. Sales of one offer set share one factorisation.
///
///     var recipe = ChainEstimator()
///     (recipe.start, recipe.priorStrength) = (.logit, 5)
///     let estimate = try recipe.fit(sales)
///     estimate.chain.optimalAssortment(netRevenue: margins)
public struct ChainEstimator: Estimator {
  /// Where estimation starts, and what the prior is centred on.
  public enum Start: String, Codable, Sendable, CaseIterable {
    /// Every first wish and every next product alike.
    case uniform
    /// The chain of the logit of the same sales: substitution in proportion to popularity.
    case logit
  }

  /// Where estimation starts.
  public var start = Start.uniform

  /// Customers that the prior counts for in the first wishes and in every product's row, 0 or more (Dirichlet).
  public var priorStrength = 0.0

  /// Relative change of the log-likelihood by one pass at which to stop, above 0; when accelerated a tenth of it by a cycle
  /// of three passes.
  public var tolerance = 1e-7

  /// Most passes over the sales, 1 or more.
  public var maximumPasses = 20_000

  /// Whether passes are extrapolated (R. Varadhan, C. Roland: "Simple and globally convergent methods for accelerating
  /// the convergence of any EM algorithm", Scandinavian Journal of Statistics 35(2), 2008), never at the cost of
  /// likelihood.
  public var isAccelerated = true

  /// Creates the default recipe.
  public init() {}

  /// What is out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(
      priorStrength >= 0 && priorStrength.isFinite, "priorStrength", given: priorStrength,
      expected: "0 or more")
    found.require(
      tolerance > 0 && tolerance < 1, "tolerance", given: tolerance, expected: "above 0 and below 1")
    found.require(maximumPasses >= 1, "maximumPasses", given: maximumPasses, expected: "1 or more")
    return found.all
  }

  /// Learns a chain.
  ///
  /// - Throws: `InvalidInput`; `CancellationError`.
  /// - Complexity: O(sum over offer sets of missing^3 + products missing) a pass
  public func fit(_ sales: SalesWithOffers, on execution: Execution) throws -> ChainEstimate {
    var problems = Violations(violations)
    problems.append(contentsOf: sales.violations())
    try problems.throwIfAny()
    switch start {
    case .uniform: return try fit(sales, from: .uniform(sales), on: execution)
    case .logit:
      let logit = try MultinomialLogit().fit(sales, on: Execution(cancellation: execution.cancellation))
      return try fit(sales, from: ChainParameters(logit), on: execution)
    }
  }

  /// Learns a chain around a given one, for example of embeddings: transitions that are 0 there stay 0.
  ///
  /// - Throws: `InvalidInput`; `CancellationError`.
  public func fit(
    _ sales: SalesWithOffers, prior: SubstitutionChain, on execution: Execution = Execution()
  ) throws -> ChainEstimate {
    var problems = Violations(violations)
    problems.append(contentsOf: sales.violations())
    problems.require(
      prior.productCount == sales.productCount, "prior", given: "\(prior.productCount) products",
      expected: "\(sales.productCount) as in the sales")
    try problems.throwIfAny()
    return try fit(sales, from: ChainParameters(prior), on: execution)
  }
}
