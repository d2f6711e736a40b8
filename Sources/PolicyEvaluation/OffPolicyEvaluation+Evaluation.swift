internal import Glibc
public import Learning
internal import Probability

extension OffPolicyEvaluation {
  /// Estimates what a policy would have earned on the decisions of a log.
  ///
  /// - Throws: ``InvalidInput`` listing what is wrong with recipe, log and policy; `CancellationError`.
  /// - Complexity: O(decisions * draws)
  public func evaluate(
    _ policy: some EvaluablePolicy, on log: DecisionLog, execution: Execution = Execution()
  ) throws -> EvaluationReport {
    let sample = try EvaluationSample(log, self)
    let candidate = try sample.candidate(policy)
    return try sample.report(candidate, execution)
  }

  /// Compares policies with another one on the same rows and resamples.
  ///
  /// - Returns: one comparison for each policy of `first`.
  /// - Throws: ``InvalidInput`` listing what is wrong with recipe, log and policies; `CancellationError`.
  /// - Complexity: O(decisions * draws * policies)
  public func compare(
    _ first: [any EvaluablePolicy], with second: some EvaluablePolicy, on log: DecisionLog,
    execution: Execution = Execution()
  ) throws -> [PolicyComparison] {
    let sample = try EvaluationSample(log, self)
    let other = try sample.candidate(second)
    let otherReport = try sample.report(other, execution)
    var found: [(report: EvaluationReport, difference: ConfidenceInterval?, chance: Double)] = []
    for policy in first {
      let candidate = try sample.candidate(policy)
      let difference = try sample.difference(candidate, minus: other, execution)
      let z = sample.standardised(candidate, minus: other)
      found.append((try sample.report(candidate, execution), difference, erfc(abs(z) / 2.0.squareRoot())))
    }
    let adjusted = Self.holm(found.map(\.chance))
    return zip(found, adjusted).map { item, chance in
      let isRefused = item.report.status == .refused || otherReport.status == .refused
      // One comparison is decided by its interval, several by the adjusted probability as well.
      let isDecided = first.count == 1 || chance <= 1 - level
      let verdict: PolicyComparison.Verdict =
        if isRefused {
          .refused
        } else if let difference = item.difference, isDecided, difference.low > 0 {
          .better
        } else if let difference = item.difference, isDecided, difference.high < 0 {
          .worse
        } else {
          .undecided
        }
      return PolicyComparison(
        verdict: verdict, difference: item.difference, adjustedProbability: chance,
        reports: [item.report, otherReport])
    }
  }

  static func holm(_ chances: [Double]) -> [Double] {
    var (adjusted, largest) = (chances, 0.0)
    for (rank, place) in chances.indices.sorted(by: { chances[$0] < chances[$1] }).enumerated() {
      largest = max(largest, min(1, Double(chances.count - rank) * chances[place]))
      adjusted[place] = largest
    }
    return adjusted
  }
}

/// A log ready for evaluation: checked, sorted, with its reward model and its units of resampling.
struct EvaluationSample {
  let recipe: OffPolicyEvaluation
  let log: EvaluableLog
  let rewardModel: CrossFittedRewards
  let clusters: (ofRow: [Int32], count: Int)?

  /// A policy on the sample.
  struct Candidate {
    let table: OutcomeTable
    let records: [SIMD8<Double>]
    let sums: SIMD8<Double>
  }

  init(_ log: DecisionLog, _ recipe: OffPolicyEvaluation) throws {
    try Violations(recipe.violations).throwIfAny()
    self.recipe = recipe
    self.log = try EvaluableLog(log, recipe)
    rewardModel = CrossFittedRewards(self.log, folds: recipe.folds, smoothing: recipe.smoothing)
    clusters = try recipe.cluster.map { try Self.clusters(by: $0, in: log) }
  }

  func candidate(_ policy: some EvaluablePolicy) throws -> Candidate {
    candidate(try OutcomeTable(log, policy, rewardModel))
  }

  func candidate(_ table: OutcomeTable) -> Candidate {
    let records = table.records(clip: recipe.clip, threshold: recipe.switchThreshold, clusters: clusters)
    return Candidate(table: table, records: records, sums: records.reduce(.zero, +))
  }

  func report(_ candidate: Candidate, _ execution: Execution) throws -> EvaluationReport {
    let diagnostics = WeightDiagnostics(
      candidate.table, propensities: log.propensities, unsupported: candidate.table.unsupported)
    let concerns = diagnostics.concerns + (log.hasEstimatedPropensities ? [.estimatedPropensities] : [])
    let logging = self.candidate(candidate.table.ofLoggingPolicy)
    return EvaluationReport(
      status: concerns.status, concerns: concerns, diagnostics: diagnostics,
      estimates: try estimates(candidate, execution),
      loggedValue: scaled(logging.sums[OutcomeSums.weightedReward] / Double(log.count)),
      difference: try difference(candidate, minus: logging, execution))
  }

  /// A value in 0...1 in the user's range of rewards.
  func scaled(_ value: Double) -> Double {
    guard let range = recipe.rewardRange else { return value }
    return range.lowerBound + (range.upperBound - range.lowerBound) * value
  }

  /// The unit of each row: all rows whose context has the same value of a feature.
  private static func clusters(by name: String, in log: DecisionLog) throws -> (ofRow: [Int32], count: Int) {
    var units = Interned<[Feature]>()
    let ofRow = log.rows.map { row in
      units.number(
        of: name == "decision_id"
          ? [Feature(name, .category(row.id))] : log.contexts[row.context].filter { $0.name == name })
    }
    if let without = units.existing([]) {
      let count = ofRow.count { $0 == without }
      throw InvalidInput(
        "cluster", given: "\(name), which \(count) of \(ofRow.count) rows do not have",
        expected: "a feature of every row")
    }
    return (ofRow, units.values.count)
  }
}
