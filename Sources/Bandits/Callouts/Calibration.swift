/// Whether what is expected comes about: predicted against observed in bins of equal mass.
public struct Calibration: Sendable, Equatable {
  /// A range of predictions.
  public struct Bin: Sendable, Equatable {
    /// How many there are.
    public let count: Int
    /// Mean of what was predicted.
    public let predicted: Double
    /// Mean of what came.
    public let observed: Double
  }

  /// Bins in ascending order of predictions.
  public let bins: [Bin]

  /// Sorts predictions into bins of equal mass.
  ///
  /// - Parameter observed: 1 for a conversion and 0 for none, or true probabilities where they are known.
  /// - Precondition: as many observations as predictions, at least one bin.
  public init(predicted: [Double], observed: [Double], bins count: Int) {
    precondition(predicted.count == observed.count && count > 0, "an observation for each prediction")
    let order = predicted.indices.sorted { (predicted[$0], $0) < (predicted[$1], $1) }
    bins = (0..<count).compactMap { bin in
      let own = order[bin * order.count / count..<(bin + 1) * order.count / count]
      guard !own.isEmpty else { return nil }
      return Bin(
        count: own.count, predicted: own.reduce(0) { $0 + predicted[$1] } / Double(own.count),
        observed: own.reduce(0) { $0 + observed[$1] } / Double(own.count))
    }
  }

  /// Expected calibration error: mean distance of prediction and observation, weighed by mass; 0 of nothing.
  public var error: Double {
    let total = bins.reduce(0) { $0 + $1.count }
    guard total > 0 else { return 0 }
    return bins.reduce(0) { $0 + Double($1.count) * abs($1.predicted - $1.observed) } / Double(total)
  }

  /// The 95 % interval of a rate (E. B. Wilson, JASA 22, 1927).
  ///
  /// - Precondition: 0 to `trials` successes of more than 0 trials.
  public static func wilson(_ successes: Double, of trials: Double) -> ClosedRange<Double> {
    precondition(trials > 0 && successes >= 0 && successes <= trials, "successes of trials")
    let z = 1.959963984540054
    let (rate, share) = (successes / trials, z * z / trials)
    let centre = (rate + share / 2) / (1 + share)
    let reach = z * (rate * (1 - rate) / trials + share / (4 * trials)).squareRoot() / (1 + share)
    return max(0, centre - reach)...min(1, centre + reach)
  }
}
