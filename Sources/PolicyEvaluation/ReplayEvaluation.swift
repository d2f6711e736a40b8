internal import Learning
internal import Probability

/// What a policy earned on those logged decisions that it would have made the same way.
///
/// On a log of uniformly random decisions the policy decides anew for each row, and the rows where it decides as logged are
/// an honest sample of it, also of a policy that learns (L. Li, W. Chu, J. Langford, X. Wang, WSDM 2011). On other logs a
/// row is accepted with probability w / max w.
public struct ReplayEvaluation: Sendable, Equatable {
  /// Mean reward of the accepted rows; nil where none was accepted.
  public let value: Double?

  /// How many rows were accepted.
  public let accepted: Int

  /// How many rows the policy could have decided as logged, and their mean reward: on a log that is not uniform a biased
  /// sample, stated for comparison with other tools.
  public let matched: Int

  /// Mean reward of the matched rows; nil where there is none.
  public let matchedValue: Double?

  /// Whether the log was uniform, so that no weights were needed.
  public let isUniformLog: Bool

  /// Replays a log.
  ///
  /// - Parameter greedy: whether the policy takes its most probable action each time, the first one of several.
  /// - Throws: ``InvalidInput`` listing what is wrong with recipe, log and policy.
  /// - Complexity: O(decisions + actions of all different situations)
  public init(
    _ log: DecisionLog, _ policy: some EvaluablePolicy, greedy: Bool = false,
    recipe: OffPolicyEvaluation = OffPolicyEvaluation()
  ) throws {
    try Violations(recipe.violations).throwIfAny()
    let log = try EvaluableLog(log, recipe)
    let stream = CounterStream("RPLY", seed: recipe.seed)
    var weights = [Double](repeating: 0, count: log.count)
    var isUniform = true
    for group in log.situations.indices {
      let probabilities = try log.probabilities(of: policy, inSituation: group)
      let best = probabilities.firstIndex(of: probabilities.max() ?? 0)
      let uniform = 1 / Double(probabilities.count)
      for row in log.rows(ofSituation: group) {
        let place = Int(log.chosen[row])
        isUniform = isUniform && abs(log.propensities[row] - uniform) <= 1e-4 * uniform
        let probability = greedy ? (place == best ? 1 : 0) : probabilities[place]
        weights[row] = probability / log.propensities[row]
      }
    }
    let largest = weights.max() ?? 0
    var (sum, count, matchedSum, matchedCount) = (0.0, 0, 0.0, 0)
    for row in 0..<log.count where weights[row] > 0 {
      matchedSum += log.rewards[row]
      matchedCount += 1
      guard stream.uniform(UInt64(row)) < weights[row] / largest else { continue }
      sum += log.rewards[row]
      count += 1
    }
    func scaled(_ sum: Double, _ count: Int) -> Double? {
      guard count > 0 else { return nil }
      let mean = sum / Double(count)
      return recipe.rewardRange.map { $0.lowerBound + ($0.upperBound - $0.lowerBound) * mean } ?? mean
    }
    (value, accepted) = (scaled(sum, count), count)
    (matchedValue, matched) = (scaled(matchedSum, matchedCount), matchedCount)
    isUniformLog = isUniform
  }
}
