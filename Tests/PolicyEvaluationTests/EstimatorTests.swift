import Probability
import TestSupport
import Testing

@testable import PolicyEvaluation

struct EstimatorTests {
  private let log = SyntheticLog.log(seed: 0, rows: 2000)

  private func values(
    _ recipe: OffPolicyEvaluation, _ policy: some EvaluablePolicy, _ log: DecisionLog
  ) throws -> [String: Double] {
    let report = try recipe.evaluate(policy, on: log)
    return Dictionary(uniqueKeysWithValues: report.estimates.map { ($0.estimator.name, $0.value ?? .nan) })
  }

  @Test func `estimates of the published study are reproduced to ten digits`() throws {
    #expect(isClose(SyntheticLog.truth, to: 0.154268061813, absolute: 1e-12))
    let found = try values(SyntheticLog.recipe, SyntheticLog.targetPolicy, log)
    for (name, value) in [
      ("ips", 0.14440767535), ("snips", 0.14661380944), ("dm", 0.145648328171), ("dr", 0.149927183154),
      ("sndr", 0.149992551755),
    ] {
      #expect(isClose(found[name] ?? .nan, to: value, absolute: 5e-12), "\(name)")
    }
  }

  @Test func `on the log's own policy inverse propensity gives the mean reward exactly`() throws {
    let mean = (0..<log.count).reduce(0.0) { $0 + (log[$1].reward ?? 0) } / Double(log.count)
    let found = try values(SyntheticLog.recipe, SyntheticLog.loggingPolicy, log)
    #expect(isClose(found["ips"] ?? .nan, to: mean, relative: 1e-12))
    #expect(isClose(found["snips"] ?? .nan, to: mean, relative: 1e-12))
  }

  @Test func `doubly robust is inverse propensity where the model expects nothing`() {
    let table = OutcomeTable(
      weights: [0.5, 2, 0, 7], rewards: [1, 0, 1, 1], direct: [0, 0, 0, 0], predicted: [0, 0, 0, 0])
    let sums = table.records(clip: 5, threshold: .infinity, clusters: nil).reduce(.zero, +)
    for estimator in [OffPolicyEstimator.doublyRobust, .switchDoublyRobust(threshold: .infinity)] {
      #expect(estimator.value(of: sums) == OffPolicyEstimator.inversePropensity.value(of: sums))
    }
    #expect(OffPolicyEstimator.selfNormalisedDoublyRobust.value(of: sums) == 7.5 / 9.5)
    #expect(OffPolicyEstimator.clipped(at: 5).value(of: sums) == 5.5 / 4)
    #expect(OffPolicyEstimator.selfNormalised.value(of: .zero) == nil)
  }

  @Test func `bounds at infinity and zero give the plain estimators`() throws {
    var recipe = SyntheticLog.recipe
    (recipe.clip, recipe.switchThreshold) = (.infinity, .infinity)
    var found = try values(recipe, SyntheticLog.targetPolicy, log)
    #expect(found["clipped"] == found["ips"] && found["switch_dr"] == found["dr"])
    recipe.switchThreshold = 0
    found = try values(recipe, SyntheticLog.targetPolicy, log)
    #expect(isClose(found["switch_dr"] ?? .nan, to: found["dm"] ?? 0, relative: 1e-12))
  }

  @Test func `self-normalised estimates move with the rewards`() throws {
    var recipe = SyntheticLog.recipe
    recipe.rewardRange = 0...2
    var raised = DecisionLog()
    for place in 0..<log.count {
      var decision = log[place]
      decision.reward = (decision.reward ?? 0) + 0.5
      raised.append(decision)
    }
    let (before, after) = (
      try values(recipe, SyntheticLog.targetPolicy, log),
      try values(recipe, SyntheticLog.targetPolicy, raised)
    )
    #expect(isClose(after["snips"] ?? .nan, to: (before["snips"] ?? 0) + 0.5, relative: 1e-12))
  }

  @Test func `a policy compared with itself differs by nothing`() throws {
    for interval in [EvaluationInterval.linear, .bootstrap] {
      var recipe = SyntheticLog.recipe
      (recipe.interval, recipe.draws) = (interval, 20)
      let comparison = try recipe.compare(
        [SyntheticLog.targetPolicy], with: SyntheticLog.targetPolicy, on: log)[0]
      #expect(comparison.difference?.low == 0 && comparison.difference?.high == 0)
      #expect(comparison.verdict == .undecided && comparison.adjustedProbability == 1)
    }
  }

  @Test func `a clearly better policy is found better, and worse the other way round`() throws {
    let best = SyntheticLog.Policy(
      table: SyntheticLog.rewards.map { row in
        row.map { $0 == row.max() ? 0.95 : 0.01 }
      })
    let worst = SyntheticLog.Policy(
      table: SyntheticLog.rewards.map { row in
        row.map { $0 == row.min() ? 0.95 : 0.01 }
      })
    let long = SyntheticLog.log(seed: 5, rows: 6000)
    let both = try SyntheticLog.recipe.compare([best, worst], with: SyntheticLog.loggingPolicy, on: long)
    #expect(both.map(\.verdict) == [.better, .worse])
    let chances = both.map(\.adjustedProbability)
    #expect(chances.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func `intervals cover the truth about as often as they say`() throws {
    var covered: [String: Int] = [:]
    let replications = 60
    for seed in 0..<UInt64(replications) {
      let log = SyntheticLog.log(seed: seed, rows: 800)
      let report = try SyntheticLog.recipe.evaluate(SyntheticLog.targetPolicy, on: log)
      for estimate in report.estimates {
        guard let interval = estimate.interval else { continue }
        #expect(interval.low <= interval.high)
        if interval.low <= SyntheticLog.truth, SyntheticLog.truth <= interval.high {
          covered[estimate.estimator.name, default: 0] += 1
        }
      }
    }
    // Three standard errors below .95; the full study is a benchmark.
    #expect(covered.count == 6, "the direct method has no interval")
    for (name, count) in covered { #expect(count >= 52, "\(name): \(count) of \(replications)") }
  }

  @Test func `rows of one cluster are resampled together`() throws {
    var repeated = DecisionLog()
    for place in 0..<400 {
      let decision = log[place]
      for copy in 1...5 {
        var single = decision
        single.situation = Situation(
          context: decision.situation.context + [Feature("unit", .category("\(place)"))],
          actions: decision.situation.actions)
        single.id = "d\(place)-\(copy)"
        repeated.append(single)
      }
    }
    for interval in [EvaluationInterval.linear, .bootstrap] {
      var recipe = SyntheticLog.recipe
      (recipe.interval, recipe.draws) = (interval, 400)
      let apart = try recipe.evaluate(SyntheticLog.targetPolicy, on: repeated)
      recipe.cluster = "unit"
      let together = try recipe.evaluate(SyntheticLog.targetPolicy, on: repeated)
      func width(_ report: EvaluationReport) -> Double {
        (report["ips"]?.interval).map { $0.high - $0.low } ?? .nan
      }
      #expect(
        together["ips"]?.value == apart["ips"]?.value
          || isClose(together["ips"]?.value ?? 0, to: apart["ips"]?.value ?? 1, relative: 1e-12))
      // Five copies hold no more than one: the honest interval is √5 times as wide.
      #expect(isClose(width(together) / width(apart), to: 5.0.squareRoot(), relative: 0.15))
    }
  }

  @Test func `equal rewards give an interval that allows for what was not seen`() throws {
    for reward in [0.0, 1.0] {
      var constant = DecisionLog()
      for place in 0..<300 {
        var decision = log[place]
        decision.reward = reward
        constant.append(decision)
      }
      for kind in EvaluationInterval.allCases {
        var recipe = SyntheticLog.recipe
        (recipe.interval, recipe.draws) = (kind, 50)
        let report = try recipe.evaluate(SyntheticLog.targetPolicy, on: constant)
        for estimate in report.estimates {
          guard let interval = estimate.interval else { continue }
          #expect(interval.high - interval.low > 0.005, "\(kind) \(estimate.estimator.name)")
          #expect(interval.low.isFinite && interval.high.isFinite)
        }
      }
    }
  }

  @Test func `one row gives numbers and is refused`() throws {
    var one = DecisionLog()
    one.append(log[0])
    for kind in EvaluationInterval.allCases {
      var recipe = SyntheticLog.recipe
      recipe.interval = kind
      let report = try recipe.evaluate(SyntheticLog.targetPolicy, on: one)
      #expect(report.status == .refused)
      for estimate in report.estimates {
        #expect(estimate.value?.isFinite ?? true)
        #expect(estimate.interval.map { $0.low.isFinite && $0.high.isFinite } ?? true)
      }
    }
  }

  @Test func `a uniform log is replayed on the rows that agree`() throws {
    var uniform = DecisionLog()
    for place in 0..<600 {
      var decision = log[place]
      decision.propensity = 1.0 / 6
      uniform.append(decision)
    }
    let replay = try ReplayEvaluation(uniform, SyntheticLog.targetPolicy, greedy: true)
    var (count, sum) = (0, 0.0)
    for place in 0..<uniform.count {
      let probabilities = SyntheticLog.targetPolicy.probabilities(in: uniform[place].situation)
      if probabilities[uniform[place].chosen] == probabilities.max() {
        count += 1
        sum += uniform[place].reward ?? 0
      }
    }
    #expect(replay.isUniformLog && replay.accepted == count && replay.value == sum / Double(count))
    let drawn = try ReplayEvaluation(log, SyntheticLog.targetPolicy)
    #expect(!drawn.isUniformLog && drawn.accepted > 100 && drawn.accepted < log.count)
    #expect(isClose(drawn.value ?? 0, to: SyntheticLog.truth, absolute: 0.08))
  }
}
