internal import LinearAlgebra

/// Suggestions of an interval in the order of their scores: those that the session speaks for and the others, merged.
struct ExactSuggestions {
  private let model: CompletionModel
  private let scratch: CompletionScratch
  private var place = 0
  private var popular: (label: Int, score: Float)?

  init(_ model: CompletionModel, _ context: SessionContext, in interval: Range<Int>, _ scratch: CompletionScratch)
  {
    (self.model, self.scratch) = (model, scratch)
    scratch.candidates.gather(context, model.tables, in: interval)
    scratch.keys.removeAll(keepingCapacity: true)
    for entry in scratch.candidates.entries {
      let label = Int(entry.label)
      let score =
        model.ranking.scores[label]
        + model.weights.sessionScore(
          entry, words: Int(model.tables.lengths[label]), context)
      scratch.keys.append(RankKey(score: score, id: UInt32(label)))
    }
    scratch.keys.sort(by: >)
    scratch.popular.restart(model.ranking, in: interval)
    advance()
  }

  /// Goes to the next suggestion that the session does not speak for.
  private mutating func advance() {
    repeat { popular = scratch.popular.next(model.ranking) } while popular.map {
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
  /// The best suggestions of an interval: one of each group.
  func exact(
    _ context: SessionContext, in interval: Range<Int>, limit: Int, _ scratch: CompletionScratch
  ) -> [(label: Int, score: Float)] {
    var found: [(label: Int, score: Float)] = []
    guard limit > 0, !interval.isEmpty else { return found }
    var suggestions = ExactSuggestions(self, context, in: interval, scratch)
    var taken: [Int] = []
    while found.count < limit, let next = suggestions.next() {
      if recipe.mergesForms {
        let group = groups.group(of: next.label)
        if taken.contains(group) { continue }
        taken.append(group)
      }
      found.append(next)
    }
    return found
  }
}
