internal import Glibc
internal import Learning
internal import Probability

/// A page whose conversion probabilities are known: for simulations and tests.
///
/// A layout is converted at step t iff number t of the stream keyed `seed << 32` is below its probability, so that every policy
/// meets the same luck.
public struct LayoutEnvironment: Sendable, Equatable {
  /// Name of the family it belongs to.
  public let kind: String

  /// Number within the family; also the seed of the luck.
  public let seed: UInt64

  /// The layouts.
  public let space: LayoutSpace

  /// Weights of the features of ``LayoutSpace``, pairs included, under which probabilities are Φ(score).
  public let weights: [Double]

  /// Conversion probability of each layout, the last widget changing fastest.
  public let probabilities: [Double]

  /// Creates an environment from its probabilities.
  ///
  /// - Throws: ``InvalidInput`` when sizes, weights and probabilities do not fit.
  public init(
    kind: String, seed: UInt64, sizes: [Int], weights: [Double], probabilities: [Double]
  ) throws {
    space = try LayoutSpace(sizes: sizes)
    var problems = Violations()
    problems.require(
      space.layoutCount == probabilities.count, "p", given: "\(probabilities.count) probabilities",
      expected: space.layoutCount.map { "\($0), one for each layout" }
        ?? "at most \(LayoutSpace.largestListed) layouts")
    problems.require(
      probabilities.allSatisfy { $0 >= 0 && $0 <= 1 }, "p", given: "a number outside of 0 to 1",
      expected: "probabilities")
    try problems.throwIfAny()
    self.kind = kind
    self.seed = seed
    self.weights = weights
    self.probabilities = probabilities
  }

  /// The families with a generator.
  public enum Family: String, Sendable, CaseIterable, Codable {
    /// 48 layouts converting at .05 ± .0125, pairs half as strong as contents.
    case conversionWeak = "conv48-weak"
    /// The same with pairs twice as strong as contents.
    case conversionStrong = "conv48-strong"
    /// 512 layouts around one half, variance .002.
    case hill = "hill512"

    var sizes: [Int] { self == .hill ? [8, 8, 8] : [2, 3, 2, 2, 2] }

    var pairScale: Double {
      switch self {
      case .conversionWeak: 0.5
      case .conversionStrong: 2
      case .hill: 1
      }
    }
  }

  /// The environment of a seed: standard normal weights, pairs scaled, then scaled so that the probabilities' moments hold.
  ///
  /// - Complexity: O(layouts · features of a layout · 6,000)
  public init(_ family: Family, seed: UInt64) throws {
    let space = try LayoutSpace(sizes: family.sizes)
    let stream = CounterStream("ENVW", seed: seed)
    let groups = space.groups
    var weights = (0..<space.featureCount).map { feature in
      stream.normal(UInt64(feature)) * (groups[feature] == 2 ? family.pairScale : 1)
    }
    let scanner = LayoutScanner(space, pairs: true)
    if family == .hill {
      let raw = scanner.scores(weights)
      let scale = exp(
        Self.bisect(log(0.3), log(1e4), 100) { Self.moments(raw.map { $0 }, 0, exp(-$0)).variance - 0.002 })
      weights = weights.map { $0 / scale }
    } else {
      weights[0] = 0
      let raw = scanner.scores(weights)
      let mean = raw.reduce(0, +) / Double(raw.count)
      let centred = raw.map { $0 - mean }
      func level(_ logScale: Double) -> Double {
        Self.bisect(-8, 8, 100) { 0.05 - Self.moments(centred, $0, exp(-logScale)).mean }
      }
      let logScale = Self.bisect(log(0.3), log(1e4), 60) {
        Self.moments(centred, level($0), exp(-$0)).variance.squareRoot() - 0.0125
      }
      weights = weights.map { $0 * exp(-logScale) }
      weights[0] = level(logScale) - mean * exp(-logScale)
    }
    try self.init(
      kind: family.rawValue, seed: seed, sizes: family.sizes, weights: weights,
      probabilities: scanner.scores(weights).map(StandardNormal.cumulative))
  }

  /// Mean and variance of Φ(shift + scale z).
  private static func moments(
    _ scores: [Double], _ shift: Double, _ scale: Double
  ) -> (mean: Double, variance: Double) {
    let values = scores.map { StandardNormal.cumulative(shift + scale * $0) }
    let mean = values.reduce(0, +) / Double(values.count)
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
  }

  /// Where a function that falls from positive to negative crosses 0, after a fixed number of halvings.
  private static func bisect(_ low: Double, _ high: Double, _ steps: Int, _ function: (Double) -> Double)
    -> Double
  {
    var (low, high) = (low, high)
    for _ in 0..<steps {
      let middle = 0.5 * (low + high)
      if function(middle) > 0 { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
