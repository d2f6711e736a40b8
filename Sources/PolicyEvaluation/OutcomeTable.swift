/// What estimators need of each decision: weight, reward, and what the reward model says of policy and logged action.
struct OutcomeTable {
  /// w = π(a|x) / p.
  var weights: [Double]
  /// r, in 0...1.
  var rewards: [Double]
  /// Σ π(a'|x) q(x, a').
  var direct: [Double]
  /// q(x, a).
  var predicted: [Double]
  /// Probability that the policy puts on actions that the log never shows in their cell, mean over decisions.
  var unsupported = 0.0

  var count: Int { rewards.count }

  /// The same decisions under the policy that made them: every estimator then gives the mean reward.
  var ofLoggingPolicy: OutcomeTable {
    OutcomeTable(
      weights: [Double](repeating: 1, count: count), rewards: rewards, direct: predicted, predicted: predicted
    )
  }

  /// One record for each unit: a row, or a cluster of rows.
  ///
  /// - Parameter clusters: the cluster of each row, from 0 without gaps; nil makes each row its own.
  func records(
    clip: Double, threshold: Double, clusters: (ofRow: [Int32], count: Int)?
  ) -> [SIMD8<Double>] {
    var records = [SIMD8<Double>](repeating: .zero, count: clusters?.count ?? count)
    for row in 0..<count {
      let (w, r, dm, residual) = (weights[row], rewards[row], direct[row], rewards[row] - predicted[row])
      let record = SIMD8(
        w * r, min(w, clip) * r, w, dm, dm + w * residual, w * residual,
        dm + (w <= threshold ? w : 0) * residual, 1)
      if let clusters {
        records[Int(clusters.ofRow[row])] += record
      } else {
        records[row] = record
      }
    }
    return records
  }
}

extension OutcomeTable {
  /// The outcomes of a policy on a log.
  ///
  /// - Throws: what the policy throws; ``InvalidInput`` when it gives something else than probabilities.
  /// - Complexity: O(decisions + actions of all different situations)
  init(_ log: EvaluableLog, _ policy: some EvaluablePolicy, _ rewardModel: CrossFittedRewards) throws {
    let count = log.count
    weights = [Double](repeating: 0, count: count)
    direct = weights
    predicted = weights
    rewards = log.rewards
    var missing = 0.0
    var expected = [Double](repeating: 0, count: rewardModel.folds)
    for group in 0..<log.situations.count {
      let probabilities = try log.probabilities(of: policy, inSituation: group)
      let arms = rewardModel.arms(ofSituation: group, in: log)
      for fold in expected.indices {
        expected[fold] = 0
        for (place, probability) in probabilities.enumerated() where probability > 0 {
          expected[fold] += probability * rewardModel.rate(ofArm: arms[place], outside: fold)
        }
      }
      var without = 0.0
      for (place, probability) in probabilities.enumerated() where arms[place] == nil {
        without += probability
      }
      let rows = log.rows(ofSituation: group)
      missing += without * Double(rows.count)
      for row in rows {
        let (place, fold) = (Int(log.chosen[row]), row % rewardModel.folds)
        weights[row] = probabilities[place] / log.propensities[row]
        direct[row] = expected[fold]
        predicted[row] = rewardModel.rate(ofArm: arms[place], outside: fold)
      }
    }
    unsupported = missing / Double(count)
  }
}
