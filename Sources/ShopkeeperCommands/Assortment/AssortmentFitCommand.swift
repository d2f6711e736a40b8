internal import ChoiceModels
internal import Learning
internal import StoreData

/// What `assortment fit` estimates.
enum FittedModel: String, OptionChoice {
  case logit, mixture, nested, chain
}

/// `shopkeeper assortment fit`
struct AssortmentFitCommand: Command {
  static let name = "fit"
  static let summary = "Learn from sales how customers substitute what is not there."
  static let details = [
    "The sales are a table of offered, product and count, optionally split (train or test): offered holds the ids on"
      + " offer separated by blanks, 0 among them for buying nothing. Whatever the model, what is written is a substitution"
      + " chain, which is all that plans need.",
    "A product that was always on offer shows no substitutes: its row of the chain is where estimation started from, and"
      + " it is listed as not identified.",
  ]
  static let examples = [
    "shopkeeper assortment fit --sales sales.csv --model chain --prior-strength 5 --out shop/models/chain"
  ]

  @Option("sales", .file(), "Sales by offer set, CSV.") var sales: String
  @Option("model", .choice(), "What is estimated.") var model = FittedModel.chain
  @Option("classes", .integer(1...50), "Most classes of a mixture.") var classes = 4
  @Option("nests", .file(), "The nest of each product, CSV: id, nest; for --model nested.") var nests: String?
  @Option(
    "prior-strength", .number(0...1e9),
    "Customers that the logit's substitution counts for in a chain; 0 starts from every product alike.")
  var strength = 5.0
  @Option(
    "tolerance", .number(1e-15...0.1), "Relative gain of likelihood at which a chain's estimation stops.")
  var tolerance = 1e-7
  @Option(
    "outside-share", .number(0.000_001...0.999_999),
    "Share of customers who buy nothing, where sales do not record them (logit and mixture).")
  var outsideShare: Double?
  @Option("seed", .integer(0...UInt64.max), "Where random numbers start.") var seed: UInt64 = 0
  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  private struct Summary: Encodable {
    let status: SolveStatus
    let products: Int
    let trainLogLikelihood: Double
    let testLogLikelihood: Double?
    let passes: Int?
    let classes: Int?
    let notIdentified: [String]
    let out: String
  }

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let data = try OfferSales(DelimitedTable(path: sales, on: execution))
    let summary: Summary
    let named: NamedChain
    switch model {
    case .logit:
      let fitted = try MultinomialLogit().fit(data.train, on: execution)
      named = NamedChain(
        try (outsideShare.map { try fitted.withOutsideShare($0) } ?? fitted).chain(), ids: data.ids)
      summary = self.summary(fitted, fitted.status, data)
    case .mixture:
      var recipe = LatentClassLogit()
      (recipe.maximumClasses, recipe.seed) = (classes, seed)
      let fitted = try recipe.fit(data.train, on: execution)
      named = NamedChain(
        try (outsideShare.map { try fitted.withOutsideShare($0) } ?? fitted).chain(), ids: data.ids)
      summary = self.summary(fitted, fitted.status, data, classes: fitted.shares.count)
    case .nested:
      let fitted = try NestedLogit(nests: nests(of: data.ids, on: execution)).fit(data.train, on: execution)
      guard fitted.outsideAttraction > 0 else {
        throw InvalidInput(
          "outside option", given: "none: the sales have no customers without purchase",
          expected: "sales that record 0, buying nothing", advice: "Use --model logit with --outside-share.")
      }
      let calibrated = try Calibration().chain(of: fitted, on: execution)
      named = NamedChain(calibrated.chain, ids: data.ids)
      summary = self.summary(
        fitted, calibrated.status == .converged ? fitted.status : calibrated.status, data)
    case .chain:
      guard outsideShare == nil else {
        throw UsageError("--outside-share goes with --model logit or mixture")
      }
      var recipe = ChainEstimator()
      (recipe.start, recipe.priorStrength) = (strength > 0 ? .logit : .uniform, strength)
      recipe.tolerance = tolerance
      let fitted = try recipe.fit(data.train, on: execution)
      let unknown = data.ids.indices.filter { !fitted.isIdentified[$0] }.map { data.ids[$0] }
      named = NamedChain(fitted.chain, ids: data.ids, notIdentified: unknown, hasPrior: strength > 0)
      summary = self.summary(fitted, fitted.status, data, passes: fitted.passes, notIdentified: unknown)
    }
    try execution.cancellation.check()
    try named.write(to: out, model: model.rawValue, dataFingerprint: data.fingerprint)
    if json { return try console.print(json: summary) }
    try console.print(
      "\(data.ids.count.counted("product")), log-likelihood \(summary.trainLogLikelihood.fixed(6)) a customer"
        + (summary.testLogLikelihood.map { ", on test sales \($0.fixed(6))" } ?? "")
        + "; \(summary.status.rawValue);"
        + " written to \(out)")
    if !summary.notIdentified.isEmpty {
      try console.print(
        "never missing, so nothing is known of their substitutes: \(summary.notIdentified.joined(separator: " "))"
      )
    }
  }

  /// The nest of each product, numbered in the order of the table.
  private func nests(of ids: [String], on execution: Execution) throws -> [Int] {
    guard let nests else { throw UsageError("--model nested needs --nests") }
    let table = try DelimitedTable(path: nests, on: execution)
    guard let id = table.column("id"), let nest = table.column("nest") else {
      throw InvalidInput(table.name, given: "other columns", expected: "id and nest")
    }
    var (numbers, ofProduct): ([String: Int], [String: Int]) = ([:], [:])
    let known = Set(ids)
    for row in table.rows where known.contains(row.fields[id]) {
      ofProduct[row.fields[id]] = numbers[row.fields[nest], default: numbers.count]
      numbers[row.fields[nest]] = ofProduct[row.fields[id]]
    }
    let missing = ids.filter { ofProduct[$0] == nil }
    guard missing.isEmpty else {
      throw InvalidInput(
        table.name, given: "no row for \(missing.prefix(10).joined(separator: ", "))",
        expected: "a row for every product of the sales")
    }
    return ids.map { ofProduct[$0]! }
  }

  private func summary(
    _ fitted: some ChoicePredictor, _ status: SolveStatus, _ data: OfferSales, passes: Int? = nil,
    classes: Int? = nil,
    notIdentified: [String] = []
  ) -> Summary {
    Summary(
      status: status, products: data.ids.count, trainLogLikelihood: data.train.meanLogLikelihood(fitted),
      testLogLikelihood: data.test.map { $0.meanLogLikelihood(fitted) }, passes: passes, classes: classes,
      notIdentified: notIdentified, out: out)
  }
}
