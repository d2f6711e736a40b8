/// A way to tell from a log what another policy would have earned for each decision.
///
/// With reward r, propensity p of the logged action a, weight w = π(a|x)/p, and a reward model q: q(x, a) is what the model
/// expects of the logged action, dm = Σ π(a'|x) q(x, a') of the policy.
public enum OffPolicyEstimator: Sendable, Hashable {
  /// Inverse propensity scores, mean(w r). D. G. Horvitz, D. J. Thompson, JASA 47, 1952.
  case inversePropensity
  /// mean(min(w, c) r), biased towards 0, with bounded terms. E. L. Ionides, JCGS 17(2), 2008.
  case clipped(at: Double)
  /// Self-normalised, Σ w r / Σ w. A. Swaminathan, T. Joachims, NeurIPS 2015.
  case selfNormalised
  /// The direct method, mean(dm): the reward model alone.
  case direct
  /// Doubly robust, mean(dm + w (r - q)). M. Dudík, J. Langford, L. Li, ICML 2011.
  case doublyRobust
  /// Doubly robust with self-normalised correction, mean(dm) + Σ w (r - q) / Σ w. N. Jiang, L. Li, ICML 2016.
  case selfNormalisedDoublyRobust
  /// Doubly robust where w is at most a threshold, the model alone elsewhere. Y.-X. Wang, A. Agarwal, M. Dudík, ICML 2017.
  case switchDoublyRobust(threshold: Double)

  /// All of them, clipped at 10 and switching at 10.
  public static let all: [OffPolicyEstimator] = [
    .inversePropensity, .clipped(at: 10), .selfNormalised, .direct, .doublyRobust,
    .selfNormalisedDoublyRobust, .switchDoublyRobust(threshold: 10),
  ]

  /// Short name, as in tables and files: `dr`.
  public var name: String {
    switch self {
    case .inversePropensity: "ips"
    case .clipped: "clipped"
    case .selfNormalised: "snips"
    case .direct: "dm"
    case .doublyRobust: "dr"
    case .selfNormalisedDoublyRobust: "sndr"
    case .switchDoublyRobust: "switch_dr"
    }
  }

  /// Where weights are cut, for the two estimators that cut.
  var bound: Double? {
    switch self {
    case .clipped(let bound), .switchDoublyRobust(let bound): bound
    default: nil
    }
  }

  /// The columns of ``OutcomeSums`` whose ratio is the estimate, and the one whose mean is added.
  var columns: (numerator: Int, denominator: Int, added: Int?) {
    typealias Sums = OutcomeSums
    return switch self {
    case .inversePropensity: (Sums.weightedReward, Sums.count, nil)
    case .clipped: (Sums.clippedReward, Sums.count, nil)
    case .selfNormalised: (Sums.weightedReward, Sums.weight, nil)
    case .direct: (Sums.direct, Sums.count, nil)
    case .doublyRobust: (Sums.doublyRobust, Sums.count, nil)
    case .selfNormalisedDoublyRobust: (Sums.weightedResidual, Sums.weight, Sums.direct)
    case .switchDoublyRobust: (Sums.switchRobust, Sums.count, nil)
    }
  }

  /// The estimate from sums over rows; nil where all weights are 0 and it would divide by them.
  func value(of sums: SIMD8<Double>) -> Double? {
    let columns = columns
    guard sums[columns.denominator] > 0 else { return nil }
    let ratio = sums[columns.numerator] / sums[columns.denominator]
    return ratio + (columns.added.map { sums[$0] / sums[OutcomeSums.count] } ?? 0)
  }
}

/// Names of the eight columns that all estimators are made of; one record a row, or summed over a cluster.
enum OutcomeSums {
  static let weightedReward = 0
  static let clippedReward = 1
  static let weight = 2
  static let direct = 3
  static let doublyRobust = 4
  static let weightedResidual = 5
  static let switchRobust = 6
  static let count = 7
}
