internal import LinearAlgebra

/// A multinomial logit of counts whose utilities are linear in common parameters, maximised by damped Newton.
///
/// The likelihood is concave; damping keeps the first steps, from parameters of another scale, from running away.
struct LinearLogit {
  let counts: ChoiceCounts
  /// Z, A x K x S numbers.
  var features: [Double]
  /// e, A x S numbers.
  var offset: [Double]
  /// Weight of the penalty ridge / 2 theta'theta.
  var ridge = 0.0

  struct Result {
    let theta: [Double]
    let logLikelihood: Double
    /// A x S probabilities.
    let policy: [Double]
    /// log sum_a exp Q(s, a), S numbers.
    let values: [Double]
    /// Sum of outer products of expected scores, without the penalty.
    let information: DoubleMatrix
    let converged: Bool
  }

  /// Maximises from a start.
  func maximise(from start: [Double]) -> Result {
    let (states, actions, count) = (counts.stateCount, counts.actionCount, start.count)
    let sums = counts.ofStates
    var theta = start
    var policy = [Double](repeating: 0, count: states * actions)
    var values = [Double](repeating: 0, count: states)
    func value(_ theta: [Double]) -> Double {
      var quality = offset
      for action in 0..<actions {
        for k in 0..<count where theta[k] != 0 {
          let from = (action * count + k) * states
          for s in 0..<states { quality[action * states + s] += theta[k] * features[from + s] }
        }
      }
      return quality.withUnsafeBufferPointer { quality in
        values.withUnsafeMutableBufferPointer { values in
          policy.withUnsafeMutableBufferPointer { policy in
            softMaximum(quality, states: states, actions: actions, values: values, policy: policy)
          }
        }
        var sum = -ridge / 2 * theta.reduce(0) { $0 + $1 * $1 }
        for s in 0..<states where sums[s] > 0 {
          for action in 0..<actions where counts.values[action * states + s] > 0 {
            sum +=
              counts.values[action * states + s]
              * logProbability(
                quality.baseAddress!, states: states, actions: actions, state: s, action: action)
          }
        }
        return sum
      }
    }
    var current = value(theta)
    var converged = false
    var information = DoubleMatrix(rows: count, columns: count)
    for _ in 0..<100 {
      var gradient = theta.map { -ridge * $0 }
      for place in information.values.indices { information.values[place] = 0 }
      var mean = [Double](repeating: 0, count: count)
      var row = mean
      for s in 0..<states where sums[s] > 0 {
        for k in 0..<count {
          mean[k] = 0
          for action in 0..<actions {
            mean[k] += policy[action * states + s] * features[(action * count + k) * states + s]
          }
        }
        for action in 0..<actions {
          let (share, chosen) = (sums[s] * policy[action * states + s], counts.values[action * states + s])
          for k in 0..<count {
            row[k] = features[(action * count + k) * states + s] - mean[k]
            gradient[k] += chosen * row[k]
          }
          for k in 0..<count { for j in 0...k { information[k, j] += share * row[k] * row[j] } }
        }
      }
      for k in 0..<count { for j in 0..<k { information[j, k] = information[k, j] } }
      var penalised = information
      penalised.addToDiagonal(ridge + 1e-12 * (information.diagonal.max() ?? 0))
      guard let factor = CholeskyFactor(penalised) else { break }
      let step = factor.solve(gradient)
      let gain = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      if gain < 1e-20 * max(1, counts.total) {
        converged = true
        break
      }
      var share = 1.0
      var next = current
      while share > 1e-10 {
        let trial = theta.indices.map { theta[$0] + share * step[$0] }
        next = value(trial)
        // Rounding of the likelihood must not stop the last steps.
        if next >= current - 1e-9 * abs(current) * (share == 1 ? 1 : 0) * (gain < 1e-6 ? 1 : 0) {
          theta = trial
          break
        }
        share /= 2
      }
      if share <= 1e-10 { break }
      current = next
    }
    current = value(theta)
    return Result(
      theta: theta, logLikelihood: current, policy: policy, values: values, information: information,
      converged: converged)
  }
}
