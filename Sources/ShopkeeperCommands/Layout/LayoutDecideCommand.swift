internal import Bandits
internal import Learning
internal import StoreData

/// `shopkeeper layout decide`
struct LayoutDecideCommand: Command {
  static let name = "decide"
  static let summary = "Choose a layout for a visitor, and record the choice."
  static let details = [
    "Every decision carries its exact probability and whether it was explored, that is another layout is expected to convert"
      + " more. It is on the disk before it is printed. The model is refreshed when the page's batch is over."
  ]
  static let examples = [
    "shopkeeper layout decide --state page",
    "shopkeeper layout decide --state page --context '{\"device\":\"phone\"}' --json",
  ]

  @Option(.layoutState) var folder: String
  @Option("context", .text("JSON"), "The value of each context feature.") var context = "{}"
  @Option("count", .integer(1...1_000_000), "How many visitors of this context.") var count = 1
  @Option("salvage", .switch, "Drop everything from the first damaged line of the log on.") var salvages =
    false
  @Option(.json) var json: Bool

  func run(_ console: Console) throws {
    let values: [String: String]
    do {
      values = try JSONValue(parsing: context.utf8).decoded(as: [String: String].self)
    } catch {
      throw InvalidInput(
        "context", given: "another text", expected: #"an object of texts, {"device":"phone"}"#)
    }
    let open = try OpenLayout(folder, salvages: salvages, console)
    var answers: [LayoutDecisionDocument] = []
    // Decisions go to the disk in groups of some milliseconds, and only then to the visitor.
    var oldest = OpenLayout.now
    func release() throws {
      try open.state.commit()
      for answer in answers {
        if json { try console.print(json: answer) } else { try console.print(answer.text) }
      }
      answers = []
      oldest = OpenLayout.now
    }
    for _ in 0..<count {
      try console.cancellation.check()
      let now = OpenLayout.now
      try open.refreshIfDue(now: now)
      switch try open.state.decide(context: values, time: now) {
      case .layout(let decision):
        answers.append(try LayoutDecisionDocument(decision, open.state.policy))
      case .infeasible(let conflict):
        throw InvalidInput(
          "context",
          given: "one in which the constraints \(conflict.joined(separator: ", ")) allow no layout",
          expected: "a context with a layout")
      }
      if OpenLayout.now - oldest >= 5 || answers.count >= 4096 { try release() }
    }
    try release()
  }
}

/// A decision as it is printed.
struct LayoutDecisionDocument: Encodable {
  let decisionID: String
  let layout: [String: String]
  let propensity, probability, probabilitySD: Double
  let explored: Bool
  let model: String
  private let order: [String]

  enum CodingKeys: String, CodingKey {
    case layout, propensity, probability, explored, model
    case decisionID = "decision_id"
    case probabilitySD = "probability_sd"
  }

  init(_ decision: LayoutDecision, _ policy: LayoutPolicy) throws {
    decisionID = decision.id
    let named = policy.space.named(decision.layout)
    layout = Dictionary(uniqueKeysWithValues: named.map { ($0.widget, $0.content) })
    order = named.map(\.widget)
    propensity = decision.propensity
    let prediction = try policy.predict(layout: decision.layout, context: decision.context)
    probability = prediction.probability
    probabilitySD = prediction.probabilityDeviation
    explored = decision.isExplored
    model = "\(policy.recipe.model.rawValue)@\(decision.version)"
  }

  var text: String {
    let contents = order.map { "\($0)=\(layout[$0] ?? "")" }.joined(separator: " ")
    return "\(decisionID)  \(contents)  propensity \(propensity.fixed(4))"
      + "  expected \(probability.fixed(4)) ± \(probabilitySD.fixed(4))\(explored ? "  explored" : "")"
  }
}
