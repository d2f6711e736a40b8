internal import CKernels

/// Memory for serving one path after the other.
final class ServiceScratch {
  private let left: UnsafeMutableBufferPointer<Int32>
  private let prices: UnsafeMutableBufferPointer<Double>
  private let gain: UnsafeMutableBufferPointer<Double>
  private let loss: UnsafeMutableBufferPointer<Double>
  private let taken: UnsafeMutableBufferPointer<UInt32>

  init(_ bank: PreferenceBank) {
    let products = bank.mostProductsOfPath + 1
    left = .allocate(capacity: products)
    prices = .allocate(capacity: products)
    gain = .allocate(capacity: products)
    loss = .allocate(capacity: products)
    taken = .allocate(capacity: bank.mostCustomersOfPath)
  }

  deinit {
    left.deallocate()
    prices.deallocate()
    gain.deallocate()
    loss.deallocate()
    taken.deallocate()
  }

  /// Revenue in excess of salvage.
  func revenue(_ path: PreferenceBank.Path, _ plan: PricedPlan) -> Double {
    stock(path, plan)
    serve(path, taken: nil)
    return sold(path, plan)
  }

  /// Revenue in excess of salvage; adds what one unit more and less of each product would change it by.
  func margins(
    _ path: PreferenceBank.Path, _ plan: PricedPlan, _ gains: inout [Double], _ losses: inout [Double]
  ) -> Double {
    stock(path, plan)
    serve(path, taken: taken.baseAddress)
    let revenue = sold(path, plan)
    let count = path.products.count
    for i in 0..<count { prices[i] = plan.prices[Int(path.products[i])] }
    for i in 0...count { (gain[i], loss[i]) = (0, 0) }
    // The end of lists is worth nothing.
    prices[count] = 0
    path.items.withUnsafeBufferPointer { items in
      path.starts.withUnsafeBufferPointer { starts in
        ck_unit_margins(
          items.baseAddress, starts.baseAddress, starts.count, UInt32(count), prices.baseAddress,
          left.baseAddress, taken.baseAddress, gain.baseAddress, loss.baseAddress)
      }
    }
    for i in 0..<count {
      gains[Int(path.products[i])] += gain[i]
      losses[Int(path.products[i])] += loss[i]
    }
    return revenue
  }

  /// Serves the path; afterwards ``unitsLeft(of:)`` tells what is left.
  func run(_ path: PreferenceBank.Path, _ plan: PricedPlan) -> UnsafeBufferPointer<UInt32> {
    stock(path, plan)
    serve(path, taken: taken.baseAddress)
    return UnsafeBufferPointer(rebasing: UnsafeBufferPointer(taken)[..<path.customers])
  }

  /// Units left of a product, by its number within the path.
  func unitsLeft(of number: Int) -> Int { Int(left[number]) }

  private func stock(_ path: PreferenceBank.Path, _ plan: PricedPlan) {
    path.products.withUnsafeBufferPointer { products in
      plan.units.withUnsafeBufferPointer { units in
        for i in 0..<products.count { left[i] = units[Int(products[i])] }
        left[products.count] = .max
      }
    }
  }

  private func serve(_ path: PreferenceBank.Path, taken: UnsafeMutablePointer<UInt32>?) {
    path.items.withUnsafeBufferPointer { items in
      path.starts.withUnsafeBufferPointer { starts in
        ck_serve(items.baseAddress, starts.baseAddress, starts.count, left.baseAddress, taken)
      }
    }
  }

  private func sold(_ path: PreferenceBank.Path, _ plan: PricedPlan) -> Double {
    path.products.withUnsafeBufferPointer { products in
      plan.units.withUnsafeBufferPointer { units in
        plan.prices.withUnsafeBufferPointer { prices in
          var sum = 0.0
          for i in 0..<products.count {
            let product = Int(products[i])
            sum += prices[product] * Double(units[product] - left[i])
          }
          return sum
        }
      }
    }
  }
}
