internal import Learning
internal import Probability
internal import QueryCompletion

/// What the demo learns of typing: how often what a shopper will search stands how high, in the last week of the log.
struct DemoCompletion {
  private let rows: [(name: String, mean: Double, gain: ConfidenceInterval?, microseconds: Double)]
  private let searches: Int
  private let example: (typed: String, after: String, texts: [String])?

  /// Learns from the shop's search box, weighs by the week before the last one, and writes the model.
  init(shop: String, _ console: Console, on execution: Execution) throws {
    let options = CompletionDataOptions()
    (options.log, options.format, options.validationDays) = (["\(shop)/searches.jsonl.gz"], .amazonqac, 14)
    options.catalogue = "\(shop)/catalogue.jsonl"
    let read = try options.read(console, on: execution)
    let border = (read.data.validation.last?.time ?? 0) - 7 * 86_400
    var data = read.data
    data.validation = read.data.validation.filter { ($0.time ?? 0) <= border }
    let test = read.data.validation.enumerated().filter { ($0.element.time ?? 0) > border }.map {
      number, search in
      var search = search
      search.prefix = search.typed(seed: 0, number: number)
      return search
    }
    let model = try QueryCompletion().fit(data, on: execution)
    try execution.cancellation.check()
    try model.write(to: "\(shop)/models/complete", dataFingerprint: read.fingerprint)

    let known = Set(data.training.map(\.query))
    func request(_ row: CompletionExample, session: Bool, _ tiers: Set<CompletionTier>) -> CompletionRequest {
      var request = CompletionRequest(row.prefix ?? "", after: session ? row.history : [])
      request.tiers = tiers
      return request
    }
    func judged(session: Bool, _ tiers: Set<CompletionTier>) -> CompletionEvaluation {
      CompletionEvaluation(
        test, lists: test.map { model.complete(request($0, session: session, tiers)).texts }, known: known)
    }
    let popular = judged(session: false, [.exact])
    rows = [
      ("most popular", false, [CompletionTier.exact]), ("after the session", true, [.exact]),
      ("and texts nobody searched yet", true, [.exact, .generated]),
    ].map { name, session, tiers in
      let evaluation = judged(session: session, Set(tiers))
      let times = Stopwatch.microseconds(count: min(1000, test.count)) {
        _ = model.complete(request(test[$0], session: session, Set(tiers)))
      }
      return (
        name, evaluation.mean(.all).reciprocalRank, session ? evaluation.difference(minus: popular) : nil,
        times.isEmpty ? 0 : times.mean
      )
    }
    searches = popular.mean(.all).count
    example =
      test.lazy.compactMap { row -> (typed: String, after: String, texts: [String])? in
        guard let last = row.history.last, row.prefix?.count == 1 else { return nil }
        let texts = model.complete(request(row, session: true, [.exact])).texts
        return texts.first == row.query ? (row.prefix ?? "", last, Array(texts.prefix(3))) : nil
      }.first
  }

  func print(on console: Console, shop: String) throws {
    var table = TextTable(
      .left("completing what is typed"), .right("MRR@10"), .left("gain, 95 % interval over users"),
      .right("us a key"))
    for row in rows {
      let gain = row.gain.map { "\($0.low.fixed(4)) to \($0.high.fixed(4))" } ?? ""
      table.add(row.name, row.mean.fixed(4), gain, row.microseconds.fixed(0))
    }
    try console.print("")
    try console.print(table)
    try console.print("\nMeasured on \(searches.grouped) searches of the log's last week, cut at random.")
    if let example {
      try console.print(
        "Who searched \"\(example.after.printable)\" and types \"\(example.typed.printable)\" sees "
          + example.texts.map(\.printable).joined(separator: ", ") + ". Next:"
          + "\n  shopkeeper complete try --model \(shop)/models/complete")
    }
  }
}
