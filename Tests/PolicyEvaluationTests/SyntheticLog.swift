import PolicyEvaluation
import Probability

/// A log of five contexts and six actions whose policies and rewards are known: the world of the published coverage study.
///
/// q(x, a) = .02 + .28 u, policies proportional to .05 + u', .05 + u''; row i from the numbers 3i, 3i+1, 3i+2.
struct SyntheticLog {
  static let (contexts, actions) = (5, 6)
  static let numbers = CounterStream("COVQ", seed: 1)
  static let choices = (0..<actions).map { Action("a\($0)") }

  static func table(_ block: Int) -> [[Double]] {
    (0..<contexts).map { x in
      let weights = (0..<actions).map { 0.05 + numbers.uniform(UInt64(block * 30 + x * actions + $0)) }
      let sum = weights.reduce(0, +)
      return weights.map { $0 / sum }
    }
  }

  static let rewards = (0..<contexts).map { x in
    (0..<actions).map { 0.02 + 0.28 * numbers.uniform(UInt64(x * actions + $0)) }
  }
  static let logging = table(1)
  static let target = table(2)
  static let truth =
    (0..<contexts).reduce(0.0) { sum, x in
      sum + zip(target[x], rewards[x]).reduce(0) { $0 + $1.0 * $1.1 }
    } / Double(contexts)

  static func situation(_ x: Int) -> Situation {
    Situation(context: [Feature("x", .category("\(x)"))], actions: choices)
  }

  static func log(seed: UInt64, rows: Int) -> DecisionLog {
    let stream = CounterStream("COVL", seed: seed)
    var log = DecisionLog()
    for row in 0..<UInt64(rows) {
      let x = Int(stream.uniform(3 * row) * Double(contexts))
      var (action, sum) = (0, logging[x][0])
      while action < actions - 1, stream.uniform(3 * row + 1) >= sum {
        action += 1
        sum += logging[x][action]
      }
      log.append(
        LoggedDecision(
          situation: situation(x), chosen: action, propensity: logging[x][action],
          reward: stream.uniform(3 * row + 2) < rewards[x][action] ? 1 : 0))
    }
    return log
  }

  /// The recipe of the published study.
  static var recipe: OffPolicyEvaluation {
    var recipe = OffPolicyEvaluation()
    recipe.cellFeatures = ["x"]
    recipe.interval = .linear
    return recipe
  }

  /// A policy given by its table.
  struct Policy: EvaluablePolicy {
    var table: [[Double]]

    func probabilities(in situation: Situation) -> [Double] {
      guard case .category(let text)? = situation.context.first?.value, let x = Int(text) else { return [] }
      return table[x]
    }
  }

  static let targetPolicy = Policy(table: target)
  static let loggingPolicy = Policy(table: logging)
}
