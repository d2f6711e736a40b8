internal import Learning
internal import ProductSearch
internal import StoreData

/// `shopkeeper search query`
struct SearchQueryCommand: Command {
  static let name = "query"
  static let summary = "Find products for a query."
  static let examples = [
    "shopkeeper search query \"cordless drill\" -k 3", "shopkeeper search query \"cordless drill\" --explain",
    "shopkeeper search query - --json < queries.txt",
  ]

  @Positional("TEXT", .text(), "What the shopper typed; - reads one query a line.") var text: String
  @Option(.model(named: "search")) var model: String
  @Option(.limit) var limit: Int
  @Option("ranker", .text("NAME"), "The ranker that answers, instead of the one that was chosen.") var ranker:
    String?
  @Option("explain", .switch, "Say what speaks for each product: fused scores, words.") var explain = false
  @Option(.json) var json: Bool

  struct Explained: Encodable {
    let response: SearchResponse
    let explanations: [SearchExplanation]
  }

  func run(_ console: Console) throws {
    let search = try ProductSearchModel(contentsOf: model)
    let texts = text == "-" ? try TextLines.read(contentsOf: text).value.lines : [text]
    for text in texts {
      try console.cancellation.check()
      let request = SearchRequest(text, limit: limit, ranker: ranker)
      let response = try search.search(request)
      let explanations =
        explain ? try response.results.map { try search.explain(request, product: $0.id) } : []
      if json {
        try explain
          ? console.print(json: Explained(response: response, explanations: explanations))
          : console.print(json: response)
      } else {
        try print(response, explanations, console)
      }
    }
  }

  private func print(
    _ response: SearchResponse, _ explanations: [SearchExplanation], _ console: Console
  ) throws {
    if text == "-" { try console.print(response.query.printable) }
    if response.status != .ok {
      return try console.print(
        [response.status.rawValue, response.notice].compactMap(\.self).joined(separator: "; "))
    }
    var table = TextTable(.right("score"), .left("product"), .left("title"))
    for result in response.results { table.add(result.score.fixed(4), result.id, result.title) }
    try console.print(table)
    if let notice = response.notice { try console.print(notice) }
    for (result, explanation) in zip(response.results, explanations) {
      if let fusion = explanation.fusion { try print(fusion, of: result, console) }
      try console.print("\n\(result.id.printable): words add up to \(explanation.words.score.fixed(4))")
      var words = TextTable(.right("score"), .left("word"), .left("from"))
      for part in explanation.words.parts { words.add(part.score.fixed(4), part.term, part.field) }
      try console.print(words)
    }
  }

  private func print(_ fusion: FusionExplanation, of result: SearchResult, _ console: Console) throws {
    try console.print(
      "\n\(result.id.printable): all parts add up to \(fusion.score.fixed(4)), a probability of"
        + " \(fusion.probability.fixed(4))")
    var parts = TextTable(.right("score"), .left("because"), .right("which is"))
    parts.add(fusion.base.fixed(4), "every candidate gets it", "")
    for part in fusion.parts { parts.add(part.score.fixed(4), part.name, part.value.fixed(3)) }
    try console.print(parts)
  }
}

extension SearchResponse {
  /// What the query lost: `67% of the words are known`; nil when every word counted.
  fileprivate var notice: String? {
    var parts: [String] = []
    if isTruncated { parts.append("only the first \(ProductRanking.maximumWords) words were read") }
    if status == .ok, knownShare < 1 {
      parts.append("\((knownShare * 100).rounded(.down).fixed(0))% of the words are known")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
