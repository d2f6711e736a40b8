internal import DynamicChoice
internal import Learning

/// `shopkeeper membership estimate`
struct MembershipEstimateCommand: Command {
  static let name = "estimate"
  static let summary = "Estimate what customers value from what they choose month by month."
  static let details = [
    "Methods: nfxp (maximum likelihood), npl and hotz-miller (pseudo-likelihood), pqr and genpqr (rewards without a form, from"
      + " the anchor), mce and maxent (maximum causal entropy with features of actions, or of states alone), static (a logit that"
      + " looks at today alone, and may give a price the wrong sign).",
    "Standard errors count that transitions were estimated too (two-step), or take them as given.",
  ]
  static let examples = [
    "shopkeeper membership estimate --panel members.csv --model model.json --out estimate",
    "shopkeeper membership estimate --panel members.csv --model model.json --method pqr --policy counts-logit --out rewards",
  ]

  let data = MembershipDataOptions()
  @Option("method", .choice(), "How to estimate.") var method = EstimationMethod.nfxp
  @Option("policy", .choice(), "How choice probabilities are estimated, for pqr and genpqr.") var policy =
    PolicyStep.counts
  @Option("se", .choice(), "How standard errors are found.") var errors = StandardErrors.twoStep
  @Option(
    "bootstrap", .integer(0...100_000),
    "Draws of a bootstrap over customers that gives standard errors to every method; 0 for none.")
  var bootstrap = 0
  @Option("ridge", .number(0...1e9), "Weight of a penalty on the squared parameters.") var ridge = 0.0
  @Option(
    "segment", .text("COLUMN"),
    "A column that divides the customers: each segment is estimated on its own too, into a folder DIR-SEGMENT."
  )
  var segment: String?
  @Option(.seed) var seed: UInt64
  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let start = Stopwatch.wallSeconds
    let (file, panel) = try data.read(segment: segment)
    var recipe = EstimationRecipe()
    (recipe.method, recipe.policy, recipe.errors) = (method, policy, errors)
    (recipe.ridge, recipe.seed, recipe.bootstrapDraws) = (ridge, seed, bootstrap)
    let estimate = try ChoiceEstimate(file, panel, recipe: recipe, on: execution)
    let comparison = try segment.map { _ in
      try SegmentComparison(file, panel, recipe: recipe, on: execution)
    }
    try execution.cancellation.check()
    try estimate.write(to: out)
    for (name, part) in comparison?.estimates ?? [] { try part.write(to: "\(out)-\(name.folderName)") }
    let seconds = Stopwatch.wallSeconds - start
    for note in estimate.report.notes(allowed: file) { console.note(note) }
    let document = EstimateDocument(estimate, seconds: seconds, comparison: comparison)
    if json { return try console.print(json: document) }
    try document.print(on: console, out: out)
  }
}

extension EstimationMethod: OptionChoice {}
extension PolicyStep: OptionChoice {}
extension StandardErrors: OptionChoice {}

extension String {
  /// The text as a part of a file's name: letters, digits, points, dashes and underscores stay.
  fileprivate var folderName: String {
    String(map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
  }
}
