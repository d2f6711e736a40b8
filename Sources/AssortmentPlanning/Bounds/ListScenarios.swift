internal import CKernels

/// Scenarios of customers' lists: the shop may sell each customer any product of the list.
struct ListScenarios: ScenarioProblem {
  private let bank: PreferenceBank
  private var worth: [Double]
  private var taken: [Double]
  private(set) var sales: [Double]

  init(_ bank: PreferenceBank) {
    self.bank = bank
    worth = [Double](repeating: 0, count: bank.mostProductsOfPath + 1)
    taken = worth
    sales = [Double](repeating: 0, count: bank.productCount * bank.pathCount)
  }

  mutating func evaluate(_ rewards: [Double]) -> Double {
    let width = bank.pathCount
    for i in sales.indices { sales[i] = 0 }
    var sum = 0.0
    for (k, path) in bank.paths.enumerated() {
      let count = path.products.count
      for (number, product) in path.products.enumerated() {
        worth[number] = rewards[Int(product) * width + k]
      }
      worth[count] = 0
      for number in 0...count { taken[number] = 0 }
      sum += path.items.withUnsafeBufferPointer { items in
        path.starts.withUnsafeBufferPointer { starts in
          taken.withUnsafeMutableBufferPointer {
            ck_best_on_lists(
              items.baseAddress, starts.baseAddress, starts.count, UInt32(count), worth, $0.baseAddress)
          }
        }
      }
      for (number, product) in path.products.enumerated() { sales[Int(product) * width + k] = taken[number] }
    }
    return sum
  }
}
