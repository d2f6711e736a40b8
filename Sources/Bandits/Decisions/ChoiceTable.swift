public import Probability

/// The probability of each choice, and draws from it: what is drawn is what is logged.
public struct ChoiceTable: Sendable {
  /// Probability of each choice, of sum 1.
  public let probabilities: [Double]

  /// What every choice has at least.
  public let floor: Double

  private let sampler: AliasSampler

  /// Mixes preferences with a floor: p = (1 - K floor) preference + floor for each of K choices.
  ///
  /// - Precondition: at least one preference, none negative, of positive sum.
  public init(preferences: [Double], floor: Double = 0) {
    let count = Double(preferences.count)
    let sum = preferences.reduce(0, +)
    let floor = min(floor, 1 / count)
    self.floor = floor
    let free = 1 - count * floor
    probabilities = preferences.map { free * $0 / sum + floor }
    sampler = AliasSampler(weights: probabilities)
  }

  /// The choice of a decision, by its number alone.
  ///
  /// - Complexity: O(1)
  public func choice(_ stream: CounterStream, sequence: UInt64) -> Int {
    sampler.position(stream.uniform(2 &* sequence), stream.uniform(2 &* sequence &+ 1))
  }
}
