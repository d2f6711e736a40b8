import AssortmentPlanning
import Glibc
import Learning
import TestSupport
import Testing

@Suite struct `The newsvendor` {
  private func poisson(_ k: Int, _ mean: Double) -> Double {
    exp(Double(k) * log(mean) - mean - lgamma(Double(k) + 1))
  }

  @Test func `orders the units of highest expected profit for Poisson demand`() throws {
    for mean in [0.01, 0.3, 1, 2.7, 15, 80] {
      for cost in [1.0, 4, 7, 9.5] {
        let vendor = try Newsvendor(price: 10, cost: cost)
        func profit(_ units: Int) -> Double {
          let sales = (0..<400).reduce(0.0) { $0 + Double(min($1, units)) * poisson($1, mean) }
          return 10 * sales - cost * Double(units)
        }
        let best = (0...200).max { profit($0) < profit($1) }!
        let found = vendor.units(.poisson(mean))
        #expect(profit(found) >= profit(best) - 1e-9)
        for units in [0, 1, found, found + 3] {
          #expect(isClose(vendor.profit(units: units, poissonMean: mean), to: profit(units), absolute: 1e-9))
        }
      }
    }
  }

  @Test func `orders nothing exactly when the chance of a sale is worth less than the unit`() throws {
    for mean in [0.05, 0.5, 2.0] {
      let chance = 1 - exp(-mean)
      #expect(try Newsvendor(price: 1, cost: chance + 1e-9).units(.poisson(mean)) == 0)
      #expect(try Newsvendor(price: 1, cost: chance - 1e-9).units(.poisson(mean)) >= 1)
    }
  }

  @Test func `is stable for a million units and agrees with the normal approximation there`() throws {
    let vendor = try Newsvendor(price: 10, cost: 2)
    let exact = vendor.units(.poisson(1e6))
    let normal = vendor.units(.normal(mean: 1e6, deviation: 1e3))
    #expect(abs(exact - normal) <= 2)
  }

  @Test func `knows binomial, negative binomial, empirical and unknown demand`() throws {
    let vendor = try Newsvendor(price: 10, cost: 4)
    // 20 customers, half of them buy: the 60 % quantile of Bin(20, .5) is 11.
    #expect(vendor.units(.binomial(customers: 20, probability: 0.5)) == 11)
    #expect(vendor.units(.negativeBinomial(mean: 10, dispersion: 0)) == vendor.units(.poisson(10)))
    #expect(vendor.units(.empirical([1, 5, 9, 2, 30])) == 5)
    #expect(vendor.units(.distributionFree(mean: 100, deviation: 20)) == 102)
    #expect(vendor.units(.distributionFree(mean: 1, deviation: 5)) == 0)
    #expect(try Newsvendor(price: 3, cost: 4).units(.poisson(10)) == 0)
  }

  @Test func `with discounts, packs and minimum orders is the best of all orders`() throws {
    for discount in [PurchaseTerms.Discount.incremental, .allUnits] {
      for (pack, least) in [(1, 1), (3, 1), (1, 8), (4, 10)] {
        let terms = try PurchaseTerms(
          breaks: [.init(units: 1, cost: 6), .init(units: 10, cost: 5), .init(units: 25, cost: 3.5)],
          discount: discount,
          minimumOrder: least, packSize: pack)
        for mean in [0.5, 4, 12, 22] {
          let revenue = try Newsvendor(price: 10, cost: 0)
          var best = 0.0
          for units in 1...80 where units % pack == 0 && units >= least {
            best = max(best, revenue.profit(units: units, poissonMean: mean) - terms.cost(of: units))
          }
          #expect(isClose(terms.bestOrder(price: 10, poissonMean: mean).profit, to: best, absolute: 1e-9))
        }
      }
    }
  }

  @Test func `refuses salvage that would make one order without limit`() {
    #expect(throws: InvalidInput.self) { try Newsvendor(price: 10, cost: 3, salvage: 3) }
  }
}
