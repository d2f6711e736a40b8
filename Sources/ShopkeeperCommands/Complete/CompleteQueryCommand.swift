internal import QueryCompletion

/// `shopkeeper complete query`
struct CompleteQueryCommand: Command {
  static let name = "query"
  static let summary = "Complete what a shopper types."
  static let details = [
    "--after names the session's queries before, the oldest one first. An empty text asks what may come next. Suggestions"
      + " come in tiers, each strictly below the one before: exact, conjunctive (any order of words), misspelt and"
      + " generated, which change places when every typed word is known."
  ]
  static let examples = [
    "shopkeeper complete query ru --after \"hiking boots\"",
    "shopkeeper complete query \"cordles dr\" --explain",
  ]

  @Positional("PREFIX", .text(), "What is typed so far.") var prefix: String
  @Option("after", .text("QUERY"), "A query of the session before; may be repeated.") var after: [String]
  @Option("limit", short: "k", .integer(0...100), "How many suggestions to give.") var limit = 10
  @Option("scope", .text("CATEGORY"), "The category whose suggestions alone are wanted.") var scope: String?
  @Option("explain", .switch, "Say what speaks for each suggestion.") var explain = false
  @Option(.model(named: "complete")) var model: String
  @Option(.json) var json: Bool

  func run(_ console: Console) throws {
    let model = try CompletionModel(contentsOf: model)
    var request = CompletionRequest(prefix, after: after, limit: limit)
    (request.explains, request.scope) = (explain, scope)
    let list = model.complete(request)
    if json { return try console.print(json: list) }
    if let degradation = list.degradation { console.note(degradation.rawValue) }
    if list.isCut { console.note("the text is longer than 100 characters and was cut") }
    var table = TextTable(.left("suggestion"), .left("tier"), .right("score"), .left("in"))
    for suggestion in list.suggestions {
      table.add(
        suggestion.text.printable, suggestion.tier.rawValue, suggestion.score.fixed(3),
        suggestion.scope?.category.printable ?? "")
    }
    try console.print(table)
    for suggestion in list.suggestions {
      guard let parts = suggestion.explanation?.parts.filter({ $0.value != 0 && $0.weight != 0 }),
        !parts.isEmpty
      else { continue }
      try console.print("\n\(suggestion.text.printable): parts add up to \(suggestion.score.fixed(3))")
      var table = TextTable(.right("share"), .left("feature"), .right("value"), .right("weight"))
      for part in parts {
        table.add(
          part.share.fixed(3), part.feature.rawValue, part.value.fixed(3), part.weight.fixed(3))
      }
      try console.print(table)
    }
  }
}
