internal import Probability

extension Exploration {
  /// How often each choice is made.
  ///
  /// - Parameters:
  ///   - draws: how many posterior draws are looked at.
  ///   - learner: the model.
  func preferences(
    _ draws: Int, _ learner: some LayoutLearner, using generator: inout SeededGenerator
  ) -> [Double] {
    switch self {
    case .thompson(let scale):
      return learner.wins(draws, scale: scale, using: &generator)
    case .mixed(let most, let rest, let share):
      let wide = Int((Double(draws) * share).rounded())
      let narrow = learner.wins(draws - wide, scale: most, using: &generator)
      return zip(narrow, learner.wins(wide, scale: rest, using: &generator)).map { $0 + $1 }
    case .topTwo(let share):
      return Self.topTwo(learner.wins(draws, scale: 1, using: &generator), share)
    case .epsilon(let share):
      let best = Self.best(learner.meanScores)
      let count = Double(best.count)
      return best.map { (1 - share) * $0 + share / count }
    case .greedy: return Self.best(learner.meanScores)
    case .upperBound(let width):
      return Self.best(zip(learner.meanScores, learner.scoreDeviations).map { $0 + width * $1 })
    }
  }

  /// 1 at the highest score, the first of equal ones.
  static func best(_ scores: [Double]) -> [Double] {
    let place = scores.indices.max { scores[$0] < scores[$1] || (scores[$0] == scores[$1] && $0 > $1) }
    return scores.indices.map { $0 == place ? 1 : 0 }
  }

  /// Probabilities of the first to win, or with probability `share` of the first to win after it that is another one.
  ///
  /// With win shares q: the other one is a with probability q_a / (1 - q_first); at most 100 draws, then the first stays.
  static func topTwo(_ wins: [Double], _ share: Double) -> [Double] {
    let sum = wins.reduce(0, +)
    let q = wins.map { $0 / sum }
    var probabilities = q.map { (1 - share) * $0 }
    for (first, own) in q.enumerated() where own > 0 {
      var stays = 1.0
      for _ in 0..<100 { stays *= own }
      probabilities[first] += share * own * stays
      guard own < 1 else { continue }
      let moved = share * own * (1 - stays) / (1 - own)
      for (other, probability) in q.enumerated() where other != first {
        probabilities[other] += moved * probability
      }
    }
    return probabilities
  }
}
