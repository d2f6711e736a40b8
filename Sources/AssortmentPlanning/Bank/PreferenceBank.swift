public import ChoiceModels
public import Learning
internal import LinearAlgebra
internal import Probability

/// Sample paths of customers whose whole walks are drawn before any plan is known.
///
/// Under a substitution chain a customer's walk does not depend on stock. So a customer is a list of the allowed products
/// met before leaving, a path is the season's customers in order, and a bank is some paths. Any plan is evaluated without
/// random numbers: every customer takes the first product of the list that is left. Plans are compared on the very same
/// customers, and one backward pass gives the exact value of one unit more and one unit less of every product at once.
///
///     let bank = try PreferenceBank(chain, demand: .fixed(1000), paths: 400, seed: 1)
///     bank.profit(of: [3, 0, 2], economics).mean
///
/// The idea of valuing stock along sample paths is that of S. Mahajan, G. van Ryzin: "Stocking retail assortments under
/// dynamic consumer substitution", Operations Research 49(3), 2001; there for continuous stock, here for whole units.
public struct PreferenceBank: Sendable {
  /// How many products there are.
  public let productCount: Int

  /// What may be on the lists.
  public let allowed: ProductSet

  /// How many paths were asked for; fewer are there when memory did not suffice.
  public let requestedPaths: Int

  let paths: [Path]

  /// Products that the most varied path touches.
  let mostProductsOfPath: Int

  /// Customers of the longest path.
  let mostCustomersOfPath: Int

  /// One season. Products are numbered within the path, in order of appearance, so that what one path touches lies
  /// together; the number after the last stands for the end of every list.
  struct Path: Sendable {
    let products: [UInt32]
    let items: [UInt32]
    let starts: [UInt32]
    /// Which scenario the season follows.
    let scenario: Int

    var customers: Int { starts.count }
  }

  /// How many paths there are.
  public var pathCount: Int { paths.count }

  /// Customers of all paths together.
  public var customerCount: Int { paths.reduce(0) { $0 + $1.customers } }

  /// Products on all lists together.
  public var itemCount: Int { paths.reduce(0) { $0 + $1.items.count - $1.customers } }

  /// Draws a bank.
  ///
  /// - Parameters:
  ///   - allowed: products that may be carried; by default all.
  ///   - demand: how many customers come; scenarios may bring chains of their own.
  ///   - paths: how many seasons, 1 or more. Streams are numbered by path: more paths keep those that were there.
  ///   - seed: seed of all draws.
  ///   - memoryLimit: bytes that lists may take; beyond it fewer paths are drawn.
  /// - Throws: `InvalidInput`, also when the limit does not hold 50 paths or as many as were asked for;
  ///   `CancellationError`.
  /// - Complexity: O(steps of all walks)
  public init(
    _ chain: SubstitutionChain, allowed: ProductSet? = nil, demand: DemandForecast, paths: Int, seed: UInt64,
    memoryLimit: Int = 2 << 30, on execution: Execution = Execution()
  ) throws {
    let n = chain.productCount
    let allowed = allowed ?? .all(n)
    var problems = Violations(demand.violations)
    problems.require(paths >= 1, "paths", given: paths, expected: "1 or more")
    problems.require(
      allowed.productCount == n, "allowed products", given: "a set out of \(allowed.productCount)",
      expected: "\(n) as in the chain")
    var chains = [chain]
    if case .scenarios(let list) = demand {
      for scenario in list {
        problems.require(
          scenario.chain.map { $0.productCount == n } ?? true, "chain of scenario \(scenario.name)",
          given: "\(scenario.chain?.productCount ?? 0) products", expected: "\(n) as in the request")
      }
      chains = list.map { $0.chain ?? chain }
    }
    try problems.throwIfAny()
    let bytes = Self.bytesPerPath(chains, allowed, demand)
    let kept = min(paths, max(1, Int(Double(memoryLimit) / max(1, bytes))))
    guard kept >= min(paths, 50) else {
      throw InvalidInput(
        "memory limit", given: "\(memoryLimit) bytes",
        expected: "\(Int(bytes * Double(min(paths, 50)))) bytes for 50 paths",
        advice: "Raise the limit or plan for fewer customers.")
    }
    let walks = try chains.map { try ChainWalk($0, allowed: allowed) }
    productCount = n
    self.allowed = allowed
    requestedPaths = paths
    self.paths = try concurrentMap(
      count: kept, threads: execution.threads, scratch: { PathBuilder(productCount: n) }
    ) { builder, index in
      if index % 64 == 0 {
        execution.progress.report(ProgressEvent(stage: "drawing customers", completed: index, total: kept))
      }
      try execution.cancellation.check()
      var generator = SeededGenerator(seed: seed, stream: UInt64(index))
      let (customers, scenario) = demand.draw(using: &generator)
      return builder.path(
        walks[min(scenario, walks.count - 1)], customers: customers, key: generator.next(), scenario: scenario
      )
    }
    mostProductsOfPath = self.paths.reduce(0) { max($0, $1.products.count) }
    mostCustomersOfPath = self.paths.reduce(0) { max($0, $1.customers) }
  }

  /// The bank of the first so many paths, or of all where there are fewer.
  public func prefix(_ count: Int) -> PreferenceBank {
    PreferenceBank(
      productCount: productCount, allowed: allowed, requestedPaths: count, paths: Array(paths.prefix(count)))
  }

  private init(productCount: Int, allowed: ProductSet, requestedPaths: Int, paths: [Path]) {
    (self.productCount, self.allowed, self.requestedPaths, self.paths) = (
      productCount, allowed, requestedPaths, paths
    )
    mostProductsOfPath = paths.reduce(0) { max($0, $1.products.count) }
    mostCustomersOfPath = paths.reduce(0) { max($0, $1.customers) }
  }

  /// A bound on the bytes that a path takes on average.
  private static func bytesPerPath(
    _ chains: [SubstitutionChain], _ allowed: ProductSet, _ demand: DemandForecast
  ) -> Double {
    let length = chains.reduce(0.0) { largest, chain in
      let visits = chain.expectedVisits
      let listed = visits.indices.reduce(0.0) { $0 + (allowed.contains($1) ? min(1, visits[$1]) : 0) }
      return max(largest, listed)
    }
    return demand.mean * (length + 2) * 4 + Double(allowed.count) * 4
  }
}

extension SubstitutionChain {
  /// Expected visits of a customer to each product when nothing is there.
  var expectedVisits: [Double] {
    var (mass, visits) = (firstChoice, firstChoice)
    for _ in 0..<10_000 {
      mass = transitions.visit(mass)
      var moving = 0.0
      for i in mass.indices {
        visits[i] += mass[i]
        moving += mass[i]
      }
      if moving < 1e-6 { break }
    }
    return visits
  }
}
