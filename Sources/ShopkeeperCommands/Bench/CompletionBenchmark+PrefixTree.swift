internal import Learning
internal import Probability
internal import QueryCompletion

extension CompletionBenchmark {
  /// The published method alone, and by how much the order surpasses it.
  func measurePrefixTree(_ figures: inout BenchFigures) throws {
    let (tree, seconds) = try Stopwatch.processSeconds {
      try PrefixRanker().fit(CompletionData(training: pairs.training), on: execution)
    }
    figures["prefix_tree_build_s"] = seconds
    figures["prefix_tree_bytes_per_label"] = Double(tree.byteCount) / Double(max(1, tree.labelCount))
    let rival = try CompletionEvaluation(rows, known: pairs.known) { try tree.complete($0) }
    figures["mrr_prefix_tree"] = rival.mean(.all).reciprocalRank
    let own = evaluation(of: model, [.exact])
    for (name, group) in [
      ("diff_prefix_tree", CompletionEvaluation.Group.all), ("diff_prefix_tree_short", .seenShort),
    ] {
      let interval = own.difference(minus: rival, group)
      figures[name] = interval?.estimate
      figures["\(name)_low"] = interval?.low
      figures["\(name)_high"] = interval?.high
    }
    try measureBlend(tree, &figures)
    let times = try Stopwatch.microseconds(count: min(1500, rows.count)) {
      _ = try tree.complete(CompletionRequest(rows[$0].prefix ?? "", after: rows[$0].history))
    }
    (figures["prefix_tree_us_mean"], figures["prefix_tree_us_p99"]) = (times.mean, times.percentile(0.99))
  }

  /// What the published ranker adds to the order: its lists are blended in with the share that is best on validation rows.
  private func measureBlend(
    _ tree: PrefixRankerModel, _ figures: inout BenchFigures
  ) throws {
    func blended(_ examples: [CompletionExample], _ lists: [[String]], _ share: Float) -> CompletionEvaluation
    {
      let mixed = zip(examples, lists).map { example, list in
        var request = CompletionRequest(example.prefix ?? "", after: example.history, limit: 20)
        request.tiers = [.exact]
        let scored = model.complete(request).suggestions.map { suggestion in
          let rank = list.firstIndex(of: suggestion.text)
          return (suggestion.text, suggestion.score + (rank.map { share / Float($0 + 1) } ?? 0))
        }
        return scored.enumerated().sorted { ($0.element.1, $1.offset) > ($1.element.1, $0.offset) }.prefix(10)
          .map(\.element.0)
      }
      return CompletionEvaluation(examples, lists: mixed, known: pairs.known)
    }
    let chosenOn = Array(pairs.validation.prefix(4000))
    let there = try chosenOn.map { try tree.complete(CompletionRequest($0.prefix ?? "", after: $0.history)) }
    let shares: [Float] = [0, 0.25, 0.5, 1, 2]
    let means = shares.map { blended(chosenOn, there, $0).mean(.all).reciprocalRank }
    let best = shares[means.firstIndex(of: means.max() ?? 0) ?? 0]
    let here = try rows.map { try tree.complete(CompletionRequest($0.prefix ?? "", after: $0.history)) }
    let interval = blended(rows, here, best).difference(minus: blended(rows, here, 0))
    figures["ablation_ranker"] = interval?.estimate
    (figures["ablation_ranker_low"], figures["ablation_ranker_high"]) = (interval?.low, interval?.high)
    figures["ablation_ranker_share"] = Double(best)
  }
}
