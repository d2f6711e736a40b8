internal import Glibc
internal import Probability

/// Choice probabilities from counts, shrunk towards a base policy by empirical Bayes.
///
/// (n(s, a) + k m(a | s)) / (n(s) + k): a Dirichlet prior around the base whose strength k maximises the likelihood of the
/// counts (I. J. Good: "The Estimation of Probabilities", 1965; the Dirichlet-multinomial).
public struct CountShrinkage: Codable, Sendable, Equatable {
  /// The strength k; nil chooses it by the likelihood.
  public var strength: Double?

  /// Whether half a count is added to each action instead.
  public var halfCounts = false

  /// Creates empirical Bayes.
  public init() {}

  /// Estimates a policy, A x S probabilities, and the strength that was used.
  ///
  /// - Parameter base: A x S probabilities to shrink to; the pooled shares when not given.
  /// - Complexity: O(S A) for each of about 40 strengths tried
  public func policy(_ counts: ChoiceCounts, base: [Double]? = nil) -> (policy: [Double], strength: Double) {
    let (states, actions) = (counts.stateCount, counts.actionCount)
    let sums = counts.ofStates
    if halfCounts {
      return (
        counts.values.indices.map { (counts.values[$0] + 0.5) / (sums[$0 % states] + 0.5 * Double(actions)) },
        0.5 * Double(actions)
      )
    }
    let base = base ?? Self.pooled(counts)
    let strength = strength ?? Self.bestStrength(counts, base, sums)
    return (
      counts.values.indices.map {
        (counts.values[$0] + strength * base[$0]) / (sums[$0 % states] + strength)
      },
      strength
    )
  }

  /// The shares of all states together with half a count for each action, A x S numbers.
  static func pooled(_ counts: ChoiceCounts) -> [Double] {
    let sums = counts.ofActions.map { $0 + 0.5 }
    let total = sums.reduce(0, +)
    return sums.flatMap { [Double](repeating: $0 / total, count: counts.stateCount) }
  }

  /// The strength of largest marginal likelihood, its logarithm searched in -5...12.
  private static func bestStrength(_ counts: ChoiceCounts, _ base: [Double], _ sums: [Double]) -> Double {
    let states = counts.stateCount
    let observed = sums.indices.filter { sums[$0] > 0 }
    func minus(_ logStrength: Double) -> Double {
      let strength = exp(logStrength)
      var sum = 0.0
      for s in observed {
        sum += GammaFunctions.logGamma(strength) - GammaFunctions.logGamma(strength + sums[s])
        for i in stride(from: s, to: counts.values.count, by: states) where counts.values[i] > 0 {
          let prior = strength * base[i]
          sum += GammaFunctions.logGamma(prior + counts.values[i]) - GammaFunctions.logGamma(prior)
        }
      }
      return -sum
    }
    return exp(goldenSection(-5, 12, minus))
  }
}

/// The minimum of a function of one number in a range, by golden sections to 1e-6 of the range.
func goldenSection(_ low: Double, _ high: Double, _ function: (Double) -> Double) -> Double {
  let ratio = (5.0.squareRoot() - 1) / 2
  var (a, b) = (low, high)
  var (x, y) = (b - ratio * (b - a), a + ratio * (b - a))
  var (atX, atY) = (function(x), function(y))
  while b - a > 1e-6 * (high - low) {
    if atX < atY {
      (b, y, atY) = (y, x, atX)
      x = b - ratio * (b - a)
      atX = function(x)
    } else {
      (a, x, atX) = (x, y, atY)
      y = a + ratio * (b - a)
      atY = function(y)
    }
  }
  return (a + b) / 2
}
