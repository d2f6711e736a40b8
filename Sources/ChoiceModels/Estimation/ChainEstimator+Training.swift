internal import Learning

extension ChainEstimator {
  func fit(
    _ sales: SalesWithOffers, from start: ChainParameters, on execution: Execution
  ) throws -> ChainEstimate {
    var search = ChainSearch(
      parameters: start, step: ExpectationStep(sales, prior: start, strength: priorStrength))
    while search.status == .iterationLimit, search.passes < maximumPasses {
      if search.passes % 16 == 0 {
        execution.progress.report(
          ProgressEvent(
            stage: "substitution chain", completed: search.passes, total: nil,
            figure: ("log-likelihood", search.logLikelihoods.last ?? 0)))
        try execution.cancellation.check()
      }
      if isAccelerated { search.leap(tolerance: tolerance) } else { search.walk(tolerance: tolerance) }
    }
    try execution.cancellation.check()
    let missing = ProductSet(
      productCount: sales.productCount,
      sales.groups.flatMap { ProductSet(productCount: sales.productCount, $0.offered).complement.products })
    return ChainEstimate(
      chain: try search.parameters.chain(), isIdentified: missing.flags,
      neverSold: sales.productTotals.indices.filter { sales.productTotals[$0] == 0 },
      penalisedLogLikelihoods: search.objectives, logLikelihoods: search.logLikelihoods,
      passes: search.passes,
      status: search.status)
  }
}

/// The way of expectation-maximisation from a start to where it stops.
private struct ChainSearch {
  var parameters: ChainParameters
  var step: ExpectationStep
  private(set) var passes = 0
  private(set) var objectives: [Double] = []
  private(set) var logLikelihoods: [Double] = []
  private(set) var status = SolveStatus.iterationLimit
  /// Objective from which the last cycle started.
  private var lastCycle: Double?

  init(parameters: ChainParameters, step: ExpectationStep) {
    self.parameters = parameters
    self.step = step
  }

  /// One plain pass.
  mutating func walk(tolerance: Double) {
    let next = pass(parameters)
    let now = logLikelihoods.last!
    if logLikelihoods.count > 1, abs(now - logLikelihoods[logLikelihoods.count - 2]) < tolerance * abs(now) {
      status = .converged
    }
    parameters = next
  }

  /// Two passes and an extrapolated third one, which is kept when it is at least as likely.
  mutating func leap(tolerance: Double) {
    let start = parameters
    let first = pass(start)
    let before = objectives.last!
    let second = pass(first)
    let now = objectives.last!
    parameters = second
    // Where extrapolation led, a plain pass may gain little far from the maximum, so a whole cycle counts, and strictly.
    if let lastCycle, before - lastCycle < 0.1 * tolerance * abs(now) {
      status = .converged
      return
    }
    lastCycle = before
    guard let bold = extrapolated(start, first, second) else { return }
    let result = step.next(bold)
    passes += 1
    let reached = step.penalised(bold)
    if reached.isFinite, reached >= now {
      objectives.append(reached)
      logLikelihoods.append(step.logLikelihood)
      parameters = result
    }
  }

  private mutating func pass(_ parameters: ChainParameters) -> ChainParameters {
    let next = step.next(parameters)
    passes += 1
    objectives.append(step.penalised(parameters))
    logLikelihoods.append(step.logLikelihood)
    return next
  }

  /// `start - 2 a r + a^2 v` with r the first change, v its change and a = -|r| / |v|.
  private func extrapolated(
    _ start: ChainParameters, _ first: ChainParameters, _ second: ChainParameters
  ) -> ChainParameters? {
    var (rr, vv) = (0.0, 0.0)
    func measure(_ a: [Double], _ b: [Double], _ c: [Double]) {
      for i in a.indices {
        let r = b[i] - a[i]
        let v = c[i] - b[i] - r
        rr += r * r
        vv += v * v
      }
    }
    measure(start.first, first.first, second.first)
    measure(start.rows, first.rows, second.rows)
    guard vv > 0 else { return nil }
    let length = -max(1, (rr / vv).squareRoot())
    guard length < -1 else { return nil }
    func move(_ a: [Double], _ b: [Double], _ c: [Double]) -> [Double] {
      a.indices.map { i in
        let r = b[i] - a[i]
        let v = c[i] - b[i] - r
        // A probability that became 0 would never rise again.
        return max(a[i] - 2 * length * r + length * length * v, 0.01 * c[i])
      }
    }
    var bold = ChainParameters(
      first: move(start.first, first.first, second.first), rows: move(start.rows, first.rows, second.rows))
    let (total, width) = (bold.first.reduce(0, +), bold.first.count)
    for i in bold.first.indices { bold.first[i] /= total }
    for i in 0..<bold.productCount {
      let mass = bold.rows[i * width..<(i + 1) * width].reduce(0, +)
      if mass > 0 { for j in 0..<width { bold.rows[i * width + j] /= mass } }
    }
    return bold
  }
}
