internal import DynamicChoice
internal import Learning

/// `shopkeeper membership estimate`
struct MembershipEstimateCommand: Command {
  static let name = "estimate"
  static let summary = "Estimate what customers value from what they choose month by month."
  static let details = [
    "Methods: nfxp (maximum likelihood), npl and hotz-miller (pseudo-likelihood), pqr and genpqr (rewards without a form, from"
      + " the anchor), mce and maxent (maximum causal entropy with features of actions, or of states alone), static (a logit that"
      + " looks at today alone, and may give a price the wrong sign), samq (maximum likelihood on cells of states with like values).",
    "Policies of pqr, genpqr and samq: counts (shrunk to the pooled shares), half-counts, shares (as they are), logit (of what"
      + " describes the states), counts-logit (counts shrunk to it), sieve (a logit with those pairs of variables that act together,"
      + " by score tests), network (a logit on what a network learned).",
    "Standard errors: given (transitions as if known), two-step (they were estimated too), cluster (a sandwich that lets the choices"
      + " of one customer depend on each other), bootstrap:N (N draws of whole customers, every step done again). pqr and genpqr have"
      + " errors by bootstrap alone.",
  ]
  static let examples = [
    "shopkeeper membership estimate --panel members.csv --model model.json --out estimate",
    "shopkeeper membership estimate --panel members.csv --model model.json --method pqr --policy counts-logit --out rewards",
  ]

  let data = MembershipDataOptions()
  @Option("method", .choice(), "How to estimate.") var method = EstimationMethod.nfxp
  @Option("policy", .choice(), "How choice probabilities are estimated, for pqr, genpqr and samq.")
  var policy =
    PolicyStep.counts
  @Option("cells", .integer(1...2000), "Cells of states, for samq.") var cells = 100
  @Option(
    "se", .errors, "How standard errors are found.",
    details: "By default bootstrap:200 for pqr and genpqr, two-step for all others.")
  var errors: ErrorsChoice?
  @Option("ridge", .number(0...1e9), "Weight of a penalty on the squared parameters.") var ridge = 0.0
  @Option(
    "segment", .text("COLUMN"),
    "A column that divides the customers: each segment is estimated on its own too, into a folder DIR-SEGMENT."
  )
  var segment: String?
  @Option(
    "types", .integer(0...20),
    "Types of customers that no column tells, each estimated into a folder DIR-type-N; 0 as many as the data ask for.",
    details:
      "For nfxp. Types are ordered by their price coefficient; transitions are common and taken as given.")
  var types: Int?
  @Option(.seed) var seed: UInt64
  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let start = Stopwatch.wallSeconds
    let (file, panel) = try data.read(segment: segment)
    var recipe = EstimationRecipe()
    let errors = errors ?? (method.isAnchored ? .bootstrap(200) : .analytic(.twoStep))
    (recipe.method, recipe.policy, recipe.cells) = (method, policy, cells)
    (recipe.errors, recipe.bootstrapDraws) = (errors.analytic, errors.draws)
    (recipe.ridge, recipe.seed) = (ridge, seed)
    let estimate = try ChoiceEstimate(file, panel, recipe: recipe, on: execution)
    let comparison = try segment.map { _ in
      try SegmentComparison(file, panel, recipe: recipe, on: execution)
    }
    var typesRecipe = TasteTypesRecipe()
    (typesRecipe.count, typesRecipe.seed) = (types ?? 0, seed)
    let types = try self.types.map { _ in try estimate.types(panel, recipe: typesRecipe, on: execution) }
    try execution.cancellation.check()
    try estimate.write(to: out)
    for (k, type) in (types?.estimates ?? []).enumerated() { try type.write(to: "\(out)-type-\(k + 1)") }
    for (name, part) in comparison?.estimates ?? [] { try part.write(to: "\(out)-\(name.folderName)") }
    let seconds = Stopwatch.wallSeconds - start
    for note in estimate.report.notes(allowed: file) { console.note(note) }
    if let note = estimate.flooredNote { console.note(note) }
    let document = EstimateDocument(
      estimate, seconds: seconds, comparison: comparison, types: types?.found)
    if json { return try console.print(json: document) }
    try document.print(estimate, on: console, out: out)
  }
}

extension EstimationMethod: OptionChoice {}
extension PolicyStep: OptionChoice {}

/// How standard errors are found, as one types it: a name, or bootstrap:N.
enum ErrorsChoice: OptionValue, Equatable {
  typealias Single = ErrorsChoice
  case analytic(StandardErrors)
  case bootstrap(Int)

  /// The errors that estimators find themselves.
  var analytic: StandardErrors {
    if case .analytic(let errors) = self { errors } else { .given }
  }

  /// Draws of a bootstrap; 0 for none.
  var draws: Int {
    if case .bootstrap(let draws) = self { draws } else { 0 }
  }

  var optionText: String? {
    switch self {
    case .analytic(let errors): errors.rawValue
    case .bootstrap(let draws): "bootstrap:\(draws)"
    }
  }
}

extension ValueKind where Element == ErrorsChoice {
  /// A name, or bootstrap with a number of draws.
  static var errors: Self {
    let names = StandardErrors.allCases.map(\.rawValue)
    let words = names + ["bootstrap:N"]
    return Self(
      "NAME", expected: "one of \(words.joined(separator: ", ")) with N from 2 to 100000",
      range: words.joined(separator: ", "), completion: .words(names + ["bootstrap:200"])
    ) { text in
      if let errors = StandardErrors(rawValue: text) { return .analytic(errors) }
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "bootstrap", let draws = Int(parts[1]),
        (2...100_000).contains(draws)
      else { return nil }
      return .bootstrap(draws)
    }
  }
}

extension String {
  /// The text as a part of a file's name: letters, digits, points, dashes and underscores stay.
  fileprivate var folderName: String {
    String(map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
  }
}
