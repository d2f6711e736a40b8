public import Learning

/// How pairs of a query and a product are learned from what shoppers were shown and did.
///
///     var recipe = PairRecipe()
///     recipe.weight = .inversePropensity
///     let pairs = try TrainingPairs(log, recipe)
///
/// Shoppers click what stands on top. The position model P(click) = theta_k gamma_qd separates the probability
/// theta_k that position k is looked at from the attraction gamma_qd of the product for the query
/// (M. Richardson, E. Dominowska, R. Ragno: "Predicting Clicks", WWW 2007; estimation from products that move between positions:
/// A. Agarwal and others: "Estimating Position Bias without Intrusive Interventions", WSDM 2019).
public struct PairRecipe: Codable, Sendable, Equatable {
  /// What a pair weighs.
  public enum Weight: String, Codable, Sendable, CaseIterable {
    /// The attraction gamma of the position model.
    case gamma
    /// The sum of 1 / theta over clicks, by impressions; thetas below 0.1 count as 0.1.
    case inversePropensity = "inverse-propensity"
    /// Clicks over those that the positions' click rates let expect, one added to both.
    case clicksOverExpected = "clicks-over-expected"
    /// Clicks by impressions.
    case raw
  }

  /// Which impressions the positions are learned from.
  public enum Evidence: String, Codable, Sendable, CaseIterable {
    /// All of them: the model tells relevance and position apart wherever a product stood at several positions.
    case all
    /// Those in random order alone, where there are 2,000 or more of them. Right even where the model is not,
    /// and several times as uncertain.
    case randomised
  }

  /// What each action counts.
  public struct ActionWeights: Codable, Sendable, Equatable {
    /// Weight of a click, 0 or more.
    public var click = 1.0
    /// Weight of putting into the cart, 0 or more.
    public var cart = 3.0
    /// Weight of buying, 0 or more.
    public var purchase = 5.0

    /// Creates the default weights.
    public init() {}
  }

  /// What a pair weighs.
  public var weight = Weight.gamma

  /// What positions are learned from.
  public var evidence = Evidence.all

  /// What each action counts. A product whose clicks end in more purchases than the log's average weighs more, one
  /// with fewer less; the mean factor is 1.
  public var actions = ActionWeights()

  /// As many clicks of the log's average are mixed with a pair's own before its actions count, 0 or more.
  public var actionPrior = 30.0

  /// Pairs of a smaller weight are left out, 0 or more.
  public var minimumWeight = 0.0

  /// Pairs with fewer impressions are left out, 1 or more; without any impressions in the log all pairs stay.
  public var minimumImpressions = 2

  /// Clients with more searches in an hour are robots, 1 or more.
  public var searchesPerHour = 200

  /// For how many minutes after a search what names no search is attributed to it, 0 or more.
  public var attributionMinutes = 10.0

  /// Creates the recipe with its defaults.
  public init() {}

  /// Every value out of range.
  public var violations: [Violation] {
    var problems = Violations()
    func require(_ value: Double, _ name: String) {
      problems.require(value.isFinite && value >= 0, name, given: value, expected: "0 or more")
    }
    require(actions.click, "actions.click")
    require(actions.cart, "actions.cart")
    require(actions.purchase, "actions.purchase")
    require(actionPrior, "actionPrior")
    require(minimumWeight, "minimumWeight")
    require(attributionMinutes, "attributionMinutes")
    problems.require(
      minimumImpressions >= 1, "minimumImpressions", given: minimumImpressions, expected: "1 or more")
    problems.require(
      searchesPerHour >= 1, "searchesPerHour", given: searchesPerHour, expected: "1 or more")
    return problems.all
  }
}
