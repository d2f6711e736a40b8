public import Learning
internal import LinearAlgebra

/// What would happen under cases: plan mix, renewal, surplus, revenue and paths, each with two bands.
///
/// The sampling band says how far the data leave a figure open (delta method or draws, with the error of the chains); the anchor band
/// how far the untestable reward of the anchor does: g(s) = eps z(s), for z constant, rising with each component, or with the
/// status.
public struct Counterfactual: Codable, Sendable, Equatable {
  /// Paths of plan names whose probability is asked for.
  public var paths: [[String]] = []
  /// Months of the path from today's customers, 0 to 1200.
  public var months = 36
  /// The largest |eps| of the anchor's reward; 0 for no anchor band.
  public var anchorBand = 0.25
  /// Whether sampling bands are wanted.
  public var hasSamplingBands = true
  /// Draws of parameters and chains that sampling bands are quantiles of; 0 for the delta method.
  public var draws = 0
  /// Seeds the draws.
  public var seed: UInt64 = 0

  /// Creates the default recipe.
  public init() {}

  /// Simulates cases.
  ///
  /// - Throws: ``InvalidInput`` when the estimate has no parameters of a membership, or a case does not fit; `CancellationError`.
  public func run(
    _ cases: [CounterfactualCase], _ estimate: ChoiceEstimate, on execution: Execution = Execution()
  ) throws -> CounterfactualReport {
    var problems = Violations()
    problems.require((0...1200).contains(months), "months", given: months, expected: "0 to 1200")
    problems.require(
      anchorBand >= 0 && anchorBand <= 100, "anchorBand", given: anchorBand, expected: "0 to 100")
    problems.require((0...100_000).contains(draws), "draws", given: draws, expected: "0 to 100000")
    problems.require(
      estimate.membership != nil, "estimate", given: "a model of another kind", expected: "a membership")
    problems.require(
      estimate.structural != nil && estimate.recipe.method != .maxent, "estimate",
      given: "method \(estimate.recipe.method.rawValue)", expected: "parameters of features",
      advice: "Estimate with nfxp or npl.")
    problems.require(
      estimate.status == .converged, "estimate", given: "status \(estimate.status.word)",
      expected: "converged",
      advice: "What is not identified cannot be simulated.")
    try problems.throwIfAny()
    guard let membership = estimate.membership, let structural = estimate.structural else {
      throw InvalidInput("estimate", given: "no parameters", expected: "parameters of a membership")
    }
    return try run(
      cases, World(membership: membership, structural: structural, price: estimate.priceCoefficient),
      pricePlace: estimate.pricePlace, today: estimate.today, on: execution)
  }

  /// Simulates cases of a known truth, without bands.
  ///
  /// - Throws: ``InvalidInput`` when a case does not fit; `CancellationError`.
  public func run(
    _ cases: [CounterfactualCase], truth: MembershipSimulator, theta: [Double],
    on execution: Execution = Execution()
  ) throws -> CounterfactualReport {
    var recipe = self
    (recipe.anchorBand, recipe.hasSamplingBands) = (0, false)
    let membership = EstimatedMembership(model: truth.model, chains: truth.chains, observations: [])
    let place = truth.model.features.firstIndex { $0.kind == .fee }
    return try recipe.run(
      cases, World(membership: membership, theta: theta, price: place.map { theta[$0] }), pricePlace: place,
      today: nil, on: execution)
  }

  /// An estimated membership, with what its errors need.
  struct World: Sendable {
    let membership: EstimatedMembership
    let theta: [Double]
    let covariance: DoubleMatrix?
    let responses: DoubleMatrix?
    /// Whether dollars can be given.
    let price: Double?

    init(membership: EstimatedMembership, structural: StructuralEstimate, price: Double?) {
      (self.membership, theta, self.price) = (membership, structural.theta, price)
      responses = structural.responses
      // Two-step errors have the chains' part in the responses.
      covariance =
        responses == nil
        ? structural.covariance ?? structural.diagnosis.covariance
        : structural.diagnosis.covariance
    }

    /// Known parameters and chains.
    init(membership: EstimatedMembership, theta: [Double], price: Double?) {
      (self.membership, self.theta, self.price) = (membership, theta, price)
      (covariance, responses) = (nil, nil)
    }
  }

  func run(
    _ cases: [CounterfactualCase], _ world: World, pricePlace: Int?, today: CustomersToday?,
    on execution: Execution
  ) throws -> CounterfactualReport {
    let all = [CounterfactualCase("base")] + cases
    let map = OutcomeMap(
      model: world.membership.model, cases: all, paths: paths,
      pricePlace: world.price == nil ? nil : pricePlace)
    let solved = try map.solve(theta: world.theta, chains: world.membership.chains)
    var outcomes = solved.map { map.outcomes($0) }
    if let today {
      for (k, change) in all.enumerated() {
        outcomes[k].sharesByMonth = solved[k].sharesByMonth(
          today, base: world.membership.model.plans, months: months,
          chains: try world.membership.model.applying(change, to: world.membership.chains))
      }
    }
    let figures = map.figures(solved, outcomes, theta: world.theta)
    let sampling = try samplingBands(map, world, figures, execution)
    let anchor =
      anchorBand > 0
      ? try AnchorBands(map: map, world: world, width: anchorBand, figures: figures, on: execution).bands
      : nil
    return CounterfactualReport(
      base: CaseReport(all[0], outcomes[0], figures[0], sampling?[0], nil, explanation: ""),
      cases: cases.indices.map { k in
        CaseReport(
          cases[k], outcomes[k + 1], figures[k + 1], sampling?[k + 1], anchor?[k + 1],
          explanation: CaseExplanation(
            change: cases[k], base: outcomes[0], outcome: outcomes[k + 1],
            surplus: figures[k + 1]["surplus_usd"],
            model: world.membership.model, changed: solved[k + 1].model
          ).text)
      })
  }

  private func samplingBands(
    _ map: OutcomeMap, _ world: World, _ figures: [[String: Double]], _ execution: Execution
  ) throws -> [[String: Band]]? {
    guard hasSamplingBands, world.covariance != nil else { return nil }
    if draws == 0 { return try SamplingBands(map: map, world: world, figures: figures, on: execution).bands }
    return try SamplingDraws(
      map: map, world: world, figures: figures, count: draws, seed: seed, on: execution
    ).bands
  }
}
