internal import Glibc
internal import LinearAlgebra

/// Choice probabilities whose log-odds are those of a base plus a deviation of each state, shrunk by empirical Bayes.
///
/// The deviations are normal with a mean and a covariance that all states share, learned by expectation-maximisation with a
/// normal approximation of each state's deviation (the logistic-normal of J. Aitchison, S. Shen, Biometrika 67(2), 1980).
/// Rewards that vary from state to state make log-odds vary about symmetrically; a Dirichlet prior, as of
/// ``CountShrinkage``, has one long tail instead.
struct LogOddsShrinkage {
  /// Steps of expectation-maximisation at the most.
  static let rounds = 50

  /// A x S probabilities.
  let policy: [Double]

  /// The base, A x S positive probabilities, moved by what the counts of each state say.
  ///
  /// - Precondition: there are two actions or more.
  /// - Complexity: O(rounds x S A^3)
  init(_ counts: ChoiceCounts, base: [Double]) {
    let (states, free) = (counts.stateCount, counts.actionCount - 1)
    precondition(free >= 1, "two actions or more")
    let sums = counts.ofStates
    let observed = sums.indices.filter { sums[$0] > 0 }
    var mean = [Double](repeating: 0, count: free)
    var covariance = DoubleMatrix.identity(free)
    var state = StateDeviation(free)
    var deviations = [Double](repeating: 0, count: states * free)
    for _ in 0..<Self.rounds {
      guard let precision = CholeskyFactor(covariance)?.inverse(), !observed.isEmpty else { break }
      var total = [Double](repeating: 0, count: free)
      var spread = DoubleMatrix(rows: free, columns: free)
      for s in observed {
        state.solve(counts, base, s, mean, precision, &deviations)
        for k in 0..<free { total[k] += deviations[s * free + k] }
        for i in spread.values.indices { spread.values[i] += state.variance[i] }
      }
      mean = total.map { $0 / Double(observed.count) }
      for s in observed {
        for i in 0..<free {
          for j in 0..<free {
            spread[i, j] += (deviations[s * free + i] - mean[i]) * (deviations[s * free + j] - mean[j])
          }
        }
      }
      var change = 0.0
      for i in 0..<free * free {
        let next = spread.values[i] / Double(observed.count) + (i % (free + 1) == 0 ? 1e-6 : 0)
        change = max(change, abs(next - covariance.values[i]))
        covariance.values[i] = next
      }
      if change < 1e-4 * (covariance.diagonal.max() ?? 1) { break }
    }
    var policy = base
    for s in 0..<states {
      let own = sums[s] > 0 ? Array(deviations[s * free..<(s + 1) * free]) : mean
      var sum = base[s]
      for k in 0..<free {
        policy[(k + 1) * states + s] *= exp(own[k])
        sum += policy[(k + 1) * states + s]
      }
      for action in 0...free { policy[action * states + s] /= sum }
    }
    self.policy = policy
  }
}

/// The most likely deviation of one state, and its variance, by Newton's steps that begin where the last ones ended.
private struct StateDeviation {
  private let free: Int
  /// The inverse of the information about the deviation, row by row.
  private(set) var variance: [Double]
  private var shares, gradient: [Double]

  init(_ free: Int) {
    self.free = free
    variance = [Double](repeating: 0, count: free * free)
    (shares, gradient) = ([Double](repeating: 0, count: free), [Double](repeating: 0, count: free))
  }

  mutating func solve(
    _ counts: ChoiceCounts, _ base: [Double], _ s: Int, _ mean: [Double], _ precision: DoubleMatrix,
    _ deviations: inout [Double]
  ) {
    let states = counts.stateCount
    for _ in 0..<20 {
      var (sum, weight) = (base[s], counts.values[s])
      for k in 0..<free {
        shares[k] = base[(k + 1) * states + s] * exp(deviations[s * free + k])
        sum += shares[k]
        weight += counts.values[(k + 1) * states + s]
      }
      for k in 0..<free {
        shares[k] /= sum
        gradient[k] = counts.values[(k + 1) * states + s] - weight * shares[k]
        for j in 0..<free {
          gradient[k] -= precision.values[k * free + j] * (deviations[s * free + j] - mean[j])
        }
      }
      for i in 0..<free {
        for j in 0..<free {
          variance[i * free + j] =
            precision.values[i * free + j] + weight * shares[i] * ((i == j ? 1 : 0) - shares[j])
        }
      }
      invert()
      var largest = 0.0
      for i in 0..<free {
        var step = 0.0
        for j in 0..<free { step += variance[i * free + j] * gradient[j] }
        // A state with extreme counts must not leap over its maximum.
        step = min(max(step, -2), 2)
        deviations[s * free + i] += step
        largest = max(largest, abs(step))
      }
      if largest < 1e-8 { return }
    }
  }

  /// Inverts the positive definite `variance` in place, pivot by pivot; a handful of numbers, so no call to a library.
  private mutating func invert() {
    for p in 0..<free {
      let pivot = 1 / variance[p * free + p]
      variance[p * free + p] = 1
      for j in 0..<free { variance[p * free + j] *= pivot }
      for i in 0..<free where i != p {
        let factor = variance[i * free + p]
        variance[i * free + p] = 0
        for j in 0..<free { variance[i * free + j] -= factor * variance[p * free + j] }
      }
    }
  }
}
