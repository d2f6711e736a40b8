internal import Glibc
public import Learning

/// Customers of several types that no column tells: the share of each type and its tastes, by expectation-maximisation.
///
///     var recipe = TasteTypesRecipe()
///     recipe.count = 2
///     let found = try TasteTypes(data, recipe: recipe)
///     found.types.map(\.share)
///
/// w_ik = share_k prod_t pi_k(a_it | s_it) / sum over types; shares are means of w, tastes those of the likelihood weighted
/// with w (some steps of its search, so that the likelihood never falls). Transitions are common and taken as given. Errors
/// come from the outer products of the customers' scores in all parameters together.
///
/// P. Arcidiacono, J. Jones: "Finite Mixture Distributions, Sequential Likelihood and the EM Algorithm", Econometrica 71(3),
/// 2003.
public struct TasteTypes: Sendable {
  /// One type.
  public struct Member: Sendable {
    /// Its share of the customers.
    public let share: Double
    /// The share's standard error; nil where it cannot be told.
    public let shareError: Double?
    /// Its tastes, with values and choice probabilities.
    public let estimate: StructuralEstimate
    /// How often customers of it chose each action in each state.
    let choices: ChoiceCounts
  }

  /// The types, the parameter that orders them ascending.
  public let types: [Member]

  /// The log-likelihood of all customers.
  public let logLikelihood: Double

  /// The log-likelihood after each round.
  public let path: [Double]

  /// The Bayesian information criterion, with one observation for each customer; the smaller the better.
  public let criterion: Double

  /// How likely each customer is of each type, customers x types.
  public let memberships: [[Double]]

  /// Whether rounds gained next to nothing at the end.
  public let converged: Bool

  /// Finds the types.
  ///
  /// - Throws: ``InvalidInput`` listing every violation, also of data that do not say whose choices they are;
  ///   `CancellationError`.
  /// - Complexity: O(rounds x types) fits of the likelihood, warm from round to round
  public init(
    _ data: ChoiceData, recipe: TasteTypesRecipe, on execution: Execution = Execution()
  ) throws {
    var problems = Violations(recipe.violations)
    let names = data.problem.features.names
    problems.require(
      data.customers != nil, "customers", given: "choices of nobody in particular",
      expected: "the choices of each customer")
    problems.require(!names.isEmpty, "features", given: 0, expected: "1 or more")
    problems.require(
      recipe.orderedBy < max(1, names.count), "orderedBy", given: recipe.orderedBy,
      expected: "0 to \(names.count - 1)")
    try problems.throwIfAny()
    guard let customers = data.customers else { preconditionFailure("checked before") }
    var whole = NestedFixedPoint()
    whole.errors = .given
    let pooled = try whole.fit(data, on: execution)
    guard pooled.status == .converged else {
      throw InvalidInput(
        "types", given: "status \(pooled.status.word) of all customers together", expected: "converged",
        advice: "What is not identified for all is not identified for types.")
    }
    guard recipe.count > 0 else {
      // As many types as the criterion asks for.
      var best: TasteTypes?
      for count in 1...4 {
        var own = recipe
        own.count = count
        let found = try TasteTypes(data, recipe: own, on: execution)
        guard best.map({ found.criterion < $0.criterion }) ?? true else { break }
        best = found
      }
      guard let best else { preconditionFailure("one type at least") }
      self = best
      return
    }
    var best: Mixture?
    for start in 0..<(recipe.count == 1 ? 1 : recipe.starts) {
      var mixture = Mixture(data, customers, around: pooled, recipe, start: start)
      try mixture.run(rounds: recipe.firstRounds, tolerance: 0, on: execution)
      if best.map({ mixture.logLikelihood > $0.logLikelihood }) ?? true { best = mixture }
    }
    guard var mixture = best else { preconditionFailure("one start at least") }
    try mixture.run(rounds: recipe.rounds, tolerance: recipe.tolerance, on: execution)
    mixture.sort(by: recipe.orderedBy)
    types = try mixture.types(on: execution)
    (logLikelihood, path, converged) = (mixture.logLikelihood, mixture.path, mixture.converged)
    let free = recipe.count * names.count + recipe.count - 1
    criterion = -2 * mixture.logLikelihood + Double(free) * log(Double(customers.count))
    memberships = mixture.memberships
  }
}

/// How unobserved types are looked for.
public struct TasteTypesRecipe: Codable, Sendable, Equatable {
  /// Number of types, 1 to 20; 0 adds types, up to four, as long as the Bayesian information criterion falls.
  public var count = 2
  /// Random starts, of which the best goes on.
  public var starts = 10
  /// Rounds of each start.
  public var firstRounds = 12
  /// Rounds of the best one at the most.
  public var rounds = 500
  /// The gain of a round at which it ends, in log-likelihood.
  public var tolerance = 1e-4
  /// The parameter by which types are ordered.
  public var orderedBy = 0
  /// Seeds the starts.
  public var seed: UInt64 = 0

  /// Creates two types.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require((0...20).contains(count), "count", given: count, expected: "0 to 20")
    found.require((1...1000).contains(starts), "starts", given: starts, expected: "1 to 1000")
    found.require(
      (1...10_000).contains(firstRounds), "firstRounds", given: firstRounds, expected: "1 to 10000")
    found.require((1...100_000).contains(rounds), "rounds", given: rounds, expected: "1 to 100000")
    found.require(
      tolerance > 0 && tolerance.isFinite, "tolerance", given: tolerance, expected: "a positive number")
    found.require(orderedBy >= 0, "orderedBy", given: orderedBy, expected: "0 or more")
    return found.all
  }
}
