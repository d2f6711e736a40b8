import ChoiceModels
import LinearAlgebra
import Probability

/// A random dense chain with net revenues, small enough for brute force.
struct RandomMarket {
  let chain: SubstitutionChain
  let prices: [Double]
  let costs: [Double]
  var netRevenue: [Double] { zip(prices, costs).map { $0 - $1 } }

  init(_ n: Int, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let wishes = (0...n).map { _ in generator.exponential() }
    var values = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      let row = (0...n).map { $0 == i ? 0 : generator.uniform() * ($0 == n ? 2 : 1) }
      for j in 0..<n { values[i * n + j] = row[j] / row.reduce(0, +) }
    }
    chain = try SubstitutionChain(
      firstChoice: wishes.dropLast().map { $0 / wishes.reduce(0, +) },
      transitions: .dense(DenseTransitions(productCount: n, values: values)))
    prices = (0..<n).map { _ in 20 * (1 + generator.uniform()) }
    costs = prices.map { $0 * (0.3 + 0.5 * generator.uniform()) }
  }
}

/// Choice probabilities by solving the equations of the chain directly.
func solvedProbabilities(_ chain: SubstitutionChain, offered: ProductSet) -> [Double] {
  let rows = chain.transitions.denseRows
  let missing = offered.complement.products
  var system = DoubleMatrix.identity(missing.count)
  for (a, i) in missing.enumerated() {
    for (b, j) in missing.enumerated() { system[a, b] -= rows[i, j] }
  }
  let visits =
    missing.isEmpty ? [] : LUFactor(system)!.solveTransposed(missing.map { chain.firstChoice[$0] })
  return (0..<chain.productCount).map { j in
    guard offered.contains(j) else { return 0 }
    return zip(missing, visits).reduce(chain.firstChoice[j]) { $0 + rows[$1.0, j] * $1.1 }
  }
}

/// Every subset of `n` products.
func subsets(_ n: Int) -> [ProductSet] {
  (0..<1 << n).map { bits in ProductSet(flags: (0..<n).map { bits >> $0 & 1 == 1 }) }
}

/// A random set with each product in it by a coin of the given share.
func randomSet(_ n: Int, share: Double, using generator: inout SeededGenerator) -> ProductSet {
  ProductSet(flags: (0..<n).map { _ in generator.uniform() < share })
}

/// Sales drawn from a model at given offer sets.
func sales(
  from model: some ChoicePredictor, offers: [ProductSet], customersEach: Int, seed: UInt64,
  recordNone: Bool = true
) throws -> SalesWithOffers {
  var generator = SeededGenerator(seed: seed)
  var rows: [SalesWithOffers.Row] = []
  for offered in offers {
    let probabilities = model.probabilities(offered: offered)
    let none = max(0, 1 - probabilities.reduce(0, +))
    let sampler = AliasSampler(weights: probabilities + [recordNone ? none : 0])
    for _ in 0..<customersEach {
      let choice = sampler.draw(using: &generator)
      rows.append(
        .init(offered: offered.products, product: choice < probabilities.count ? choice : nil))
    }
  }
  return try SalesWithOffers(productCount: model.productCount, rows: rows)
}
