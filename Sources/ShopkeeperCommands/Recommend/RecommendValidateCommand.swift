internal import Learning
internal import PolicyEvaluation
internal import StoreData

/// `shopkeeper recommend validate`
struct RecommendValidateCommand: Command {
  static let name = "validate"
  static let summary = "Look for everything that makes a log of decisions unfit for judging policies."
  static let details = [
    "Each finding has a code, how many rows have it, the first of them, and what to do. A log with findings is still"
      + " read: what it is good for is said by `recommend evaluate`."
  ]
  static let examples = ["shopkeeper recommend validate --log decisions.jsonl"]

  let data = DecisionLogOptions()
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let (log, report) = try data.read(console, on: execution)
    let validation = log.validated()
    if json { return try console.print(json: ValidationDocument(validation, rejected: report.rejected)) }
    try console.print(
      "\(validation.rows.counted("decision")) among \(validation.actions.counted("action")),"
        + " \(validation.positives.grouped) rewarded")
    if let range = validation.propensities {
      try console.print(
        "propensities \(range.lowerBound.significant(3)) to \(range.upperBound.significant(3)); effective sample size for"
          + " uniform choice \((validation.uniformEffectiveSampleSize ?? 0).fixed(0))")
    }
    if let delays = validation.delays {
      try console.print(
        "delays: median \(delays.median.significant(3)), 90 % within \(delays.ninetiethPercentile.significant(3)), all"
          + " within \(delays.maximum.significant(3))")
    }
    if validation.findings.isEmpty { return try console.print("nothing odd was found") }
    var table = TextTable(.left("finding"), .right("count"), .right("first row"), .left("what"))
    for finding in validation.findings {
      table.add(
        finding.code, finding.count.grouped, finding.firstRow.map(\.grouped) ?? "",
        "\(finding.message). \(finding.advice)")
    }
    try console.print(table)
  }
}

private struct ValidationDocument: Encodable {
  struct Finding: Encodable {
    let code, message, advice: String
    let count: Int
    let firstRow: Int?
  }
  struct Delays: Encodable {
    let median, p90, maximum: Double
    let count: Int
  }
  let rows, actions, positives, unreported, rejected: Int
  let propensityLow, propensityHigh, uniformESS: Double?
  let delays: Delays?
  let findings: [Finding]

  enum CodingKeys: String, CodingKey {
    case rows, actions, positives, unreported, rejected, delays, findings
    case propensityLow = "propensity_low"
    case propensityHigh = "propensity_high"
    case uniformESS = "uniform_ess"
  }

  init(_ validation: LogValidation, rejected: Int) {
    rows = validation.rows
    actions = validation.actions
    positives = validation.positives
    unreported = validation.unreported
    self.rejected = rejected
    propensityLow = validation.propensities?.lowerBound
    propensityHigh = validation.propensities?.upperBound
    uniformESS = validation.uniformEffectiveSampleSize
    delays = validation.delays.map {
      Delays(median: $0.median, p90: $0.ninetiethPercentile, maximum: $0.maximum, count: $0.count)
    }
    findings = validation.findings.map {
      Finding(
        code: $0.code, message: $0.message, advice: $0.advice, count: $0.count, firstRow: $0.firstRow)
    }
  }
}
