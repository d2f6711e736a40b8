internal import DynamicChoice
internal import Learning
internal import LinearAlgebra

/// Estimates a membership whose truth is known, again and again.
struct SubscriptionStudy {
  let seed: UInt64
  let execution: Execution
  private let truth: MembershipSimulator
  private let theta = SampleMembership.theta
  private let names: [String]
  private let cases: [CounterfactualCase]
  /// True surplus of each case.
  private let surplus: [Double]

  /// Shares of none, monthly, annual; an independent program on the same truth.
  private static let shares: [(key: String, shares: [Double])] = [
    ("music", [0.1644, 0.2474, 0.5882]), ("annual20", [0.0432, 0.1786, 0.7782]),
    ("monthly3", [0.0768, 0.1552, 0.7680]), ("shipping", [0.0642, 0.2377, 0.6981]),
    ("noannual", [0.5442, 0.4558, 0]),
  ]

  init(seed: UInt64, execution: Execution) throws {
    (self.seed, self.execution) = (seed, execution)
    truth = try SampleMembership.simulator()
    names = truth.model.features.map(\.name)
    var (music, cheaper, dearer, faster, none) = (
      CounterfactualCase("music"), CounterfactualCase("annual20"), CounterfactualCase("monthly3"),
      CounterfactualCase("shipping"), CounterfactualCase("noannual")
    )
    (music.scale, cheaper.fees, dearer.fees) = (["music": 0], ["annual": -20], ["monthly": 3])
    faster.shifts = [CounterfactualCase.Shift(block: "ship", kind: "member", up: 0.1, down: 0)]
    none.dropped = ["annual"]
    cases = [music, cheaper, dearer, faster, none]
    surplus = try Counterfactual().run(cases, truth: truth, theta: theta, on: execution).cases.map {
      $0.surplus ?? 0
    }
  }

  private func panel(customers: Int, stream: UInt64, of simulator: MembershipSimulator? = nil) throws
    -> ChoicePanel
  {
    try ChoicePanel((simulator ?? truth).rows(customers: customers, months: 60, seed: seed &+ stream))
  }

  /// Cases on the truth against what an independent program finds.
  func addTruth(to figures: inout BenchFigures) throws {
    var recipe = Counterfactual()
    recipe.paths = [
      ["monthly", "monthly", "annual"],
      Array(repeating: "monthly", count: 2) + Array(repeating: "none", count: 3)
        + Array(repeating: "monthly", count: 5),
    ]
    let report = try recipe.run(cases, truth: truth, theta: theta, on: execution)
    var worst = 0.0
    for (found, known) in zip(report.cases, Self.shares) {
      for (plan, share) in zip(["none", "monthly", "annual"], known.shares) {
        worst = max(worst, abs((found.outcomes.shares[plan] ?? 0) - share))
      }
      figures["surplus_\(known.key)"] = found.surplus
    }
    figures["share_error_max"] = worst
    figures["path_mma"] = report.base.outcomes.paths[recipe.paths[0].joined(separator: " ")]
    figures["path_m2n3m5"] = report.base.outcomes.paths[recipe.paths[1].joined(separator: " ")]
  }

  func addRecovery(seeds: Int, to figures: inout BenchFigures) throws {
    var table: [String: [Double]] = [:]
    var (fit, whole): ([Double], [Double]) = ([], [])
    let rewards = truth.problem.features.rewards(theta)
    for place in 0..<seeds {
      try execution.cancellation.check()
      let rows = truth.rows(customers: 10_000, months: 60, seed: seed &+ UInt64(1_000_000 + place))
      var given = NestedFixedPoint()
      given.errors = .given
      let (estimate, seconds) = try Stopwatch.processSeconds {
        try NestedFixedPoint().fit(truth.model.data(ChoicePanel(rows)).data, on: execution)
      }
      whole.append(seconds)
      let data = try truth.model.data(ChoicePanel(rows)).data
      fit.append(try Stopwatch.processSeconds { _ = try given.fit(data, on: execution) }.1 * 1000)
      for parameter in estimate.parameters {
        table["theta_\(parameter.name)", default: []].append(parameter.value)
        table["se_\(parameter.name)", default: []].append(parameter.standardError ?? 0)
      }
      table["npl_minus_nfxp", default: []].append(
        zip(try PseudoLikelihood().fit(data, on: execution).theta, estimate.theta).map { abs($0 - $1) }.max()
          ?? 0)
      for (policy, key) in [
        (PolicyStep.halfCounts, "counts"), (.logit, "logit"), (.countsOnLogit, "eb"), (.logOdds, "logodds"),
      ] {
        var recipe = AnchoredReward()
        recipe.policy = policy
        let found = try recipe.fit(data, on: execution)
        table["rmse_\(key)", default: []].append(weightedError(found, rewards, data.counts))
        for parameter in found.projected(on: data) {
          table["pqr_\(key)_\(parameter.name)", default: []].append(parameter.value)
        }
      }
      table["static_price", default: []].append(try StaticLogit().fit(data, on: execution).theta[4])
    }
    for (name, values) in table.sorted(by: { $0.key < $1.key }) { figures[name] = values.mean }
    (figures["fit_ms"], figures["report_sec"]) = (
      fit.sorted()[fit.count / 2], whole.sorted()[whole.count / 2]
    )
  }

  private func weightedError(_ found: RewardEstimate, _ rewards: [Double], _ counts: ChoiceCounts) -> Double {
    var (square, weight) = (0.0, 0.0)
    for i in counts.stateCount..<rewards.count {
      square += counts.values[i] * (found.rewards[i] - rewards[i]) * (found.rewards[i] - rewards[i])
      weight += counts.values[i]
    }
    return (square / weight).squareRoot()
  }

  func addCoverage(replications: Int, to figures: inout BenchFigures) throws {
    var (hits, given) = ([Double](repeating: 0, count: theta.count), 0.0)
    var mean = hits
    var bias = [Double](repeating: 0, count: cases.count)
    var held = bias
    let banded = min(200, replications)
    var recipe = Counterfactual()
    (recipe.anchorBand, recipe.months) = (0, 0)
    for place in 0..<replications {
      try execution.cancellation.check()
      let panel = try panel(customers: 2000, stream: UInt64(2_000_000 + place))
      let estimate = try ChoiceEstimate(
        ChoiceModelFile(SampleMembership.document), panel, recipe: EstimationRecipe(), on: execution)
      guard let structural = estimate.structural else { continue }
      for (k, parameter) in estimate.parameters.enumerated() {
        mean[k] += parameter.value / Double(replications)
        if let low = parameter.low, let high = parameter.high, low <= theta[k], theta[k] <= high {
          hits[k] += 1
        }
        let error = 1.96 * max(0, structural.diagnosis.covariance[k, k]).squareRoot()
        if abs(parameter.value - theta[k]) <= error { given += 1 }
      }
      guard place < banded else { continue }
      let report = try recipe.run(cases, estimate, on: execution)
      for (k, found) in report.cases.enumerated() {
        bias[k] += ((found.surplus ?? 0) / surplus[k] - 1) / Double(banded)
        if let band = found.samplingBand?["surplus_usd"], band.low <= surplus[k], surplus[k] <= band.high {
          held[k] += 1
        }
      }
    }
    let count = Double(replications)
    figures["coverage_pooled"] = hits.reduce(0, +) / count / Double(theta.count)
    figures["coverage_min"] = (hits.min() ?? 0) / count
    figures["coverage_given"] = given / count / Double(theta.count)
    figures["bias_max"] = zip(mean, theta).map { abs($0 / $1 - 1) }.max()
    for (k, known) in Self.shares.enumerated() { figures["surplus_bias_\(known.key)"] = bias[k] }
    figures["band_coverage_min"] = (held.min() ?? 0) / Double(banded)
  }

  func addLargePanels(to figures: inout BenchFigures) throws {
    var recipe = Counterfactual()
    (recipe.anchorBand, recipe.hasSamplingBands, recipe.months) = (0, false, 0)
    var worst = 0.0
    for place in 0..<2 {
      let panel = try panel(customers: 100_000, stream: UInt64(3_000_000 + place))
      let estimate = try ChoiceEstimate(
        ChoiceModelFile(SampleMembership.document), panel, recipe: EstimationRecipe(), on: execution)
      for (k, found) in try recipe.run(cases, estimate, on: execution).cases.enumerated() {
        worst = max(worst, abs((found.surplus ?? 0) / surplus[k] - 1))
      }
    }
    figures["surplus_error_100k_max"] = worst
  }

  /// Are customers of two price coefficients told apart that no column tells?
  func addTypes(panels: Int, to figures: inout BenchFigures) throws {
    let (prices, shares) = ([0.04, 0.09], [0.6, 0.4])
    var (priceErrors, shareErrors) = ([Double](), [Double]())
    for place in 0..<panels {
      try execution.cancellation.check()
      var rows = PanelRows(stateColumns: truth.model.components.count + 1)
      for (k, price) in prices.enumerated() {
        var other = theta
        other[4] = price
        let simulator = try MembershipSimulator(model: truth.model, theta: other, chains: truth.chains)
        rows.append(
          customersOf: simulator.rows(
            customers: Int(3000 * shares[k]), months: 60, seed: seed &+ UInt64(5_000_000 + 2 * place + k)))
      }
      var recipe = TasteTypesRecipe()
      (recipe.orderedBy, recipe.seed) = (4, UInt64(place))
      let found = try TasteTypes(truth.model.data(ChoicePanel(rows)).data, recipe: recipe, on: execution)
      for (k, type) in found.types.enumerated() {
        priceErrors.append(abs(type.estimate.theta[4] - prices[k]))
        shareErrors.append(abs(type.share - shares[k]))
      }
    }
    (figures["types_price_error_max"], figures["types_share_error_max"]) = (
      priceErrors.max(), shareErrors.max()
    )
  }

  /// Are benefits that move alone told apart, and those that follow each other not?
  func addVerdicts(panels: Int, to figures: inout BenchFigures) throws {
    let worlds = [truth, try SampleMembership.together(slip: 0.05), try SampleMembership.together(slip: 0)]
    var wrong = 0
    var indices: [[Double]] = [[], [], []]
    for (kind, world) in worlds.enumerated() {
      for place in 0..<panels {
        try execution.cancellation.check()
        let panel = try panel(customers: 2000, stream: UInt64(4_000_000 + 1000 * kind + place), of: world)
        var recipe = NestedFixedPoint()
        recipe.errors = .given
        let estimate = try recipe.fit(world.model.data(panel).data, on: execution)
        let verdicts = Dictionary(uniqueKeysWithValues: estimate.parameters.map { ($0.name, $0.verdict) })
        if let index = estimate.diagnosis.conditionIndex { indices[kind].append(index) }
        let benefits = ["ship", "video"].map { verdicts[$0] }
        let isRight =
          switch kind {
          case 0: verdicts.values.allSatisfy { $0 == .separate || $0 == .weak }
          case 1: benefits.allSatisfy { $0 == .notSeparate }
          default: benefits.allSatisfy { $0 == .notSeparate } && estimate.diagnosis.conditionIndex == nil
          }
        if !isRight { wrong += 1 }
      }
    }
    figures["index_independent"] = indices[0].mean
    figures["index_together"] = indices[1].mean
    figures["false_verdicts"] = Double(wrong)
  }
}
