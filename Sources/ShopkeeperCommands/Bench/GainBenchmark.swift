internal import AssortmentPlanning
internal import ChoiceModels
internal import Learning
internal import StoreSimulator

/// Gains over the scale-tuned newsvendor, over seeds and shapes, with the reference ascent on the same customers.
struct GainBenchmark {
  let folder: String
  let seeds: Int
  let effort: JointPlanner.Effort
  var shapes = SyntheticMarket.Shape.allCases
  var ratios = [0.25, 0.5, 1, 5]

  /// What one market came to, in percent of the scale-tuned newsvendor's profit.
  private struct Outcome {
    let gain: Double
    /// Lower end of the paired 95 % interval of the gain.
    let low: Double
    let ascent: Double
    /// Processor seconds of the plan, and of the ascent.
    let seconds: (plan: Double, ascent: Double)
    var better: Double { gain - ascent }
  }

  func measure(_ figures: inout BenchFigures, _ execution: Execution) throws {
    var tail = [[Double]](repeating: [], count: seeds)
    var seconds = (plan: 0.0, ascent: 0.0)
    for shape in shapes {
      for ratio in ratios {
        let cell = try (1...seeds).map { try outcome(shape, ratio, seed: UInt64($0), execution) }
        let key = "\(shape.rawValue)_\(Int((100 * ratio).rounded()))"
        let gains = cell.map(\.gain)
        figures["gain_mean_\(key)"] = gains.mean
        figures["gain_half_\(key)"] = gains.halfWidth
        figures["gain_low_\(key)"] = gains.min()
        figures["gain_low95_\(key)"] = cell.map(\.low).min()
        figures["gain_above_\(key)"] = Double(cell.count { $0.low > 0 })
        figures["ascent_mean_\(key)"] = cell.map(\.ascent).mean
        figures["better_mean_\(key)"] = cell.map(\.better).mean
        guard ratio <= 1 else { continue }
        for (seed, outcome) in cell.enumerated() {
          tail[seed].append(outcome.better)
          seconds.plan += outcome.seconds.plan
          seconds.ascent += outcome.seconds.ascent
        }
      }
    }
    if seconds.ascent > 0 {
      let better = tail.map(\.mean)
      (figures["better_mean"], figures["better_half"]) = (better.mean, better.halfWidth)
      figures["better_time"] = seconds.plan / seconds.ascent
    }
    figures["seeds"] = Double(seeds)
  }

  private func outcome(
    _ shape: SyntheticMarket.Shape, _ ratio: Double, seed: UInt64, _ execution: Execution
  ) throws -> Outcome {
    let instance = try instance(shape, seed)
    var planner = JointPlanner()
    (planner.testPaths, planner.computesBounds, planner.seed) = (4_000, false, seed)
    let request = PlanRequest(
      chain: instance.chain,
      economics: zip(instance.prices, instance.costs).map { ProductEconomics(price: $0, cost: $1) },
      demand: .fixed(Int(ratio * Double(instance.prices.count))))
    // The reference ascent has 2,000 paths; the planner as many as its effort is worth, the baseline the same.
    (planner.effort, planner.paths) = (.quick, 2_000)
    let (ascent, ascentSeconds) = try Stopwatch.processSeconds { try planner.plan(request, on: execution) }
    (planner.effort, planner.paths) = (effort, nil)
    let (plan, planSeconds) = try Stopwatch.processSeconds { try planner.plan(request, on: execution) }
    let gain = plan.baseline
    return Outcome(
      gain: gain.gainPercent, low: gain.gainPercent - 1.96 * gain.gainPercentError,
      ascent: ascent.baseline.gainPercent, seconds: (planSeconds, ascentSeconds))
  }

  private func instance(_ shape: SyntheticMarket.Shape, _ seed: UInt64) throws -> ChainInstance {
    let path = "\(folder)/\(shape.rawValue)-\(seed).bin"
    if let instance = try? ChainInstance(contentsOf: path) { return instance }
    var market = SyntheticMarket()
    (market.shape, market.seed) = (shape, seed)
    return try market.instance()
  }
}

extension [Double] {
  /// Half-width of the 95 % interval of the mean.
  fileprivate var halfWidth: Double {
    let center = mean
    let squares = reduce(0) { $0 + ($1 - center) * ($1 - center) }
    return count < 2 ? 0 : 1.96 * (squares / Double(count - 1) / Double(count)).squareRoot()
  }
}
