internal import Learning
internal import ProductSearch
internal import StoreData

/// `shopkeeper search query`
struct SearchQueryCommand: Command {
  static let name = "query"
  static let summary = "Find products for a query."
  static let details = [
    "Misspelt words are corrected from the words of the catalogue and of clicked queries; the answer says so, and"
      + " --exact takes the query as it is typed.",
    "A filter consists of clauses field:value, field:\"a value\" or field:[20 TO 50], where { } in place of [ ] leave a"
      + " bound out and * leaves a side open, joined by AND, OR, NOT and parentheses. Fields are brand, category, price,"
      + " stock, released, market, group and the catalogue's attributes. Facets count the values of fields over everything"
      + " that matches, each without its own part of the filter.",
  ]
  static let examples = [
    "shopkeeper search query \"cordless drill\" -k 3", "shopkeeper search query \"cordless drill\" --explain",
    "shopkeeper search query drill --filter 'brand:Ryobi AND price:[20 TO 50]' --facets brand,price --sort price",
    "shopkeeper search query - --json < queries.txt",
  ]

  @Positional("TEXT", .text(), "What the shopper typed; - reads one query a line.") var text: String
  @Option(.model(named: "search")) var model: String
  @Option(.limit) var limit: Int
  @Option(
    "filter", .text("EXPRESSION"), "Which products may be answered, for example 'brand:Ryobi AND stock:true'."
  )
  var filter: String?
  @Option("facets", .text("FIELDS"), "Fields whose values are counted, for example brand,category,price.")
  var facets: String?
  @Option("sort", .choice(), "How results are ordered.") var sort = SearchRequest.Order.relevance
  @Option("group", .switch, "Show the best variant of each product alone.") var group = false
  @Option("all-words", .switch, "Show products that hold every word alone, as long as there are any.")
  var allWords = false
  @Option("exact", .switch, "Take the query as it is typed, without correcting its spelling.") var exact =
    false
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
    console.tell(search.changeLog)
    let texts = text == "-" ? try TextLines.read(contentsOf: text).value.lines : [text]
    for text in texts {
      try console.cancellation.check()
      let asked = request(text)
      let response = try search.search(asked)
      let explanations = explain ? try response.results.map { try search.explain(asked, product: $0.id) } : []
      if json {
        try explain
          ? console.print(json: Explained(response: response, explanations: explanations))
          : console.print(json: response)
      } else {
        try print(response, explanations, console)
      }
    }
  }

  private func request(_ text: String) -> SearchRequest {
    var request = SearchRequest(text, limit: limit, ranker: ranker)
    request.filter = filter
    request.facets = facets.map { $0.split(separator: ",").map { String($0) } } ?? []
    request.order = sort
    request.groupsVariants = group
    request.requiresAllWords = allWords
    request.isExact = exact
    return request
  }

  private func print(
    _ response: SearchResponse, _ explanations: [SearchExplanation], _ console: Console
  ) throws {
    if text == "-" { try console.print(response.query.printable) }
    if let corrected = response.correctedQuery, response.status != .emptyQuery {
      try console.print("results for: \(corrected.printable)")
    }
    if response.status != .ok {
      try console.print(
        [response.status.rawValue, response.notice].compactMap(\.self).joined(separator: "; "))
      return try printSuggestions(response, console)
    }
    try console.print(response.results.table)
    if let notice = response.notice { try console.print(notice) }
    try printFacets(response, console)
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

  private func printSuggestions(_ response: SearchResponse, _ console: Console) throws {
    if let relaxation = response.relaxation, let dropped = relaxation.dropped {
      try console.print("without \(dropped.printable): \((relaxation.total ?? 0).counted("product"))")
    } else if !response.suggestions.isEmpty {
      try console.print("popular instead:")
    }
    if !response.suggestions.isEmpty { try console.print(response.suggestions.table) }
  }

  /// The facets in the order in which they were asked for.
  private func printFacets(_ response: SearchResponse, _ console: Console) throws {
    guard let total = response.total else { return }
    try console.print("\(total.counted("product")) in all")
    for field in request(text).facets {
      try console.print("\n\(field.printable)")
      var table = TextTable(.right("count"), .left("value"))
      for value in response.facets[field] ?? [] { table.add(value.count.grouped, value.value) }
      try console.print(table)
    }
  }
}

extension SearchRequest.Order: OptionChoice {}

extension [SearchResult] {
  /// The products as a table; with a column of prices where there are any.
  fileprivate var table: TextTable {
    let hasPrices = contains { $0.price != nil }
    var table =
      hasPrices
      ? TextTable(.right("score"), .right("price"), .left("product"), .left("title"))
      : TextTable(.right("score"), .left("product"), .left("title"))
    for result in self {
      if hasPrices {
        table.add(result.score.fixed(4), result.price?.fixed(2) ?? "", result.id, result.title)
      } else {
        table.add(result.score.fixed(4), result.id, result.title)
      }
    }
    return table
  }
}

extension SearchResponse {
  /// What the query lost: `67% of the words are known`; nil when every word counted.
  fileprivate var notice: String? {
    var parts: [String] = []
    switch relaxation?.step {
    case .correctedSpelling: parts.append("nothing is spelt as it was typed")
    case .droppedWord:
      parts.append("no product holds all words, left out: \((relaxation?.dropped ?? "").printable)")
    case .droppedFilter, nil: break
    }
    if isTruncated { parts.append("only the first \(ProductRanking.maximumWords) words were read") }
    if status == .ok, knownShare < 1 {
      parts.append("\((knownShare * 100).rounded(.down).fixed(0))% of the words are known")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
