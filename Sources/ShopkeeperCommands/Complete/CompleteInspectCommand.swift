internal import QueryCompletion

/// `shopkeeper complete inspect`
struct CompleteInspectCommand: Command {
  static let name = "inspect"
  static let summary = "Show what a completion model holds and how it weighs."
  static let examples = ["shopkeeper complete inspect --model shop/models/complete"]

  @Option(.model(named: "complete")) var model: String
  @Option(.json) var json: Bool

  struct Contents: Encodable {
    let report: CompletionReport
    let anonymity: Int
    let bytesPerLabel: Double
    let weights: [String: Float]
    let openingWeights: [String: Float]
  }

  func run(_ console: Console) throws {
    let opened = try CompletionModel(contentsOf: model)
    let features = CompletionFeature.allCases
    let contents = Contents(
      report: opened.report, anonymity: opened.recipe.anonymity, bytesPerLabel: opened.bytesPerLabel,
      weights: Dictionary(uniqueKeysWithValues: features.map { ($0.rawValue, opened.weights[$0]) }),
      openingWeights: Dictionary(
        uniqueKeysWithValues: zip(features, opened.weights.opening).map { ($0.rawValue, $1) }))
    if json { return try console.print(json: contents) }
    try console.print(
      "\(opened.labelCount.grouped) suggestions of at least \(contents.anonymity) users each, from"
        + " \(contents.report.searches.grouped) searches; \(contents.bytesPerLabel.fixed(1)) bytes a suggestion"
    )
    var table = TextTable(.right("weight"), .right("at the start"), .left("feature"))
    for (place, feature) in features.enumerated() {
      let opening = place < opened.weights.opening.count ? opened.weights.opening[place].fixed(3) : ""
      table.add(opened.weights[feature].fixed(3), opening, feature.rawValue)
    }
    try console.print(table)
  }
}
