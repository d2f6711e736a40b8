internal import Glibc
public import Learning

/// Scores with what came of them.
public struct ScoredOutcomes: Sendable, Equatable {
  /// Finite scores of any scale.
  public var scores: [Float]

  /// Whether each turned out well.
  public var outcomes: [Bool]

  /// Creates outcomes, one for each score.
  public init(scores: [Float], outcomes: [Bool]) {
    self.scores = scores
    self.outcomes = outcomes
  }
}

/// Turns scores into probabilities by the closest rising curve to the outcomes.
///
///     let calibration = try IsotonicCalibration().fit(ScoredOutcomes(scores: scores, outcomes: wasRelevant))
///     try calibration.predict(1.7)          // 0.31
///
/// Pools adjacent violators (M. Ayer et al., Annals of Mathematical Statistics 26(4), 1955), then joins the middles
/// of the pools by straight lines and lets the ends approach 0 and 1, so that the curve rises strictly: it never
/// changes an order.
public struct IsotonicCalibration: Codable, Sendable, Equatable {
  /// Outcomes that a pool holds at least, so that a probability is not one outcome's, 1...1e9.
  public var leastOutcomes = 50

  /// Creates the recipe with its defaults.
  public init() {}

  /// Every hyper-parameter out of range.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require(
      (1...1_000_000_000).contains(leastOutcomes), "leastOutcomes", given: leastOutcomes, expected: "1...1e9")
    return problems.all
  }
}

extension IsotonicCalibration: Estimator {
  /// Pools the outcomes.
  ///
  /// - Throws: ``InvalidInput`` listing every violation of recipe and outcomes; `CancellationError`.
  /// - Complexity: O(n log n)
  public func fit(_ input: ScoredOutcomes, on execution: Execution) throws -> IsotonicCurve {
    var problems = Violations(violations)
    problems.require(!input.scores.isEmpty, "scores", given: "none", expected: "at least one")
    problems.require(
      input.scores.count == input.outcomes.count, "outcomes", given: "\(input.outcomes.count)",
      expected: "\(input.scores.count), one for each score")
    problems.require(
      input.scores.allSatisfy(\.isFinite), "scores", given: "a score that is not finite",
      expected: "finite numbers")
    try problems.throwIfAny()
    execution.progress.report(ProgressEvent(stage: "calibrating", completed: 0, total: nil))
    try execution.cancellation.check()
    return IsotonicCurve(recipe: self, pools: pools(input))
  }

  private func pools(_ input: ScoredOutcomes) -> [Pool] {
    var pools: [Pool] = []
    var pending = Pool()
    let order = input.scores.indices.sorted { input.scores[$0] < input.scores[$1] }
    for (position, index) in order.enumerated() {
      pending.add(input.scores[index], input.outcomes[index])
      // Equal scores stay together.
      let isLast = position + 1 == order.count
      if !isLast, input.scores[order[position + 1]] == input.scores[index] { continue }
      if pending.count < Double(leastOutcomes) {
        if !isLast { continue }
        // What is left over is too little for a pool of its own.
        if let last = pools.popLast() { pending.merge(last) }
      }
      pools.append(pending)
      pending = Pool()
      while pools.count > 1, pools[pools.count - 2].rate >= pools[pools.count - 1].rate {
        let last = pools.removeLast()
        pools[pools.count - 1].merge(last)
      }
    }
    return pools
  }

  /// Neighbouring scores that share a probability.
  struct Pool {
    private(set) var count = 0.0
    private var good = 0.0
    private var sum = 0.0

    mutating func add(_ score: Float, _ isGood: Bool) {
      count += 1
      good += isGood ? 1 : 0
      sum += Double(score)
    }

    mutating func merge(_ other: Pool) {
      count += other.count
      good += other.good
      sum += other.sum
    }

    var rate: Double { good / count }
    var middle: Double { sum / count }
  }
}

/// A rising curve from scores to probabilities.
public struct IsotonicCurve: Predictor, Codable, Equatable {
  /// The recipe it was made with.
  public let recipe: IsotonicCalibration

  /// Scores where the curve bends, ascending.
  public let scores: [Double]

  /// Its probabilities there, ascending, all inside 0...1.
  public let probabilities: [Double]

  init(recipe: IsotonicCalibration, pools: [IsotonicCalibration.Pool]) {
    self.recipe = recipe
    var scores: [Double] = []
    var probabilities: [Double] = []
    for pool in pools {
      // Away from 0 and 1, where the ends have room to go on rising.
      let probability = min(max(pool.rate, 1e-6), 1 - 1e-6)
      if let last = scores.last, pool.middle <= last || probability <= probabilities[probabilities.count - 1]
      {
        continue
      }
      scores.append(pool.middle)
      probabilities.append(probability)
    }
    (self.scores, self.probabilities) = (scores, probabilities)
  }

  /// The probability of a score; rises strictly with it up to the precision of a `Double`.
  ///
  /// - Throws: ``InvalidInput`` when the score is not a finite number.
  public func predict(_ score: Float) throws -> Double {
    guard score.isFinite else {
      throw InvalidInput("score", given: "\(score)", expected: "a finite number")
    }
    return self(score)
  }

  /// The probability of a finite score.
  ///
  /// - Complexity: O(log pools)
  public func callAsFunction(_ score: Float) -> Double {
    let score = Double(score)
    let last = scores.count - 1
    if score <= scores[0] { return probabilities[0] * exp(score - scores[0]) }
    if score >= scores[last] { return 1 - (1 - probabilities[last]) * exp(scores[last] - score) }
    var (low, high) = (0, last)
    while high - low > 1 {
      let middle = (low + high) / 2
      if scores[middle] <= score { low = middle } else { high = middle }
    }
    let share = (score - scores[low]) / (scores[high] - scores[low])
    return probabilities[low] + share * (probabilities[high] - probabilities[low])
  }

  /// Whether the curve can be asked: it has a point and rises.
  public var isUsable: Bool {
    !scores.isEmpty && scores.count == probabilities.count && scores.allSatisfy(\.isFinite)
      && zip(scores, scores.dropFirst()).allSatisfy(<)
      && zip(probabilities, probabilities.dropFirst()).allSatisfy(<)
      && probabilities.allSatisfy { $0 > 0 && $0 < 1 }
  }
}
