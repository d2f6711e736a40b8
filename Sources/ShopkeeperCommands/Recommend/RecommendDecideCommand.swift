internal import Bandits
internal import Learning
internal import PolicyEvaluation
internal import StoreData

/// `shopkeeper recommend decide`
struct RecommendDecideCommand: Command {
  static let name = "decide"
  static let summary = "Choose an action for each request, with the exact probability of the choice."
  static let details = [
    "A request is {\"context\":{...},\"actions\":[{\"id\":\"a\",\"features\":{...}}, ...]}. Decision number n of a model is always the"
      + " same for the same request; number them on with --sequence."
  ]
  static let examples = [
    "shopkeeper recommend decide --model model --requests requests.jsonl --json",
    "echo '{\"actions\":[\"a\",\"b\"]}' | shopkeeper recommend decide --model model --requests - --explain",
  ]

  @Option(.model(named: "recommend")) var model: String
  @Option("requests", .file(), "Requests, one a line; - is standard input.") var requests: String
  @Option("sequence", .integer(0...UInt64.max), "The number of the first decision.") var sequence: UInt64 = 0
  @Option("explain", .switch, "Say which features speak for and against the choice.") var explains = false
  @Option(.json) var json: Bool
  let work = WorkOptions()

  private struct Document: Encodable {
    struct Part: Encodable {
      let feature, group: String
      let contribution, sd: Double
    }
    let sequence: UInt64
    let action: String
    let propensity, probability, probability_sd, best_probability: Double
    let explored: Bool
    let explanation: [Part]?
  }

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let recommender = try RecommenderModel(contentsOf: model)
    let read = try console.read(DecisionRequests.self, from: requests, on: execution).value
    try execution.cancellation.check()
    for (place, situation) in read.situations.enumerated() {
      let number = sequence &+ UInt64(place)
      let (chosen, propensity) = try recommender.decide(situation, sequence: number)
      let predictions = situation.actions.map { recommender.prediction(of: $0, in: situation) }
      let best = predictions.indices.max { predictions[$0].scoreMean < predictions[$1].scoreMean } ?? chosen
      let action = situation.actions[chosen]
      let document = Document(
        sequence: number, action: action.id, propensity: propensity,
        probability: predictions[chosen].probability,
        probability_sd: predictions[chosen].probabilityDeviation,
        best_probability: predictions[best].probability,
        explored: predictions[chosen].scoreMean < predictions[best].scoreMean,
        explanation: explains
          ? recommender.contributions(of: action, in: situation).map {
            .init(feature: $0.feature, group: $0.group, contribution: $0.contribution, sd: $0.deviation)
          } : nil)
      if json {
        try console.print(json: document)
        continue
      }
      try console.print(
        "\(action.id.printable)  propensity \(propensity.fixed(4))  expected \(document.probability.fixed(4)) ±"
          + " \(document.probability_sd.fixed(4))\(document.explored ? "  explored" : "")")
      for part in document.explanation ?? [] {
        try console.print("  \(part.contribution.fixed(3)) ± \(part.sd.fixed(3))  \(part.feature.printable)")
      }
    }
  }
}
