internal import Bandits
internal import Learning
internal import PolicyEvaluation
internal import StoreData

/// `shopkeeper recommend train`
struct RecommendTrainCommand: Command {
  static let name = "train"
  static let summary = "Learn from logged decisions which action converts in which situation."
  static let details = [
    "Features: those of the context, of the actions, the action itself, and crosses, each a group whose spread is learned. A"
      + " reward above 0 is a conversion. Judge the model with `recommend evaluate --policy DIR` on another log."
  ]
  static let examples = ["shopkeeper recommend train --log decisions.jsonl --cross device:brand --out model"]

  let data = DecisionLogOptions()
  @Option(
    "cross", .text("CONTEXT:ACTION"), "Names of a context and an action feature to combine; id is the action."
  )
  var crosses: [String]
  @Option("prior", .choice(), "How the spread of each group is found.") var prior = PriorChoice.divided
  @Option("scale", .number(0.01...10), "By how much posterior deviations are multiplied when exploring.")
  var scale = 1.0
  @Option("floor", .number(0...1), "Least probability of each action.") var floor = 0.0005
  @Option(.seed) var seed: UInt64
  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  /// How spreads are found, as the user types it.
  enum PriorChoice: String, OptionChoice {
    case divided
    case none
  }

  func run(_ console: Console) throws {
    struct Summary: Encodable {
      let decisions, features: Int
      let spread: [String: Double]
      let out: String
    }
    let execution = console.execution(work)
    var recipe = Recommender()
    recipe.crosses = try crosses.map { text in
      let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw UsageError("cross \(text): give CONTEXT:ACTION, for example device:brand")
      }
      return FeatureCross(context: parts[0], action: parts[1])
    }
    recipe.learnsPriors = prior == .divided
    (recipe.exploration, recipe.floor, recipe.seed) = (.thompson(scale: scale), floor, seed)
    let (log, report) = try data.read(console, on: execution)
    let model = try recipe.fit(log, on: execution)
    try model.write(to: out, dataFingerprint: report.fingerprint)
    let spread = zip(FeatureDictionary.groupNames, model.priors).dropFirst().map {
      ($0, $1.variance.squareRoot())
    }
    if json {
      return try console.print(
        json: Summary(
          decisions: log.count, features: model.mean.count, spread: Dictionary(uniqueKeysWithValues: spread),
          out: out))
    }
    let words = spread.map { "\($0) \($1.fixed(3))" }.joined(separator: ", ")
    try console.print(
      "\(log.count.counted("decision")), \(model.mean.count.counted("feature")); spread: \(words); written to \(out)"
    )
  }
}
