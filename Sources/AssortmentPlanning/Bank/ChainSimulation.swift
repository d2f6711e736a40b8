internal import CKernels
public import ChoiceModels
internal import Learning
internal import Probability

/// Lets customers walk while they are served, without keeping their walks: one plan, many seasons, little memory.
///
/// A customer's numbers are those of ``PreferenceBank``, so both sell exactly the same; a bank is faster from the second
/// plan on, and tells margins.
public struct ChainSimulation: Sendable {
  private let walk: ChainWalk
  private let economics: [ProductEconomics]

  /// Prepares a chain.
  ///
  /// - Throws: `InvalidInput` when sizes do not fit or the chain is too large to be walked.
  public init(_ chain: SubstitutionChain, _ economics: [ProductEconomics]) throws {
    guard economics.count == chain.productCount else {
      throw InvalidInput(
        "economics", given: "\(economics.count) products", expected: "\(chain.productCount) as in the chain")
    }
    walk = try ChainWalk(chain, allowed: .all(chain.productCount))
    self.economics = economics
  }

  /// Profit of a plan path by path, and units sold of each product over all paths.
  ///
  /// - Complexity: O(steps of all walks)
  public func run(
    _ units: [Int], demand: DemandForecast, paths: Int, seed: UInt64
  ) -> (profit: PathStatistics, sales: [Double]) {
    let plan = PricedPlan(units, economics)
    let stock = plan.units + [Int32.max]
    var (left, profits) = (stock, [Double]())
    var sales = [Double](repeating: 0, count: units.count)
    profits.reserveCapacity(paths)
    walk.withKernel { kernel in
      left.withUnsafeMutableBufferPointer { left in
        for path in 0..<paths {
          var generator = SeededGenerator(seed: seed, stream: UInt64(path))
          let customers = demand.draw(using: &generator).customers
          for i in stock.indices { left[i] = stock[i] }
          _ = ck_simulate(kernel, generator.next(), customers, left.baseAddress)
          var revenue = 0.0
          for i in units.indices {
            let sold = Double(plan.units[i] - left[i])
            sales[i] += sold
            revenue += sold * plan.prices[i]
          }
          profits.append(revenue - plan.spend)
        }
      }
    }
    return (PathStatistics(profits), sales)
  }
}
