public import Bandits
public import Learning
internal import Probability

/// Runs a policy in a world of callouts.
public struct CalloutSimulation: Sendable {
  /// Who chooses.
  public enum Policy: Sendable {
    /// Any callout, all equally likely.
    case random
    /// A recommender.
    case recommender(CalloutRecipe)
  }

  /// Requests in all.
  public var requests = CalloutWorld.day * CalloutWorld.days

  /// Requests between refreshes.
  public var batch = 200

  /// The usual simulation: 60,000 requests, refreshed every 200.
  public init() {}

  /// What a run came to.
  public struct Result: Sendable {
    /// Regret of each day.
    public internal(set) var regret: [Double] = []
    /// Share of impressions of items younger than five days, the first ones aside.
    public internal(set) var youngShare = 0.0
    /// Share of the items shown 100 times.
    public internal(set) var itemsShown = 0.0
    /// Median of the requests until a new item was shown 100 times; nil where none was.
    public internal(set) var newItemRequests: Double?
    /// Share of impressions that were explored.
    public internal(set) var exploredShare = 0.0
    /// Predicted and true probability, whether converted, and age of membership, in the last ten days.
    public internal(set) var predictions: [(predicted: Double, truth: Double, isConverted: Bool, age: Int)] =
      []
    /// The recommender in the end.
    public internal(set) var recommender: CalloutRecommender?

    /// Regret in all.
    public var total: Double { regret.reduce(0, +) }
  }

  /// Runs a policy.
  ///
  /// - Throws: ``InvalidInput`` when the recipe is out of range; `CancellationError`.
  public func run(
    _ policy: Policy, in world: CalloutWorld, seed: UInt64, execution: Execution = Execution()
  ) throws -> Result {
    var result = Result()
    var recommender: CalloutRecommender?
    if case .recommender(let recipe) = policy {
      recommender = try CalloutRecommender(world.space, recipe: recipe, seed: seed)
    }
    let chance = CounterStream("CALX", seed: seed)
    var pending: [(impression: Int, delay: Double)] = []
    var (shows, hundred) = ([Int](repeating: 0, count: world.items.count), [Double]())
    var (young, explored, known) = (0, 0, 0)
    result.regret = [Double](
      repeating: 0, count: (requests + CalloutWorld.day - 1) / CalloutWorld.day)
    for request in 0..<requests {
      let day = request / CalloutWorld.day
      let active = world.itemCount(request)
      if request % batch == 0 {
        try execution.cancellation.check()
        for (impression, delay) in pending { recommender?.convert(impression: impression, after: delay) }
        pending = []
        if request > 0 { recommender?.refresh(at: Double(request)) }
      }
      while known < active {
        _ = try recommender?.add(world.items[known])
        known += 1
      }
      let visitor = world.visitor(request)
      var (item, format) = (0, 0)
      let decision = try recommender?.decide(visitor, sequence: UInt64(request))
      if let decision {
        (item, format) = (decision.item, decision.format)
        recommender?.show(decision, to: visitor, at: Double(request))
        explored += decision.isExplored ? 1 : 0
      } else {
        item = Int(chance.uniform(2 * UInt64(request)) * Double(active))
        format = Int(chance.uniform(2 * UInt64(request) + 1) * Double(world.space.formatCount))
      }
      let truth = world.probability(item, format: format, request: request, visitor)
      result.regret[day] += world.bestProbability(request: request, visitor) - truth
      let isConverted = world.converts(request, truth)
      if isConverted { pending.append((request, world.delay(request, kind: world.items[item].kind))) }
      shows[item] += 1
      let birth = CalloutWorld.birth(item)
      if birth > 0 {
        if request - birth < 5 * CalloutWorld.day { young += 1 }
        if shows[item] == 100 { hundred.append(Double(request - birth)) }
      }
      if let decision, request >= requests - 10 * CalloutWorld.day {
        let age = visitor.segments.count > 1 ? visitor.segments[1] : CalloutWorld.ages.count - 1
        result.predictions.append((decision.prediction.probability, truth, isConverted, age))
      }
    }
    let count = Double(max(1, requests))
    result.youngShare = Double(young) / count
    result.exploredShare = Double(explored) / count
    result.itemsShown = Double(shows[..<known].filter { $0 >= 100 }.count) / Double(max(1, known))
    result.newItemRequests = hundred.isEmpty ? nil : hundred.sorted()[hundred.count / 2]
    result.recommender = recommender
    return result
  }
}
