internal import Glibc
public import Learning
internal import Probability

/// Bayesian probit regression, one outcome at a time, with an independent normal posterior for each weight.
///
///     var filter = ProbitFilter(prior: NormalPrior(features: 1000))
///     try filter.update(with: Outcome(FeatureVector(ones: [0, 17, 230]), isConverted: true))
///     filter.predict(FeatureVector(ones: [0, 17])).probability
///
/// Assumed-density filtering, as in T. Graepel, J. Quiñonero Candela, T. Borchert, R. Herbrich: "Web-scale Bayesian
/// click-through rate prediction", ICML 2010: with μ = x'm, S² = 1 + Σ x²s², t = yμ/S, v = φ(t)/Φ(t), w = v (v + t),
/// m += y x (s²/S) v and s² *= 1 - x² (s²/S²) w. The order of outcomes matters.
public struct ProbitFilter: OnlineLearner, Sendable, Equatable {
  /// Mean and variance of each weight, side by side: one cache line holds both.
  private var state: [SIMD2<Double>]

  /// Starts from a prior.
  public init(prior: NormalPrior) {
    state = zip(prior.mean, prior.variance).map { SIMD2($0, $1) }
  }

  /// Number of features.
  public var featureCount: Int { state.count }

  /// Posterior means.
  public var mean: [Double] { state.map(\.x) }

  /// Posterior variances.
  public var variance: [Double] { state.map(\.y) }

  /// Takes one outcome into account.
  ///
  /// - Throws: ``InvalidInput`` when a feature is unknown or a value not finite; the filter is then as it was.
  /// - Complexity: O(features of the outcome)
  public mutating func update(with outcome: Outcome) throws {
    try Violations(outcome.features.violations(featureCount: featureCount)).throwIfAny()
    outcome.features.indices.withUnsafeBufferPointer { indices in
      outcome.features.values.withUnsafeBufferPointer { values in
        update(indices, values, isConverted: outcome.isConverted)
      }
    }
  }

  /// Takes one outcome whose features are known to be right into account.
  ///
  /// - Precondition: every index is below ``featureCount``, every value finite.
  public mutating func update(
    _ indices: UnsafeBufferPointer<Int32>, _ values: UnsafeBufferPointer<Double>, isConverted: Bool
  ) {
    let sign = isConverted ? 1.0 : -1.0
    correct(indices, values) { t in
      let (v, w) = ProbitCorrection.of(sign * t)
      return (sign * v, w)
    }
  }

  /// Takes into account that nothing came yet, when a conversion would have come by now with probability `reached`: the
  /// likelihood 1 - reached Φ(z), matched in mean and variance. With `reached` 1 it is a miss, with 0 nothing changes.
  ///
  /// - Precondition: every index is below ``featureCount``, every value finite, `reached` in 0...1.
  public mutating func update(
    _ indices: UnsafeBufferPointer<Int32>, _ values: UnsafeBufferPointer<Double>, silentUntil reached: Double
  ) {
    if reached >= 1 { return update(indices, values, isConverted: false) }
    correct(indices, values) { ProbitCorrection.silent($0, reached: reached) }
  }

  /// Adds a weight for a new feature.
  public mutating func append(_ prior: GroupPrior) {
    state.append(SIMD2(prior.mean, prior.variance))
  }

  @inline(__always)
  private mutating func correct(
    _ indices: UnsafeBufferPointer<Int32>, _ values: UnsafeBufferPointer<Double>,
    _ correction: (Double) -> (v: Double, w: Double)
  ) {
    state.withUnsafeMutableBufferPointer { state in
      let (mean, variance) = Self.score(state, indices, values)
      let square = 1 + variance
      let root = square.squareRoot()
      let (v, w) = correction(mean / root)
      let (step, shrink) = (v / root, w / square)
      for place in indices.indices {
        let (index, x) = (Int(indices[place]), values[place])
        let old = state[index]
        let pull = x * old.y
        state[index] = SIMD2(old.x + step * pull, old.y - shrink * pull * pull)
      }
    }
  }

  /// What is expected of features.
  ///
  /// - Throws: ``InvalidInput`` when a feature is unknown or a value not finite.
  public func predict(_ features: FeatureVector) throws -> Prediction {
    try Violations(features.violations(featureCount: featureCount)).throwIfAny()
    let (mean, variance) = features.indices.withUnsafeBufferPointer { indices in
      features.values.withUnsafeBufferPointer { score(indices, $0) }
    }
    return Prediction(scoreMean: mean, scoreVariance: variance, link: .probit)
  }

  /// Mean and variance of the score of features that are known to be right.
  ///
  /// - Precondition: every index is below ``featureCount``.
  public func score(
    _ indices: UnsafeBufferPointer<Int32>, _ values: UnsafeBufferPointer<Double>
  ) -> (mean: Double, variance: Double) {
    state.withUnsafeBufferPointer { Self.score($0, indices, values) }
  }

  /// Moves every weight towards its prior: precisions are (1 - rate) of the posterior's plus rate of the prior's.
  ///
  /// - Parameter first: the first weight that is moved; those before stay.
  /// - Precondition: `rate` in 0...1, as many features as the filter has.
  public mutating func forget(_ rate: Double, towards prior: NormalPrior, from first: Int = 0) {
    precondition(
      rate >= 0 && rate <= 1 && prior.count == featureCount, "a rate of 0 to 1, a prior of the filter")
    for index in state.indices.dropFirst(first) {
      let own = (1 - rate) / state[index].y
      let added = rate / prior.variance[index]
      let variance = 1 / (own + added)
      state[index] = SIMD2(variance * (own * state[index].x + added * prior.mean[index]), variance)
    }
  }

  private static func score(
    _ state: some Collection<SIMD2<Double>>, _ indices: UnsafeBufferPointer<Int32>,
    _ values: UnsafeBufferPointer<Double>
  ) -> (mean: Double, variance: Double) {
    var (mean, variance) = (0.0, 0.0)
    state.withContiguousStorageIfAvailable { state in
      for place in indices.indices {
        let (weight, x) = (state[Int(indices[place])], values[place])
        mean += x * weight.x
        variance += x * x * weight.y
      }
    }
    return (mean, variance)
  }
}

/// The corrections of a probit outcome seen at a standardised score t: v moves the mean, w in 0..<1 shrinks the variance.
enum ProbitCorrection {
  /// Of a likelihood 1 - F Φ: v its logarithm's derivative, w = v (v + t) as for F = 1; w may be below 0, where silence of what
  /// was thought certain makes it doubtful again.
  static func silent(_ t: Double, reached: Double) -> (v: Double, w: Double) {
    let v = -reached * StandardNormal.density(t) / (1 - reached * StandardNormal.cumulative(t))
    return (v, v * (v + t))
  }

  static func of(_ t: Double) -> (v: Double, w: Double) {
    let v = StandardNormal.hazard(t)
    // Far out the sum v + t loses its digits; there w = 1 - 1/t² + 6/t⁴ - ...
    guard t < -300 else { return (v, v * (v + t)) }
    let inverse = 1 / (t * t)
    return (v, 1 - inverse * (1 - 6 * inverse))
  }
}
