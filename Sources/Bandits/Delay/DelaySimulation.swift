internal import Glibc
internal import Probability

/// Arms whose conversions come late, and a Thompson sampler that counts them by a rule.
///
/// Arm k converts with .05 clip(1 + .3 z, .2, 3), after an exponential delay of mean `meanDelay` exp(spread z'); all luck is by
/// position, the same for all rules.
public struct DelaySimulation: Sendable {
  /// Mean delay in steps, above 0.
  public var meanDelay = 1000.0

  /// Standard deviation of the logarithm of the arms' mean delays.
  public var spread = 0.0

  /// Steps in all.
  public var steps = 15_000

  /// Steps between refreshes.
  public var refresh = 100

  /// Number of arms.
  public var arms = 10

  /// How often a world is run, each time with draws of its own: their luck is larger than the difference of most rules.
  public var repetitions = 1

  /// Creates the usual simulation.
  public init() {}

  /// Mean delays of the arms of a seed.
  public func meanDelays(seed: UInt64) -> [Double] {
    let stream = CounterStream("DELM", seed: seed)
    return (0..<arms).map { meanDelay * exp(spread * stream.normal(UInt64($0))) }
  }

  /// The regret of a rule in the world of a seed, the mean of all repetitions.
  public func regret(_ rule: DelayRule, seed: UInt64) -> Double {
    let all = (1...max(1, repetitions)).map { regret(rule, seed: seed, stream: UInt64($0)) }
    return all.reduce(0, +) / Double(all.count)
  }

  private func regret(_ rule: DelayRule, seed: UInt64, stream: UInt64) -> Double {
    let base = CounterStream("DELP", seed: seed)
    let p = (0..<arms).map { 0.05 * min(3, max(0.2, 1 + 0.3 * base.normal(UInt64($0)))) }
    let means = meanDelays(seed: seed)
    let luck = CounterStream(key: seed << 32)
    let patience = CounterStream("DELV", seed: seed)
    var generator = SeededGenerator(seed: seed, stream: stream)
    var feedback = DelayedFeedback(arms: arms)
    let best = p.max() ?? 0
    var regret = 0.0
    for now in stride(from: 0, to: steps, by: refresh) {
      let (shows, conversions) = feedback.counts(at: Double(now), rule: rule)
      for step in now..<min(steps, now + refresh) {
        var (arm, top) = (0, -1.0)
        for candidate in 0..<arms {
          let drawn = generator.beta(
            1 + conversions[candidate], 19 + shows[candidate] - conversions[candidate])
          if drawn > top { (arm, top) = (candidate, drawn) }
        }
        regret += best - p[arm]
        feedback.show(arm, at: Double(step))
        if luck.uniform(UInt64(step)) < p[arm] {
          feedback.convert(impression: step, after: -means[arm] * log1p(-patience.uniform(UInt64(step))))
        }
      }
    }
    return regret
  }
}
