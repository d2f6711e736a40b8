public import ChoiceModels
internal import LinearAlgebra

/// Assortments that pool demand: products are dropped one by one, each time the one whose demand serves best elsewhere.
///
/// `J(S) = sum over S of NV_i(T pi_i(S))`, NV the newsvendor's best profit at that Poisson mean. Dropping i moves its
/// customers by the row of demand transference; the censored chain is kept in place. Our reconstruction of the idea of a
/// subset that pools demand without cannibalising it.
public struct PoolingPath: Sendable {
  /// One assortment on the path.
  public struct Step: Sendable {
    /// What is still carried.
    public let products: ProductSet
    /// Choice probability of each product.
    public let probabilities: [Double]
    /// The path's objective, J.
    public let value: Double
  }

  /// From the start to the last two products.
  public let steps: [Step]

  /// Walks the whole path from an assortment.
  ///
  /// - Parameters:
  ///   - start: where to start, at most 4,000 products.
  ///   - customers: expected customers.
  /// - Complexity: O(|start|^3)
  public init(
    _ chain: SubstitutionChain, from start: ProductSet, customers: Double, _ economics: [ProductEconomics]
  ) {
    precondition(start.count <= 4_000, "a path from at most 4,000 products")
    var pool = Pool(CensoredChain(chain, offered: start), customers: customers, economics)
    var steps = [Step]()
    while true {
      steps.append(pool.step(productCount: chain.productCount))
      guard pool.alive.count > 2, let next = pool.best() else { break }
      pool.remove(next)
    }
    self.steps = steps
  }
}

/// The censored chain of the products still carried, kept dense and without holes.
private struct Pool {
  private let products: [Int]
  private let customers: Double
  private let table: NewsvendorTable
  /// Positions still carried, in the order in which rows and columns lie.
  private(set) var alive: [Int]
  private var matrix: [Double]
  private var arriving: [Double]

  init(_ chain: CensoredChain, customers: Double, _ economics: [ProductEconomics]) {
    products = chain.products
    self.customers = customers
    table = NewsvendorTable(chain.products.map { economics[$0] }, largest: 1.5 * customers)
    alive = Array(chain.products.indices)
    matrix = chain.transitions
    arriving = chain.probabilities
  }

  private var width: Int { products.count }

  func step(productCount: Int) -> PoolingPath.Step {
    var probabilities = [Double](repeating: 0, count: productCount)
    var value = 0.0
    for position in alive {
      probabilities[products[position]] = arriving[position]
      value += table.value(position, customers * arriving[position])
    }
    return PoolingPath.Step(
      products: ProductSet(productCount: productCount, alive.map { products[$0] }),
      probabilities: probabilities,
      value: value)
  }

  /// The position whose removal leaves the highest objective.
  func best() -> Int? {
    let values = alive.map { table.value($0, customers * arriving[$0]) }
    var best: (position: Int, change: Double)?
    matrix.withUnsafeBufferPointer { matrix in
      for (k, i) in alive.enumerated() {
        let moving = arriving[i] / (1 - matrix[i * width + i])
        var change = -values[k]
        // Only products that receive something change; the table is looked up for those alone.
        for (l, j) in alive.enumerated() where j != i {
          let received = moving * matrix[i * width + j]
          if received * customers > 1e-9 {
            change += table.value(j, customers * (arriving[j] + received)) - values[l]
          }
        }
        if change > best?.change ?? -.infinity { best = (i, change) }
      }
    }
    return best?.position
  }

  mutating func remove(_ i: Int) {
    alive.removeAll { $0 == i }
    let (left, n) = (alive, products.count)
    let stay = 1 - matrix[i * n + i]
    let row = left.map { matrix[i * n + $0] / stay }
    matrix.withUnsafeMutableBufferPointer { matrix in
      for j in left {
        let factor = matrix[j * n + i]
        if factor == 0 { continue }
        for (k, column) in left.enumerated() { matrix[j * n + column] += factor * row[k] }
      }
    }
    for (k, j) in left.enumerated() { arriving[j] += arriving[i] * row[k] }
  }
}
