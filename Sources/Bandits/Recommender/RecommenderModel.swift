public import Learning
public import PolicyEvaluation
internal import Probability

/// Says how likely each action is to be shown in a situation, and why.
public struct RecommenderModel: Predictor, EvaluablePolicy, Equatable {
  /// How it was learned and how it explores.
  public let recipe: Recommender

  /// The features.
  public let dictionary: FeatureDictionary

  /// What is believed of each group's weights, see ``FeatureDictionary/groupNames``.
  public let priors: [GroupPrior]

  /// Posterior mean of each feature's weight.
  public let mean: [Double]

  /// Posterior variance of each feature's weight.
  public let variance: [Double]

  /// Decisions that it learned from.
  public let decisionCount: Int

  /// What is expected of an action; a feature that was never seen counts with its group's mean and variance.
  public func prediction(of action: Action, in situation: Situation) -> Prediction {
    let (known, unknown) = dictionary.look(situation, action: action)
    var (score, spread) = (0.0, 0.0)
    for (index, x) in zip(known.indices, known.values) {
      score += x * mean[Int(index)]
      spread += x * x * variance[Int(index)]
    }
    for part in unknown {
      score += part.value * priors[part.group].mean
      spread += part.value * part.value * priors[part.group].variance
    }
    return Prediction(scoreMean: score, scoreVariance: spread, link: .probit)
  }

  /// The same as ``probabilities(in:)``.
  ///
  /// - Throws: ``InvalidInput`` when there is no action, an action twice, or a number that is not finite.
  public func predict(_ situation: Situation) throws -> [Double] { try probabilities(in: situation) }

  /// The probability of each action: how often it is best under draws from the posterior, with the floor.
  ///
  /// The draws come from a stream of the situation: it always has the same probabilities, and errors of different situations are
  /// independent.
  ///
  /// - Throws: ``InvalidInput`` when there is no action, an action twice, or a number that is not finite.
  /// - Complexity: O(draws · actions · features of an action)
  public func probabilities(in situation: Situation) throws -> [Double] {
    try check(situation)
    let predictions = situation.actions.map { prediction(of: $0, in: situation) }
    let preferences: [Double] =
      switch recipe.exploration {
      case .thompson(let scale): wins(situation, recipe.draws, scale)
      case .mixed(let most, let rest, let share):
        zip(wins(situation, recipe.draws, most), wins(situation, recipe.draws, rest)).map {
          (1 - share) * $0 + share * $1
        }
      case .epsilon(let share):
        Exploration.best(predictions.map(\.scoreMean)).map {
          (1 - share) * $0 + share / Double(predictions.count)
        }
      case .greedy, .topTwo, .upperBound: Exploration.best(predictions.map(\.scoreMean))
      }
    let count = Double(preferences.count)
    let floor = recipe.exploration.isDeterministic ? 0 : min(recipe.floor, 0.2 / count)
    return ChoiceTable(preferences: preferences, floor: floor).probabilities
  }

  /// Draws an action for a decision number.
  ///
  /// - Throws: ``InvalidInput`` as ``probabilities(in:)``.
  public func decide(_ situation: Situation, sequence: UInt64) throws -> (chosen: Int, propensity: Double) {
    let table = ChoiceTable(preferences: try probabilities(in: situation))
    let chosen = table.choice(CounterStream("RECD", seed: recipe.seed), sequence: sequence)
    return (chosen, table.probabilities[chosen])
  }

  /// The features that speak most for or against an action: value times posterior mean, with its deviation.
  public func contributions(
    of action: Action, in situation: Situation, limit: Int = 8
  ) -> [(feature: String, group: String, contribution: Double, deviation: Double)] {
    let (known, _) = dictionary.look(situation, action: action)
    var found: [(feature: String, group: String, contribution: Double, deviation: Double)] = []
    for (index, x) in zip(known.indices, known.values) where index != 0 {
      let feature = Int(index)
      found.append(
        (
          dictionary.names[feature], FeatureDictionary.groupNames[dictionary.groups[feature]],
          x * mean[feature],
          abs(x) * variance[feature].squareRoot()
        ))
    }
    found.sort { left, right in
      let (a, b) = (abs(left.contribution), abs(right.contribution))
      return a == b ? left.feature < right.feature : a > b
    }
    return Array(found.prefix(limit))
  }

  private func check(_ situation: Situation) throws {
    var problems = Violations()
    problems.require(
      !situation.actions.isEmpty, "actions", given: "none", expected: "at least one action to choose from")
    problems.require(
      Set(situation.actions.map(\.id)).count == situation.actions.count, "actions", given: "an id twice",
      expected: "different ids")
    let isFinite = (situation.context + situation.actions.flatMap(\.features)).allSatisfy {
      if case .number(let value) = $0.value { value.isFinite } else { true }
    }
    problems.require(isFinite, "features", given: "a value that is not finite", expected: "finite numbers")
    try problems.throwIfAny()
  }

  /// The share of draws in which each action has the highest score.
  private func wins(_ situation: Situation, _ draws: Int, _ scale: Double) -> [Double] {
    // Weights that actions share are drawn once for all of them; what is unknown is each action's own.
    var local: [Int32: Int] = [:]
    var (centre, spread) = ([Double](), [Double]())
    var parts: [[(place: Int, value: Double)]] = []
    var own: [(mean: Double, deviation: Double)] = []
    for action in situation.actions {
      let (known, unknown) = dictionary.look(situation, action: action)
      parts.append(
        zip(known.indices, known.values).map { index, x in
          if let place = local[index] { return (place, x) }
          local[index] = centre.count
          centre.append(mean[Int(index)])
          spread.append(scale * variance[Int(index)].squareRoot())
          return (centre.count - 1, x)
        })
      own.append(
        (
          unknown.reduce(0) { $0 + $1.value * priors[$1.group].mean },
          scale * unknown.reduce(0) { $0 + $1.value * $1.value * priors[$1.group].variance }.squareRoot()
        ))
    }
    var generator = SeededGenerator(seed: recipe.seed, stream: Self.stream(of: situation))
    var wins = [Double](repeating: 0, count: parts.count)
    var weights = centre
    for _ in 0..<draws {
      for place in weights.indices { weights[place] = centre[place] + spread[place] * generator.normal() }
      var (best, top) = (0, -Double.infinity)
      for (action, features) in parts.enumerated() {
        var score = own[action].mean
        if own[action].deviation > 0 { score += own[action].deviation * generator.normal() }
        for feature in features { score += feature.value * weights[feature.place] }
        if score > top { (best, top) = (action, score) }
      }
      wins[best] += 1 / Double(draws)
    }
    return wins
  }

  /// A number for a situation, the same in every process.
  private static func stream(of situation: Situation) -> UInt64 {
    var text = "\(situation.slot)"
    func add(_ features: [Feature]) {
      for feature in features {
        switch feature.value {
        case .category(let value): text += "\u{1}\(feature.name)\u{2}\(value)"
        case .number(let value): text += "\u{1}\(feature.name)\u{3}\(value)"
        }
      }
    }
    add(situation.context)
    for action in situation.actions {
      text += "\u{4}\(action.id)"
      add(action.features)
    }
    return StableHash.fnv1a64(text)
  }
}
