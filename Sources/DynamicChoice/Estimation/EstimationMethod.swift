public import Learning

/// The ways to estimate rewards from choices.
public enum EstimationMethod: String, Codable, Sendable, CaseIterable {
  /// Maximum likelihood.
  case nfxp
  /// Rewards without a form, from an anchor action.
  case pqr
  /// Rewards without a form, from the mean reward of what is chosen, renormalised to the anchor action.
  case genpqr
  /// Nested pseudo-likelihood.
  case npl
  /// One step of pseudo-likelihood.
  case hotzMiller = "hotz-miller"
  /// Maximum causal entropy with features of state and action.
  case mce
  /// Maximum causal entropy with rewards of states alone.
  case maxent
  /// A logit of today's rewards alone.
  case `static`
  /// Maximum likelihood on cells of states that have like values.
  case samq

  /// Whether it estimates rewards without a form.
  public var isAnchored: Bool { self == .pqr || self == .genpqr }
}

/// A method with its options.
public struct EstimationRecipe: Codable, Sendable, Equatable {
  /// The method.
  public var method = EstimationMethod.nfxp
  /// How choice probabilities are estimated, for methods that begin with them.
  public var policy = PolicyStep.counts
  /// How standard errors are found.
  public var errors = StandardErrors.twoStep
  /// Weight of a penalty ridge / 2 theta'theta, for likelihoods.
  public var ridge = 0.0
  /// Cells of states, for the method that forms them.
  public var cells = 100
  /// Draws of a bootstrap over customers, which gives standard errors to every method; 0 for none.
  public var bootstrapDraws = 0
  /// Seeds what is random.
  public var seed: UInt64 = 0

  /// Creates maximum likelihood.
  public init() {}

  /// What was estimated.
  public enum Result: Sendable {
    /// Parameters of features.
    case structural(StructuralEstimate)
    /// Rewards of states and actions.
    case rewards(RewardEstimate)
  }

  /// Estimates.
  ///
  /// - Parameter anchor: what is known of rewards; nil where nothing is.
  /// - Throws: ``InvalidInput``, also for a method that needs an anchor where there is none; `CancellationError`.
  public func fit(_ data: ChoiceData, anchor: Anchor?, on execution: Execution = Execution()) throws -> Result
  {
    switch method {
    case .nfxp:
      var recipe = NestedFixedPoint()
      (recipe.errors, recipe.ridge, recipe.seed) = (errors, ridge, seed)
      return .structural(try recipe.fit(data, on: execution))
    case .npl, .hotzMiller:
      var recipe = PseudoLikelihood()
      (recipe.errors, recipe.steps) = (errors, method == .npl ? 200 : 1)
      return .structural(try recipe.fit(data, on: execution))
    case .mce, .maxent:
      var recipe = EntropyRewards()
      recipe.scope = method == .mce ? .stateAction : .state
      recipe.ridge = method == .mce ? ridge : max(ridge, recipe.ridge)
      return .structural(try recipe.fit(data, on: execution))
    case .static:
      var recipe = StaticLogit()
      recipe.ridge = ridge
      return .structural(try recipe.fit(data, on: execution))
    case .samq:
      var recipe = AggregatedTables()
      (recipe.cells, recipe.policy, recipe.seed) = (cells, policy, seed)
      recipe.anchor = anchor ?? recipe.anchor
      return .structural(try recipe.fit(data, on: execution))
    case .pqr, .genpqr:
      guard let anchor else {
        throw InvalidInput(
          "anchor", given: "nothing", expected: "an action with a known reward in the model file",
          advice: "Choices alone do not determine rewards: any function of the state could be added.")
      }
      var recipe = AnchoredReward()
      (recipe.policy, recipe.seed) = (policy, seed)
      recipe.anchor = method == .pqr ? anchor : Anchor(.policy)
      let estimate = try recipe.fit(data, on: execution)
      return .rewards(method == .pqr ? estimate : try estimate.renormalised(to: anchor, in: data.problem))
    }
  }
}
