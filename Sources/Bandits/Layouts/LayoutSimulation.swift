public import Learning
internal import Probability

/// Runs a recipe on an environment whose truth is known.
///
/// Everything is frozen within a batch; its conversions become known at its end. Step t converts iff number t of the stream
/// keyed `seed << 32` is below the probability of the layout shown.
public struct LayoutSimulation: Sendable {
  /// Steps in all, at least `batch`.
  public var steps = 50_000

  /// Steps of a batch, at least 1.
  public var batch = 1000

  /// Creates the usual simulation: 50,000 steps in batches of 1,000.
  public init() {}

  /// What a run came to.
  public struct Result: Sendable, Equatable {
    /// Regret of each batch: the best layout's probability minus that of the one shown, summed.
    public let regret: [Double]

    /// What the floor under the probabilities cost in expectation.
    public let floorCost: Double

    /// Regret in all.
    public var total: Double { regret.reduce(0, +) }

    /// Regret of the first ten batches.
    public var early: Double { regret.prefix(10).reduce(0, +) }

    /// Regret a step in the last tenth of the batches.
    public func tail(batch: Int) -> Double {
      let count = max(1, regret.count / 10)
      return regret.suffix(count).reduce(0, +) / Double(count * batch)
    }
  }

  /// Runs a recipe.
  ///
  /// - Throws: ``InvalidInput`` when recipe or simulation are out of range; `CancellationError`.
  public func run(
    _ recipe: LayoutRecipe, on environment: LayoutEnvironment, execution: Execution = Execution()
  ) throws -> Result {
    var problems = Violations(recipe.violations)
    problems.require(batch >= 1, "batch", given: batch, expected: "1 or more")
    problems.require(
      steps >= batch && steps <= 100_000_000, "steps", given: steps,
      expected: "\(batch), the batch, to 100000000")
    try problems.throwIfAny()
    let luck = CounterStream(key: environment.seed << 32)
    let choices = CounterStream("LAYC", seed: environment.seed)
    let p = environment.probabilities
    let best = p.max() ?? 0
    let meanGap = best - p.reduce(0, +) / Double(p.count)
    let floor = recipe.floor(choices: p.count)
    var learner = recipe.learner(for: environment.space)
    var history = LayoutHistory(layouts: p.count)
    var (regret, floorCost) = ([Double](), 0.0)
    for number in 0..<steps / batch {
      try execution.cancellation.check()
      var generator = SeededGenerator(seed: environment.seed, stream: UInt64(number))
      let table = ChoiceTable(
        preferences: recipe.usedExploration.preferences(recipe.draws, learner, using: &generator),
        floor: floor)
      var lost = 0.0
      let events = (number * batch..<(number + 1) * batch).map { step in
        let layout = table.choice(choices, sequence: UInt64(step))
        lost += best - p[layout]
        return (layout: Int32(layout), isConverted: luck.uniform(UInt64(step)) < p[layout])
      }
      history.append(events)
      regret.append(lost)
      floorCost += Double(batch) * Double(p.count) * table.floor * meanGap
      learner.learn(history)
    }
    return Result(regret: regret, floorCost: floorCost)
  }
}
