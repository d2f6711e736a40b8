import AssortmentPlanning
import ChoiceModels
import Probability

/// A random market of sparse substitution, with prices and costs.
struct RandomMarket {
  let chain: SubstitutionChain
  let economics: [ProductEconomics]

  init(_ n: Int, substitutes: Int = 3, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let wishes = (0...n).map { _ in generator.exponential() }
    let total = wishes.reduce(0, +)
    var values = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      var row = [Double](repeating: 0, count: n + 1)
      row[n] = 0.3 + generator.uniform()
      for _ in 0..<substitutes {
        let j = generator.integer(below: n)
        if j != i { row[j] += generator.uniform() }
      }
      let sum = row.reduce(0, +)
      for j in 0..<n { values[i * n + j] = row[j] / sum }
    }
    chain = try SubstitutionChain(
      firstChoice: wishes.dropLast().map { $0 / total },
      transitions: .dense(DenseTransitions(productCount: n, values: values)))
    economics = (0..<n).map { _ in
      let price = 20 * (1 + generator.uniform())
      return ProductEconomics(price: price, cost: price * (0.3 + 0.5 * generator.uniform()))
    }
  }

  var netRevenue: [Double] { economics.map { $0.price - $0.cost } }

  func request(_ customers: Int) -> PlanRequest {
    PlanRequest(chain: chain, economics: economics, demand: .fixed(customers))
  }

  /// Random units, some products without.
  func units(_ most: Int, seed: UInt64) -> [Int] {
    var generator = SeededGenerator(seed: seed, stream: 7)
    return economics.map { _ in generator.uniform() < 0.4 ? 0 : generator.integer(below: most + 1) }
  }
}

/// The planner with few paths and no bounds.
func smallPlanner(_ effort: JointPlanner.Effort = .normal, paths: Int = 300) -> JointPlanner {
  var planner = JointPlanner()
  (planner.effort, planner.paths, planner.testPaths, planner.computesBounds) = (effort, paths, paths, false)
  return planner
}

/// Every subset of `n` products.
func subsets(_ n: Int) -> [ProductSet] {
  (0..<1 << n).map { bits in ProductSet(flags: (0..<n).map { bits >> $0 & 1 == 1 }) }
}
