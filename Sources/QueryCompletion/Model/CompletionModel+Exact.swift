internal import LinearAlgebra

/// Suggestions of an interval in the order of their scores: those that the session speaks for and the others, merged.
struct ExactSuggestions {
  private let model: CompletionModel
  private let scratch: CompletionScratch
  private let ranking: RangeMaxima
  private var place = 0
  private var popular: (label: Int, score: Float)?

  init(
    _ model: CompletionModel, _ context: SessionContext, in interval: Range<Int>,
    boosts: [(label: Int, value: Float)], _ scratch: CompletionScratch
  ) {
    (self.model, self.scratch) = (model, scratch)
    ranking = model.ranking(context)
    scratch.candidates.gather(context, model.tables, in: interval, further: boosts.map(\.label))
    scratch.keys.removeAll(keepingCapacity: true)
    for entry in scratch.candidates.entries {
      let label = Int(entry.label)
      var score =
        ranking.scores[label]
        + model.weights.sessionScore(entry, words: Int(model.tables.lengths[label]), context)
      for boost in boosts where boost.label == label { score += boost.value }
      scratch.keys.append(RankKey(score: score, id: UInt32(label)))
    }
    scratch.keys.sort(by: >)
    scratch.popular.restart(ranking, in: interval)
    advance()
  }

  /// Goes to the next suggestion that the session does not speak for.
  private mutating func advance() {
    repeat {
      popular = scratch.popular.next(ranking)
    } while popular.map {
      scratch.candidates.place(of: $0.label) != nil
    } ?? false
  }

  /// The next suggestion; nil at the end.
  mutating func next() -> (label: Int, score: Float)? {
    let session = place < scratch.keys.count ? scratch.keys[place] : nil
    if let popular, session.map({ $0 < RankKey(score: popular.score, id: UInt32(popular.label)) }) ?? true {
      advance()
      return popular
    }
    place += 1
    return session.map { (Int($0.id), $0.score) }
  }
}

extension CompletionModel {
  /// What is the same for every session, or all there is at the start of one.
  func ranking(_ context: SessionContext) -> RangeMaxima { context.isEmpty ? openingRanking : ranking }

  /// The best suggestions of an interval: one of each group, none that a rule blocks.
  func exact(
    _ context: SessionContext, in interval: Range<Int>, limit: Int, _ serving: ServingRules, now: Double,
    _ scratch: CompletionScratch
  ) -> [(label: Int, score: Float)] {
    var cap = CategoryCap(categories, cap: serving.category == nil ? recipe.capPerCategory : 0)
    var found: [(label: Int, score: Float)] = []
    guard limit > 0, !interval.isEmpty else { return found }
    let boosts = serving.rules?.boosts(in: interval, now: now) ?? []
    var suggestions = ExactSuggestions(self, context, in: interval, boosts: boosts, scratch)
    var taken: [Int] = []
    while found.count < limit, let next = suggestions.next() {
      let hasRoom = cap.hasRoom(for: next.label)
      if !hasRoom, cap.overflow.count >= limit {
        if cap.set(aside: next, limit: limit) { continue } else { break }
      }
      if let only = serving.category, categories.isEmpty || categories.numbers[next.label] != only {
        continue
      }
      if recipe.mergesForms {
        let group = groups.group(of: next.label)
        if taken.contains(group) { continue }
        taken.append(group)
      }
      if serving.isNeeded, serving.blocks(labels.surface(of: next.label), label: next.label) { continue }
      if hasRoom {
        cap.take(next.label)
        found.append(next)
      } else if !cap.set(aside: next, limit: limit) {
        break
      }
    }
    return found + cap.overflow.prefix(limit - found.count)
  }

  /// What the score of a suggestion is made of.
  func explanation(
    of label: Int, _ context: SessionContext, edits: Double, _ serving: ServingRules, now: Double
  ) -> CompletionExplanation {
    var candidates = SessionCandidates()
    candidates.gather(context, tables, in: label..<label + 1, further: [label])
    let values = features(of: candidates.entries[0], context)
    let counted = context.isEmpty ? weights.opening : weights.values
    let parts = zip(CompletionFeature.allCases, counted).map { feature, weight in
      CompletionExplanation.Part(feature: feature, value: values[feature.column], weight: weight)
    }
    let boosts = serving.rules?.boosts(in: label..<label + 1, now: now) ?? []
    return CompletionExplanation(parts: parts, edits: edits, rules: boosts.map { "boost \($0.value)" })
  }
}
