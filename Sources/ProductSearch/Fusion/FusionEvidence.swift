public import Learning
internal import Probability

/// What shows a fusion which candidates are worth something.
public enum FusionEvidence: Sendable {
  /// Judged queries. The pairs that rankers learn from may come from the same judgments: each query is described by
  /// rankers that have seen the pairs of other queries only.
  case judgments(RankingTask)

  /// A log cut in time: rankers that know the pairs up to some moment are judged by those that came later.
  case clicks(earlier: [QueryProductPair], later: [QueryProductPair])
}

extension FusionEvidence {
  /// Pairs learned from the last share of a log's events, held back from those of the others; nil where the log has
  /// too few times or one of its parts no pair.
  ///
  /// - Throws: ``InvalidInput`` listing every violation of the recipe; `CancellationError`.
  public static func lastPart(
    of log: InteractionLog, share: Double = 0.2, _ recipe: PairRecipe = PairRecipe(),
    on execution: Execution = Execution()
  ) throws -> FusionEvidence? {
    guard let (earlier, later) = log.parts(later: share) else { return nil }
    let pairs = try [earlier, later].map { try TrainingPairs($0, recipe, on: execution).pairs }
    return pairs.contains(where: \.isEmpty) ? nil : .clicks(earlier: pairs[0], later: pairs[1])
  }

  /// The last share of the pairs, which must be in the order of time, held back from the others.
  public static func lastPart(of pairs: [QueryProductPair], share: Double = 0.2) -> FusionEvidence {
    let start = pairs.count - Int(Double(pairs.count) * min(max(share, 0), 1))
    return .clicks(earlier: Array(pairs[..<start]), later: Array(pairs[start...]))
  }

  /// A random share of the clicks, for logs without times; a pair of a whole weight w is w clicks, any other is one.
  ///
  /// Clicks are drawn, not queries: as in a later part of a log, some queries were seen before.
  public static func randomPart(
    of pairs: [QueryProductPair], share: Double = 0.2, seed: UInt64 = 0
  ) -> FusionEvidence {
    var (earlier, later): ([QueryProductPair], [QueryProductPair]) = ([], [])
    for pair in pairs {
      // The pair's own hash draws, so that the order of pairs has no influence.
      let stream = SplitMix64.mix(StableHash.fnv1a64(pair.query) &+ UInt64(pair.product))
      var generator = SeededGenerator(seed: seed, stream: stream)
      let isWhole = pair.weight == pair.weight.rounded() && pair.weight < 1e6
      let clicks = isWhole ? Int(pair.weight) : 1
      let held = (0..<clicks).count { _ in generator.uniform() < share }
      let unit = pair.weight / Float(clicks)
      for (count, isLater) in [(clicks - held, false), (held, true)] where count > 0 {
        var part = pair
        part.weight = unit * Float(count)
        if isLater { later.append(part) } else { earlier.append(part) }
      }
    }
    return .clicks(earlier: earlier, later: later)
  }
}
