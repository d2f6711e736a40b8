/// Projected subgradient descent on what units pay for being there.
struct BoundDescent {
  private let prices: [Double]
  private let costs: [Double]
  private let committed: [Double?]
  private let width: Int
  private var payments: [Double]
  private var bestPayments: [Double]
  private var factor = 0.5
  private var stale = 0

  /// The least bound so far.
  private(set) var best = Double.infinity

  /// Prices less payments, product by product, scenario by scenario.
  private(set) var rewards: [Double]

  init(_ economics: [ProductEconomics], _ committed: [Int]?, scenarios: Int) {
    prices = economics.map(\.netPrice)
    costs = economics.map(\.leastNetCost)
    self.committed = economics.indices.map { i in
      committed.flatMap { $0[i] > 0 ? Double($0[i]) : nil }
    }
    width = scenarios
    payments = costs.flatMap { [Double](repeating: $0, count: scenarios) }
    bestPayments = payments
    rewards = []
    setRewards()
  }

  /// Takes what the scenarios earn and sell at the present rewards, and moves on.
  mutating func step(_ earned: Double, sales: [Double], lower: Double) {
    var value = earned / Double(width)
    // Units that are there anyway earn what they pay.
    for (i, units) in committed.enumerated() {
      if let units { value += units * payments[i * width..<(i + 1) * width].reduce(0, +) / Double(width) }
    }
    stale = value < best - 1e-4 * abs(best) ? 0 : stale + 1
    if value < best { (best, bestPayments) = (value, payments) }
    if stale > 15 {
      factor /= 2
      stale = 0
      payments = bestPayments
      setRewards()
      return
    }
    var centers = [Double](repeating: 0, count: costs.count)
    var square = 0.0
    sales.withUnsafeBufferPointer { sales in
      for i in costs.indices {
        var sum = 0.0
        for k in i * width..<(i + 1) * width { sum += sales[k] }
        centers[i] = committed[i] ?? sum / Double(width)
        for k in i * width..<(i + 1) * width { square += (sales[k] - centers[i]) * (sales[k] - centers[i]) }
      }
      let length = factor * max(value - lower, 1e-3 * value) * Double(width) / max(square, 1e-12)
      payments.withUnsafeMutableBufferPointer { payments in
        for i in costs.indices {
          let row = UnsafeMutableBufferPointer(rebasing: payments[i * width..<(i + 1) * width])
          for k in 0..<width { row[k] += length * (sales[i * width + k] - centers[i]) }
          Self.project(row, mean: committed[i] == nil ? costs[i] : .infinity)
        }
      }
    }
    setRewards()
  }

  private mutating func setRewards() {
    if rewards.count != payments.count { rewards = payments }
    for i in prices.indices {
      for k in i * width..<(i + 1) * width { rewards[k] = prices[i] - payments[k] }
    }
  }

  /// The nearest row that is not negative and whose mean is at most `mean`.
  ///
  /// Subtracts the same from all that stay positive; entries that would not are dropped until none is (C. Michelot: "A
  /// finite algorithm for finding the projection of a point onto the canonical simplex of R^n", JOTA 50(1), 1986).
  static func project(_ row: UnsafeMutableBufferPointer<Double>, mean: Double) {
    var (sum, count) = (0.0, 0)
    for k in row.indices where row[k] > 0 {
      sum += row[k]
      count += 1
    }
    let total = mean * Double(row.count)
    guard sum > total * (1 + 1e-12) else {
      for k in row.indices where row[k] < 0 { row[k] = 0 }
      return
    }
    var level = (sum - total) / Double(count)
    while true {
      var (next, left) = (0.0, 0)
      for k in row.indices where row[k] > level {
        next += row[k]
        left += 1
      }
      // The set only shrinks; where rounding would let an entry return, the level is found.
      if left >= count || left == 0 { break }
      count = left
      level = (next - total) / Double(left)
    }
    for k in row.indices { row[k] = max(0, row[k] - level) }
  }
}
