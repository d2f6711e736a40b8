internal import Bandits
internal import Learning
internal import StoreData

/// `shopkeeper layout explain`
struct LayoutExplainCommand: Command {
  static let name = "explain"
  static let summary = "Say why a layout was shown, and what another one would have been expected to do."
  static let details = [
    "The parts of the score (probit scale) by size: contents, pairs of contents, context, each with its posterior mean and standard"
      + " deviation, and in how many decisions it was shown. All by what the page knows now, which may be more than it knew then."
  ]
  static let examples = ["shopkeeper layout explain --state page --decision d17"]

  @Option(.layoutState) var folder: String
  @Option("decision", .text("ID"), "The decision.") var decision: String
  @Option(.json) var json: Bool

  private struct Document: Encodable {
    struct Part: Encodable {
      let part, group: String
      let effect, sd: Double
      let shown: Int
    }
    struct Other: Encodable {
      let layout: [String: String]
      let propensity, probability: Double
    }
    let decision_id: String
    let layout: [String: String]
    let propensity, probability, probability_sd: Double
    let explored: Bool
    let parts: [Part]
    let runner_up: Other?
    let sentence: String
  }

  func run(_ console: Console) throws {
    let open = try OpenLayout(folder, console)
    var policy = open.state.policy
    let decisions = try LayoutState.decisions(in: folder, policy.space)
    guard let made = decisions.first(where: { $0.id == decision }) else {
      throw InvalidInput("decision", given: decision, expected: "the id of a decision of this page")
    }
    let prediction = try policy.predict(layout: made.layout, context: made.context)
    let parts = policy.contributions(layout: made.layout, context: made.context).prefix(8)
    let names = { (layout: [Int]) in
      Dictionary(uniqueKeysWithValues: policy.space.named(layout).map { ($0.widget, $0.content) })
    }
    var other: Document.Other?
    for (layout, propensity) in policy.likeliest(2, context: made.context) where layout != made.layout {
      let expected = try policy.predict(layout: layout, context: made.context).probability
      other = .init(layout: names(layout), propensity: propensity, probability: expected)
      break
    }
    let document = Document(
      decision_id: decision, layout: names(made.layout), propensity: made.propensity,
      probability: prediction.probability, probability_sd: prediction.probabilityDeviation,
      explored: made.isExplored,
      parts: parts.map {
        .init(part: $0.name, group: $0.group, effect: $0.effect, sd: $0.deviation, shown: $0.shown)
      }, runner_up: other,
      sentence: sentence(made, prediction.probability, parts.first?.name, other?.probability))
    if json { return try console.print(json: document) }
    try console.print(document.sentence)
    var table = TextTable(.left("part"), .right("effect"), .right("± sd"), .right("shown"))
    for part in document.parts {
      table.add(part.part, part.effect.fixed(4), part.sd.fixed(4), part.shown.grouped)
    }
    try console.print(table)
  }

  private func sentence(
    _ made: LayoutDecision, _ expected: Double, _ part: String?, _ other: Double?
  ) -> String {
    let percent = { (share: Double) in "\((100 * share).significant(3)) %" }
    var text =
      made.isExplored
      ? "Shown to learn, with probability \(percent(made.propensity)): another layout was expected to convert more."
      : "Shown as the best known, with probability \(percent(made.propensity))."
    text += " Now \(percent(expected)) are expected to convert"
    if let other { text += ", of the layout most likely to be shown instead \(percent(other))" }
    if let part { text += "; \(part) matters most" }
    return text + "."
  }
}
