/// Draws positions with given probabilities in constant time (the alias method).
///
///     let sampler = AliasSampler(weights: [3, 1])
///     var generator = SeededGenerator(seed: 7)
///     sampler.draw(using: &generator)          // 0 three times as often as 1
///
/// M. D. Vose: "A linear algorithm for generating random numbers with a given distribution", IEEE TSE 17(9), 1991.
public struct AliasSampler: Sendable {
  private var keep: [Double]
  private var alias: [Int32]

  /// Prepares the draws.
  ///
  /// - Precondition: 1 to 2^31 - 1 weights, none negative or not finite, their sum positive.
  /// - Complexity: O(number of weights)
  public init(weights: [Double]) {
    let sum = weights.reduce(0, +)
    precondition(!weights.isEmpty && weights.count <= Int(Int32.max), "1 to 2^31 - 1 weights")
    precondition(sum > 0 && sum.isFinite && weights.allSatisfy { $0 >= 0 }, "weights are finite, not all 0")
    let count = weights.count
    keep = weights.map { $0 / sum * Double(count) }
    alias = (0..<Int32(count)).map { $0 }
    var small = (0..<count).filter { keep[$0] < 1 }
    var large = (0..<count).filter { keep[$0] >= 1 }
    while let low = small.popLast(), let high = large.last {
      alias[low] = Int32(high)
      keep[high] -= 1 - keep[low]
      if keep[high] < 1 {
        large.removeLast()
        small.append(high)
      }
    }
    // What rounding left over has itself as alias, which is as good as probability 1.
  }

  /// A position in 0..<number of weights.
  ///
  /// - Complexity: O(1)
  public func draw(using generator: inout SeededGenerator) -> Int {
    let position = generator.integer(below: keep.count)
    return generator.uniform() < keep[position] ? position : Int(alias[position])
  }

  /// How many positions there are.
  public var count: Int { keep.count }

  /// The table's column at a position: the position itself with probability `keep`, else `alias`.
  ///
  /// For kernels that draw from many tables at once.
  public func column(_ position: Int) -> (keep: Double, alias: Int) {
    (min(1, keep[position]), Int(alias[position]))
  }

  /// The position that two numbers in 0..<1 choose: a draw that depends on nothing else.
  ///
  /// - Complexity: O(1)
  public func position(_ first: Double, _ second: Double) -> Int {
    let position = Int(first * Double(keep.count))
    return second < keep[position] ? position : Int(alias[position])
  }
}
