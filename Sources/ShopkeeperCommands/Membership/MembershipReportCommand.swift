internal import DynamicChoice
internal import Learning
internal import StoreData

/// `shopkeeper membership report`
struct MembershipReportCommand: Command {
  static let name = "report"
  static let summary =
    "Write one page about a membership: what benefits are worth, and what would happen under cases."
  static let details = [
    "One HTML file without scripts, fonts or network, with its charts inside; --charts also writes each as SVG."
  ]
  static let examples = [
    "shopkeeper membership report --estimate estimate --cases cases.json --out report.html"
  ]

  @Option("estimate", .folder(), "What membership estimate has written.") var estimate: String
  @Option("cases", .file(), "The cases: JSON, as membership counterfactual reads them.") var cases: String
  @Option("charts", .folder(), "A folder for the charts as SVG.") var charts: String?
  @Option("anchor-band", .number(0...100), "The largest reward of the anchor that is tried; 0 for no band.")
  var anchorBand =
    0.25
  @Option(.outFile) var out: String
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let estimate = try ChoiceEstimate(contentsOf: estimate)
    guard let membership = estimate.file.membership else {
      throw InvalidInput("--estimate", given: "a model of kind panel", expected: "one of kind membership")
    }
    var recipe = Counterfactual()
    recipe.anchorBand = anchorBand
    let list = try CounterfactualCase.read(JSONValue(fileAt: cases), for: membership)
    let report = try recipe.run(list, estimate, on: execution)
    let examination = try examine(estimate, on: execution)
    var charts = MembershipCharts(estimate: estimate, report: report)
    charts.profiles = examination?.profiles ?? []
    charts.anchorRanges = try anchorRanges(list, estimate, on: execution)
    let documents = charts.all
    try execution.cancellation.check()
    if let folder = self.charts { try ChartFolder(path: folder).write(documents) }
    let page = MembershipPage(
      estimate: estimate, report: report, examination: examination,
      charts: Dictionary(uniqueKeysWithValues: documents.map { ($0.name, $0.document) }))
    let sink = try ByteSink(path: out)
    try sink.write(page.document)
    try sink.finish()
    if out != "-" {
      try console.print(
        "\(documents.count.counted("chart")), \(report.cases.count.counted("case")); written to \(out)")
    }
  }

  /// More states than this are not estimated again for profiles.
  private static let largestExamination = 20_000

  /// Profiles of all parameters and a check of the features; nil where the estimate is no likelihood, or too large.
  private func examine(_ estimate: ChoiceEstimate, on execution: Execution) throws -> IdentificationReport? {
    guard let data = try estimate.data(), data.problem.stateCount <= Self.largestExamination,
      [.nfxp, .npl, .hotzMiller, .mce].contains(estimate.recipe.method)
    else { return nil }
    var recipe = Identification()
    recipe.profiles = data.problem.features.names
    return try recipe.examine(data, anchor: estimate.file.anchor, on: execution)
  }

  /// The range of each case's surplus for a fifth, half and all of the largest reward of the anchor.
  private func anchorRanges(
    _ list: [CounterfactualCase], _ estimate: ChoiceEstimate, on execution: Execution
  ) throws -> [(width: Double, cases: [Band?])] {
    guard anchorBand > 0 else { return [] }
    var recipe = Counterfactual()
    (recipe.hasSamplingBands, recipe.months) = (false, 0)
    return try [0.2, 0.5, 1].map { share in
      recipe.anchorBand = share * anchorBand
      let report = try recipe.run(list, estimate, on: execution)
      return (recipe.anchorBand, report.cases.map { $0.anchorBand?["surplus_usd"] })
    }
  }
}
