internal import PolicyEvaluation
internal import Probability

/// A report as it is printed.
struct EvaluationDocument: Encodable {
  struct Estimate: Encodable {
    let value, low, high: Double?
  }
  struct Mean: Encodable { let value, se: Double }
  struct Difference: Encodable { let value, low, high: Double }
  struct Replay: Encodable {
    let value: Double?
    let accepted, matched: Int
    let matchedValue: Double?

    enum CodingKeys: String, CodingKey {
      case value, accepted, matched
      case matchedValue = "matched_value"
    }
  }
  struct Comparison: Encodable {
    let policy, verdict: String
    let difference: Difference?
    let probability: Double
  }

  let status: String
  let reasons, reasonCodes: [String]
  let rows, positives: Int
  let ess, maxWeight, unsupported, loggedValue: Double
  let meanWeight: Mean
  let estimates: [String: Estimate]?
  let unsafe: [String: Estimate]?
  let difference: Difference?
  let replay: Replay?
  let comparisons: [Comparison]?
  private let order: [String]

  enum CodingKeys: String, CodingKey {
    case status, reasons, rows, positives, ess, unsupported, estimates, unsafe, difference, replay,
      comparisons
    case reasonCodes = "reason_codes"
    case maxWeight = "max_weight"
    case loggedValue = "logged_value"
    case meanWeight = "mean_weight"
  }

  init(
    _ report: EvaluationReport, shown: [OffPolicyEstimate], replay: ReplayEvaluation?,
    comparisons: [(name: String, comparison: PolicyComparison)]
  ) {
    status = report.status.rawValue
    reasons = report.concerns.map(\.description)
    reasonCodes = report.concerns.map(\.code)
    let diagnostics = report.diagnostics
    (rows, positives) = (diagnostics.rows, diagnostics.positives)
    ess = diagnostics.effectiveSampleSize
    maxWeight = diagnostics.maximumWeight
    unsupported = diagnostics.unsupported
    loggedValue = report.loggedValue
    meanWeight = Mean(value: diagnostics.meanWeight, se: diagnostics.meanWeightError)
    order = shown.map(\.estimator.name)
    let all = Dictionary(
      uniqueKeysWithValues: shown.map {
        ($0.estimator.name, Estimate(value: $0.value, low: $0.interval?.low, high: $0.interval?.high))
      })
    let isRefused = report.status == .refused
    (estimates, unsafe) = isRefused ? (nil, all) : (all, nil)
    difference = isRefused ? nil : report.difference.map(Self.difference)
    self.replay = replay.map {
      Replay(
        value: $0.value, accepted: $0.accepted, matched: $0.matched, matchedValue: $0.matchedValue)
    }
    self.comparisons =
      comparisons.isEmpty
      ? nil
      : comparisons.map { name, comparison in
        Comparison(
          policy: name, verdict: comparison.verdict.rawValue,
          difference: comparison.verdict == .refused ? nil : comparison.difference.map(Self.difference),
          probability: comparison.adjustedProbability)
      }
  }

  private static func difference(_ interval: ConfidenceInterval) -> Difference {
    Difference(value: interval.estimate, low: interval.low, high: interval.high)
  }

  func print(on console: Console) throws {
    try console.print(
      "\(status): \(rows.counted("decision")), \(positives.grouped) rewarded, effective sample size \(ess.fixed(1)), largest"
        + " weight \(maxWeight.significant(4)), mean weight \(meanWeight.value.fixed(3)) ± \(meanWeight.se.fixed(3))"
    )
    for reason in reasons { try console.print("  \(reason)") }
    var table = TextTable(
      .left(unsafe == nil ? "estimator" : "unsafe"), .right("value"), .right("low"), .right("high"))
    for name in order {
      guard let estimate = (estimates ?? unsafe)?[name] else { continue }
      table.add(
        name, estimate.value?.significant(4) ?? "-", estimate.low?.significant(4) ?? "-",
        estimate.high?.significant(4) ?? "-")
    }
    table.add("logged", loggedValue.significant(4), "-", "-")
    try console.print(table)
    if let difference {
      try console.print("dr minus logged: \(Self.text(difference))")
    }
    if let replay {
      try console.print(
        "replay: \(replay.accepted.counted("decision")) accepted, mean reward \(replay.value?.significant(4) ?? "-")"
      )
    }
    for comparison in comparisons ?? [] {
      try console.print(
        "against \(comparison.policy): \(comparison.verdict)"
          + (comparison.difference.map { ", dr minus dr \(Self.text($0))" } ?? ""))
    }
  }

  private static func text(_ difference: Difference) -> String {
    "\(difference.value.significant(4)) [\(difference.low.significant(4)), \(difference.high.significant(4))]"
  }
}
