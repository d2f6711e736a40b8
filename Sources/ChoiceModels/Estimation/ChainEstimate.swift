public import Learning

/// A chain estimated from sales, with what the sales say of it.
public struct ChainEstimate: ChoicePredictor, Predictor, Equatable {
  /// The chain.
  public let chain: SubstitutionChain

  /// Whether each product was ever missing: where not, its row is what estimation started from, not identified.
  public let isIdentified: [Bool]

  /// Products that were never sold; without a prior their first wish is 0.
  public let neverSold: [Int]

  /// Log-likelihood with the prior's log-density, pass by pass; never falls.
  public let penalisedLogLikelihoods: [Double]

  /// Log-likelihood of the sales, pass by pass.
  public let logLikelihoods: [Double]

  /// Passes over the sales, those of rejected extrapolations included.
  public let passes: Int

  /// Whether the log-likelihood stood still.
  public let status: SolveStatus

  /// How many products there are.
  public var productCount: Int { chain.productCount }

  /// Choice probabilities of the chain.
  public func probabilities(offered: ProductSet) -> [Double] { chain.probabilities(offered: offered) }

  /// Choice probabilities for an offer set of this model's products.
  ///
  /// - Throws: `InvalidInput` when the set is of another number of products.
  public func predict(_ query: ProductSet) throws -> [Double] { try chain.predict(query) }
}
