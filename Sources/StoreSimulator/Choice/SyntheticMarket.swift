public import ChoiceModels
internal import Glibc
internal import Probability

/// A market with known substitution: popularity, prices, costs, and for each product some others that take its place.
///
/// - zipf: popularity 1 / rank, cost 40 to 80 % of price.
/// - lognormal: popularity exp(1.5 z).
/// - cluster: blocks of 20 products with a price level each; four of five substitutes come from the block.
/// - thin: as zipf with cost 70 to 92 % of price.
public struct SyntheticMarket: Sendable, Equatable {
  /// How popularity, prices and substitutes are distributed.
  public enum Shape: String, Sendable, CaseIterable {
    case zipf, lognormal, cluster, thin
  }

  /// How many products.
  public var products = 200

  /// Substitutes of each product.
  public var substitutes = 10

  /// The shape.
  public var shape = Shape.zipf

  /// Seed of everything.
  public var seed: UInt64 = 1

  /// Creates the default market.
  public init() {}

  /// The chain with prices and costs.
  ///
  /// - Throws: `InvalidInput` when there are no two products.
  public func instance() throws -> ChainInstance {
    var generator = SeededGenerator(seed: seed, stream: 1 << 48)
    let n = products
    let popularity = (0..<n).map { shape == .lognormal ? exp(1.5 * generator.normal()) : 1 / Double($0 + 1) }
    let total = popularity.reduce(0, +)
    var blocks = (0..<n).map { $0 / 20 }
    blocks.shuffle(using: &generator)
    let levels = (0...n / 20).map { _ in exp(3 + 0.5 * generator.normal()) }
    let prices = (0..<n).map { i in
      shape == .cluster
        ? levels[blocks[i]] * exp(0.15 * generator.normal()) : exp(3 + 0.5 * generator.normal())
    }
    let costs = prices.map {
      $0 * (shape == .thin ? 0.7 + 0.22 * generator.uniform() : 0.4 + 0.4 * generator.uniform())
    }
    let members = Dictionary(grouping: 0..<n) { blocks[$0] }
    let byRoot = AliasSampler(weights: popularity.map { $0.squareRoot() })
    var (offsets, columns, values, leaving): ([UInt32], [UInt32], [Double], [Double]) = ([0], [], [], [])
    for i in 0..<n {
      let wanted = min(substitutes, n - 1)
      let block = members[blocks[i]] ?? []
      var chosen = Set<Int>()
      while chosen.count < wanted {
        let near = shape == .cluster && generator.uniform() < 0.8 && chosen.count < block.count - 1
        let j =
          near
          ? block[generator.integer(below: block.count)]
          : generator.uniform() < 0.5 ? byRoot.draw(using: &generator) : generator.integer(below: n)
        if j != i { chosen.insert(j) }
      }
      let list = chosen.sorted()
      let weights = list.map { generator.uniform() * pow(popularity[$0], 0.25) }
      let leave = 0.1 + 0.3 * generator.uniform()
      let sum = weights.reduce(0, +)
      leaving.append(leave)
      columns += list.map { UInt32($0) }
      values += weights.map { $0 / sum * (1 - leave) }
      offsets.append(UInt32(columns.count))
    }
    return try ChainInstance(
      chain: SubstitutionChain(
        firstChoice: popularity.map { $0 / total },
        transitions: .sparse(SparseTransitions(offsets: offsets, columns: columns, values: values)),
        leaving: leaving),
      prices: prices, costs: costs)
  }
}
