internal import Glibc
internal import Learning
internal import Probability

extension EvaluationSample {
  func estimates(_ candidate: Candidate, _ execution: Execution) throws -> [OffPolicyEstimate] {
    let estimators = recipe.estimators
    let resampled =
      recipe.interval == .bootstrap ? try resample([candidate], execution)[0] : []
    return estimators.map { estimator in
      guard let value = estimator.value(of: candidate.sums) else {
        return OffPolicyEstimate(estimator: estimator, value: nil, interval: nil)
      }
      let ends: (low: Double, high: Double)? =
        switch (recipe.interval, estimator) {
        // The model's own error is in neither kind: its intervals cover far too rarely.
        case (_, .direct): nil
        case (.bootstrap, _): percentiles(resampled.compactMap { estimator.value(of: $0) })
        case (.linear, _): normal(value, deviation(estimator, candidate))
        case (.bernstein, .clipped(let bound)): bernstein(value, bound, candidate)
        case (.bernstein, _): nil
        }
      let widened = ends.map { widenedForEqualRewards($0, candidate) }
      return OffPolicyEstimate(
        estimator: estimator, value: scaled(value),
        interval: widened.map {
          ConfidenceInterval(
            estimate: scaled(value), low: scaled($0.low), high: scaled($0.high), level: recipe.level)
        })
    }
  }

  /// Doubly robust estimate of one policy minus that of another, on the same resamples.
  func difference(
    _ first: Candidate, minus second: Candidate, _ execution: Execution
  ) throws -> ConfidenceInterval? {
    let estimator = OffPolicyEstimator.doublyRobust
    guard let one = estimator.value(of: first.sums), let other = estimator.value(of: second.sums) else {
      return nil
    }
    var ends: (low: Double, high: Double)?
    if recipe.interval == .bootstrap {
      let draws = try resample([first, second], execution)
      ends = percentiles(
        zip(draws[0], draws[1]).compactMap { a, b in
          estimator.value(of: a).flatMap { a in estimator.value(of: b).map { a - $0 } }
        })
    } else {
      ends = normal(one - other, deviationOfDifference(first, second))
    }
    let width = scaled(1) - scaled(0)
    return ends.map {
      ConfidenceInterval(
        estimate: width * (one - other), low: width * $0.low, high: width * $0.high, level: recipe.level)
    }
  }

  /// The difference of the doubly robust estimates in standard errors; 0 where both are equal.
  func standardised(_ first: Candidate, minus second: Candidate) -> Double {
    let difference =
      (first.sums[OutcomeSums.doublyRobust] - second.sums[OutcomeSums.doublyRobust]) / Double(log.count)
    let error = deviationOfDifference(first, second)
    return error > 0 ? difference / error : difference == 0 ? 0 : .infinity
  }

  /// Sums over each resample of units, the same units for all candidates: unit floor(n u), u number b n + i of the stream.
  private func resample(_ candidates: [Candidate], _ execution: Execution) throws -> [[SIMD8<Double>]] {
    let units = candidates[0].records.count
    let stream = CounterStream("BOOT", seed: recipe.seed)
    var draws = [[SIMD8<Double>]](
      repeating: [SIMD8<Double>](repeating: .zero, count: recipe.draws), count: candidates.count)
    // Adding up records in the order of the draw would miss the cache at every row. How often each unit was drawn fits
    // into a byte, so a draw is counted in a small table, and several of them share one pass over the records.
    let together = 4
    var counts = [UInt8](repeating: 0, count: together * units)
    for first in stride(from: 0, to: recipe.draws, by: together) {
      try execution.cancellation.check()
      counts.withUnsafeMutableBufferPointer { counts in
        counts.update(repeating: 0)
        for draw in 0..<min(together, recipe.draws - first) {
          let table = UnsafeMutableBufferPointer(rebasing: counts[draw * units..<(draw + 1) * units])
          Self.count(table, stream, from: UInt64(first + draw) * UInt64(units))
        }
      }
      for (number, candidate) in candidates.enumerated() {
        let sums = Self.sums(candidate.records, counts)
        for draw in 0..<min(together, recipe.draws - first) { draws[number][first + draw] = sums[draw] }
      }
    }
    return draws
  }

  /// How often each unit is drawn.
  private static func count(
    _ table: UnsafeMutableBufferPointer<UInt8>, _ stream: CounterStream, from start: UInt64
  ) {
    let count = Double(table.count)
    for i in 0..<UInt64(table.count) { table[Int(stream.uniform(start &+ i) * count)] &+= 1 }
  }

  /// The sums of four draws, whose counts lie one after the other.
  private static func sums(_ records: [SIMD8<Double>], _ counts: [UInt8]) -> [SIMD8<Double>] {
    var sums = (SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero)
    let units = records.count
    records.withUnsafeBufferPointer { records in
      counts.withUnsafeBufferPointer { counts in
        for unit in 0..<units {
          let record = records[unit]
          sums.0 += record * Double(counts[unit])
          sums.1 += record * Double(counts[units + unit])
          sums.2 += record * Double(counts[2 * units + unit])
          sums.3 += record * Double(counts[3 * units + unit])
        }
      }
    }
    return [sums.0, sums.1, sums.2, sums.3]
  }

  private func percentiles(_ values: [Double]) -> (low: Double, high: Double)? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    return (
      Bootstrap.quantile(sorted, (1 - recipe.level) / 2), Bootstrap.quantile(sorted, (1 + recipe.level) / 2)
    )
  }

  private func normal(_ value: Double, _ deviation: Double) -> (low: Double, high: Double) {
    let half = StandardNormal.quantile((1 + recipe.level) / 2) * deviation
    return (value - half, value + half)
  }

  /// Standard error from the influence of each unit on the ratio and the mean added to it.
  private func deviation(_ estimator: OffPolicyEstimator, _ candidate: Candidate) -> Double {
    let (columns, count) = (estimator.columns, Double(log.count))
    let ratio = candidate.sums[columns.numerator] / candidate.sums[columns.denominator]
    let meanDenominator = candidate.sums[columns.denominator] / count
    return standardError(
      candidate.records.map { record in
        (record[columns.numerator] - ratio * record[columns.denominator]) / meanDenominator
          + (columns.added.map { record[$0] } ?? 0)
      })
  }

  private func deviationOfDifference(_ first: Candidate, _ second: Candidate) -> Double {
    standardError(
      zip(first.records, second.records).map { $0[OutcomeSums.doublyRobust] - $1[OutcomeSums.doublyRobust] })
  }

  /// Standard error of the mean over rows from sums over units.
  private func standardError(_ influence: [Double]) -> Double {
    let units = Double(influence.count)
    // One unit says nothing of its spread; rewards lie in 0...1.
    guard influence.count > 1 else { return 1 }
    let mean = influence.reduce(0, +) / units
    let spread = influence.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (units * spread / (units - 1)).squareRoot() / Double(log.count)
  }

  /// Empirical Bernstein bound of values in 0...c; rows must be independent.
  private func bernstein(
    _ value: Double, _ bound: Double, _ candidate: Candidate
  ) -> (low: Double, high: Double)? {
    let count = Double(log.count)
    guard clusters == nil, log.count > 1 else { return nil }
    let spread = candidate.records.reduce(0) { sum, record in
      let difference = record[OutcomeSums.clippedReward] - value
      return sum + difference * difference
    }
    let logarithm = Glibc.log(4 / (1 - recipe.level))
    let half =
      (2 * spread / (count - 1) * logarithm / count).squareRoot()
      + 7 * bound * logarithm / (3 * (count - 1))
    return (value - half, value + half)
  }

  /// Where all rewards are 0 or all are 1, resamples are all alike and say nothing of what was not seen: the exact
  /// binomial bound for as many rows as the weights are worth (C. Clopper, E. Pearson, Biometrika 26, 1934).
  private func widenedForEqualRewards(
    _ ends: (low: Double, high: Double), _ candidate: Candidate
  ) -> (low: Double, high: Double) {
    let table = candidate.table
    guard let first = table.rewards.first, table.rewards.allSatisfy({ $0 == first }) else { return ends }
    let squares = table.weights.reduce(0) { $0 + $1 * $1 }
    let sum = table.weights.reduce(0, +)
    let size = squares > 0 ? sum * sum / squares : 0
    let reach = size > 0 ? 1 - pow((1 - recipe.level) / 2, 1 / size) : 1
    if first == 0 { return (min(ends.low, 0), max(ends.high, reach)) }
    if first == 1 { return (min(ends.low, 1 - reach), max(ends.high, 1)) }
    return size > 1 ? ends : (min(ends.low, 0), max(ends.high, 1))
  }
}
