internal import DynamicChoice
internal import Learning

/// What `membership estimate` prints.
struct EstimateDocument: Encodable {
  struct Parameter: Encodable {
    let name: String
    /// Nil where the data say nothing of it: an estimation ends somewhere, but that is no estimate.
    let value: Double?
    let se, low, high, dollars_per_month: Double?
    let verdict: String
  }

  struct Diagnostics: Encodable {
    let anchor_coverage, anchor_residual, bellman_residual: Double
    let floored: Int
    let smallest_probability: Double
    let actions_never_chosen: [String]
    /// Pairs of variables that act on choices together; nil where that was not tested.
    let pairs: [PairTest]?
  }

  let method, status: String
  let reasons: [String]
  let decisions, customers, rows, states, states_seen: Int
  let theta: [Parameter]
  let loglik, mean_loglik: Double?
  let iterations, bellman, newton: Int?
  let chains: EngagementChains?
  let diagnostics: Diagnostics?
  let segments: [Segment]?
  let types: [TasteType]?
  let types_loglik, types_bic: Double?
  let sec: Double

  struct Segment: Encodable {
    let name: String
    let customers: Int
    let theta: [String: Double]
    let se: [String: Double]
    /// Of the joint test of equal tastes, the same for all segments.
    let equal_tastes_p: Double?
  }

  /// Customers that no column tells from others.
  struct TasteType: Encodable {
    let share: Double
    let share_se: Double?
    let theta: [String: Double]
    let se: [String: Double]
  }

  private static func numbers(_ parameters: [Estimate]) -> (theta: [String: Double], se: [String: Double]) {
    (
      Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) }),
      Dictionary(
        uniqueKeysWithValues: parameters.compactMap { parameter in
          parameter.standardError.map { (parameter.name, $0) }
        })
    )
  }

  init(
    _ estimate: ChoiceEstimate, seconds: Double, comparison: SegmentComparison? = nil,
    types found: TasteTypes? = nil
  ) {
    types = found?.types.map { type in
      let (theta, se) = Self.numbers(type.estimate.parameters)
      return TasteType(share: type.share, share_se: type.shareError, theta: theta, se: se)
    }
    (types_loglik, types_bic) = (found?.logLikelihood, found?.criterion)
    segments = comparison.map { found in
      found.estimates.map { name, part -> Segment in
        let (theta, se) = Self.numbers(part.parameters)
        return Segment(
          name: name, customers: part.report.customers, theta: theta, se: se, equal_tastes_p: found.pValue)
      }
    }
    method = estimate.recipe.method.rawValue
    status = estimate.status.word
    if case .notIdentified(let found) = estimate.status { reasons = found } else { reasons = [] }
    decisions = estimate.report.decisions
    customers = estimate.report.customers
    rows = estimate.report.rows
    (states, states_seen) = (estimate.stateCount, estimate.statesSeen)
    // An anchored reward that is not identified has no numbers at all.
    let isKnown = estimate.structural != nil || estimate.status == .converged
    let price = estimate.priceCoefficient
    theta = (isKnown ? estimate.parameters : []).map { parameter in
      Parameter(
        name: parameter.name, value: parameter.verdict == .notIdentified ? nil : parameter.value,
        se: parameter.standardError, low: parameter.low,
        high: parameter.high, dollars_per_month: price.map { parameter.value / $0 },
        verdict: parameter.verdict.rawValue)
    }
    let structural = estimate.structural
    loglik = structural.flatMap { $0.logLikelihood.isFinite ? $0.logLikelihood : nil }
    mean_loglik = structural.flatMap { $0.meanLogLikelihood.isFinite ? $0.meanLogLikelihood : nil }
    iterations = structural?.effort.iterations
    bellman = structural?.effort.contractions
    newton = structural?.effort.newtonSteps
    chains = estimate.membership?.chains
    if case .rewards(let rewards) = estimate.result {
      let names = estimate.file.actions.map(\.name)
      let found = rewards.diagnostics
      diagnostics = Diagnostics(
        anchor_coverage: found.anchorStateCoverage, anchor_residual: found.anchorResidual,
        bellman_residual: found.bellmanResidual, floored: found.floored,
        smallest_probability: found.smallestProbability,
        actions_never_chosen: found.actionsNeverChosen.map { names[$0] }, pairs: found.pairs)
    } else {
      diagnostics = nil
    }
    sec = seconds
  }

  func print(_ estimate: ChoiceEstimate, on console: Console, out: String) throws {
    try console.print(
      "\(decisions.grouped) choices of \(customers.counted("customer")), \(states_seen.grouped) of"
        + " \(states.grouped) states seen; \(method): \(status)")
    for reason in reasons { try console.print(reason) }
    if !theta.isEmpty {
      let hasDollars = estimate.priceCoefficient != nil
      var table = TextTable(
        .left("parameter"), .right("value"), .right("se"), .right("low"), .right("high"),
        .right(hasDollars ? "$ a month" : ""), .left(""))
      for row in theta {
        func text(_ number: Double?) -> String { number.map { $0.fixed(4) } ?? "-" }
        table.add(
          row.name, text(row.value), text(row.se), text(row.low), text(row.high),
          hasDollars ? estimate.dollars(of: row.name) ?? "-" : "", row.verdict)
      }
      try console.print(table)
    }
    if let pairs = diagnostics?.pairs {
      let kept = pairs.filter(\.isKept)
      try console.print(
        "\(kept.count) of \(pairs.count.counted("pair")) of variables act together"
          + kept.map {
            "; \($0.first) x \($0.second) (p \($0.pValue < 1e-4 ? "< 0.0001" : "= \($0.pValue.fixed(4))"))"
          }.joined())
    }
    try printGroups(on: console)
    if let loglik, let mean_loglik {
      try console.print("log-likelihood \(loglik.fixed(3)), \(mean_loglik.fixed(5)) a choice")
    }
    try console.print("written to \(out)")
  }
}

extension ChoiceEstimate {
  /// What a parameter is worth in dollars a month, or once; nil for the price itself and where nothing has a price.
  func dollars(of name: String) -> String? {
    guard let price = priceCoefficient, let parameter = parameters.first(where: { $0.name == name }) else {
      return nil
    }
    let dollars = (parameter.value / price).fixed(2)
    switch file.membership?.features.first(where: { $0.name == name })?.kind {
    case .fee: return nil
    case .once: return dollars + " once"
    case .flow, nil: return dollars
    }
  }
}
