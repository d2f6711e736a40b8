internal import DynamicChoice
internal import Learning

/// `shopkeeper membership counterfactual`
struct MembershipCounterfactualCommand: Command {
  static let name = "counterfactual"
  static let summary = "Say what would happen if fees, benefits or plans changed."
  static let details = [
    "cases.json is a list of cases: name, and any of fees (dollars added by plan), scale (factors by feature), chains (up and down"
      + " by block: probability that moves from staying), drop (plans), add (plans with name, months, fee and like, the plan whose"
      + " class and following status it has).",
    "Kinds: I changes rewards, II how engagement moves, III the plans. Each figure has a sampling band (95 %, with the error of"
      + " the estimated chains) and an anchor band (how far the reward of the anchor, which no data can tell, decides it).",
  ]
  static let examples = [
    "shopkeeper membership counterfactual --estimate estimate --cases cases.json --paths \"monthly*2 annual; none*3 monthly\""
  ]

  @Option("estimate", .folder(), "What membership estimate has written.") var estimate: String
  @Option("cases", .file(), "The cases: JSON.") var cases: String
  @Option("model", .file(), "A model file that the estimate must be of.") var model: String?
  @Option("paths", .text(), "Paths of plans, separated by semicolons: \"monthly*2 annual\".") var paths:
    String?
  @Option("months", .integer(0...1200), "Months of the path from today's customers.") var months = 36
  @Option("anchor-band", .number(0...100), "The largest reward of the anchor that is tried; 0 for no band.")
  var anchorBand =
    0.25
  @Option("charts", .folder(), "A folder for the charts as SVG.") var charts: String?
  @Option(
    "bands", .integer(0...100_000), "Draws that sampling bands are quantiles of; 0 for no sampling bands.",
    details: "By default bands are by the delta method.")
  var bands: Int?
  @Option(.seed) var seed: UInt64
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let estimate = try ChoiceEstimate(contentsOf: estimate)
    if let model {
      let other = try ChoiceModelFile(contentsOf: model)
      guard other.fingerprint == estimate.file.fingerprint else {
        throw InvalidInput(
          "--model", given: "fingerprint \(other.fingerprint)",
          expected: "\(estimate.file.fingerprint) as in the estimate",
          advice: "The estimate was made by another model file; estimate again.")
      }
    }
    guard let membership = estimate.file.membership else {
      throw InvalidInput("--estimate", given: "a model of kind panel", expected: "one of kind membership")
    }
    var recipe = Counterfactual()
    (recipe.months, recipe.anchorBand) = (months, anchorBand)
    (recipe.hasSamplingBands, recipe.draws, recipe.seed) = (bands != 0, bands ?? 0, seed)
    recipe.paths = try ChoicePath.parse(paths ?? "", for: membership)
    let report = try recipe.run(
      CounterfactualCase.read(JSONValue(fileAt: cases), for: membership), estimate, on: execution)
    try execution.cancellation.check()
    if let charts {
      try ChartFolder(path: charts).write(MembershipCharts(estimate: estimate, report: report).all)
    }
    let document = CounterfactualDocument(report, price: estimate.priceCoefficient)
    if json { return try console.print(json: document) }
    try document.print(report, on: console)
  }
}

/// Paths of plans as one types them.
enum ChoicePath {
  /// Reads "monthly*2 annual; none*3": the names of plans, each perhaps a number of times.
  static func parse(_ text: String, for model: MembershipModel) throws -> [[String]] {
    var problems = Violations()
    let names = model.plans.map(\.name)
    var paths: [[String]] = []
    for part in text.split(separator: ";") {
      var path: [String] = []
      for word in part.split(separator: " ") {
        let pieces = word.split(separator: "*", omittingEmptySubsequences: false)
        let count = pieces.count == 1 ? 1 : pieces.count == 2 ? Int(pieces[1]) ?? 0 : 0
        let name = String(pieces.first ?? "")
        problems.require(
          (1...1200).contains(count) && names.contains(name), "--paths", given: String(word),
          expected: "one of \(names.joined(separator: ", ")), perhaps with *2 and so on")
        if names.contains(name), (1...1200).contains(count) { path += Array(repeating: name, count: count) }
      }
      if !path.isEmpty { paths.append(path) }
    }
    try problems.throwIfAny()
    return paths
  }
}
