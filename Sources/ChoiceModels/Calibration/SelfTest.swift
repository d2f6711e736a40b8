public import Learning
internal import LinearAlgebra
internal import Probability

/// A chain made from another model, with how well it stands for it.
public struct CalibratedChain: Sendable {
  /// The chain.
  public let chain: SubstitutionChain

  /// How far its choice probabilities are from the model's.
  public let selfTest: SelfTest
}

/// Total variation between a model's choice probabilities and others', on random offer sets.
public struct SelfTest: Sendable, Equatable, Codable {
  /// Half the sum of absolute differences, buying nothing included, mean over four offer sets.
  public struct Distances: Sendable, Equatable, Codable {
    /// The share of products on offer.
    public let offeredShare: Double
    /// Of the chain.
    public let chain: Double
    /// Of the logit with the same first choices.
    public let logit: Double
    /// What sampling alone makes: half the distance between two halves of the customers.
    public let noise: Double
  }

  /// At 20, 50 and 80 % of the products on offer.
  public let distances: [Distances]

  static let shares = [0.2, 0.5, 0.8]
  static let setsPerShare = 4

  /// The offer sets of the test: 12 random ones that a seed determines.
  static func offers(productCount: Int, seed: UInt64) -> [ProductSet] {
    var generator = SeededGenerator(seed: seed, stream: 1 << 40)
    return shares.flatMap { share in
      (0..<setsPerShare).map { _ in
        ProductSet(flags: (0..<productCount).map { _ in generator.uniform() < share })
      }
    }
  }

  /// Judges a chain by a model's customers.
  init<Oracle: ChoiceOracle>(
    of chain: SubstitutionChain, against oracle: Oracle, customers: Int, seed: UInt64, on execution: Execution
  ) throws {
    let shares = try Self.shares(of: oracle, customers: customers, seed: seed, on: execution)
    let logit = try LogitModel(attractions: chain.firstChoice, outsideAttraction: chain.noWish)
    let ofChain = Self.totalVariation(chain, from: shares)
    let ofLogit = Self.totalVariation(logit, from: shares)
    distances = Self.shares.indices.map { k in
      let sets = shares[k * Self.setsPerShare..<(k + 1) * Self.setsPerShare]
      return Distances(
        offeredShare: Self.shares[k], chain: ofChain[k], logit: ofLogit[k],
        noise: sets.reduce(0) { $0 + $1.noise } / Double(Self.setsPerShare))
    }
  }

  /// How a model's customers choose from each offer set of the test, in two halves.
  ///
  /// The last entry of each row is buying nothing.
  public static func shares<Oracle: ChoiceOracle>(
    of oracle: Oracle, customers: Int, seed: UInt64, on execution: Execution = Execution()
  ) throws -> [OfferShares] {
    let (n, block) = (oracle.productCount, 2_000)
    let offers = offers(productCount: n, seed: seed)
    let blocks = (customers + block - 1) / block
    let counted: [[[Int32]]] = try concurrentMap(
      count: blocks, threads: execution.threads, scratch: {}
    ) { _, index in
      try execution.cancellation.check()
      var generator = SeededGenerator(seed: seed, stream: UInt64(index))
      var counts = [[Int32]](repeating: [Int32](repeating: 0, count: n + 1), count: offers.count)
      for _ in index * block..<min(customers, (index + 1) * block) {
        let customer = oracle.draw(using: &generator)
        for (o, offered) in offers.enumerated() {
          counts[o][oracle.choose(customer, offered: offered) ?? n] += 1
        }
      }
      return counts
    }
    return offers.enumerated().map { o, offered in
      var halves = [[Double]](repeating: [Double](repeating: 0, count: n + 1), count: 2)
      for (b, counts) in counted.enumerated() {
        for j in 0...n { halves[b % 2][j] += Double(counts[o][j]) }
      }
      return OfferShares(offered: offered, halves: halves)
    }
  }

  /// Choice shares of one offer set, from two halves of the customers.
  public struct OfferShares: Sendable {
    /// What was on offer.
    public let offered: ProductSet
    let halves: [[Double]]

    /// The shares of all customers, buying nothing last.
    public var shares: [Double] {
      let sum = zip(halves[0], halves[1]).map { $0 + $1 }
      let total = max(1, sum.reduce(0, +))
      return sum.map { $0 / total }
    }

    var noise: Double {
      let totals = halves.map { max(1, $0.reduce(0, +)) }
      return zip(halves[0], halves[1]).reduce(0) { $0 + abs($1.0 / totals[0] - $1.1 / totals[1]) } / 4
    }
  }

  /// Mean total variation of a model at each share of products on offer.
  public static func totalVariation(_ model: some ChoicePredictor, from truth: [OfferShares]) -> [Double] {
    stride(from: 0, to: truth.count, by: setsPerShare).map { start in
      truth[start..<start + setsPerShare].reduce(0) { sum, offer in
        let found = model.probabilities(offered: offer.offered)
        let all = found + [max(0, 1 - found.reduce(0, +))]
        return sum + zip(all, offer.shares).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
      } / Double(setsPerShare)
    }
  }
}
