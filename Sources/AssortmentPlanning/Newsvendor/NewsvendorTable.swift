internal import Glibc

/// Best expected profit of many products as functions of their Poisson means, interpolated on a logarithmic grid.
struct NewsvendorTable {
  private let grid: [Double]
  private let values: [Double]
  private let firstLogarithm: Double
  private let logarithmicStep: Double

  /// Tabulates each product's best profit for means from 0 to `largest`.
  init(_ products: [ProductEconomics], largest: Double, points: Int = 400) {
    let (low, high) = (log(1e-3), log(max(largest, 2)))
    let step = (high - low) / Double(points - 1)
    let grid = [0] + (0..<points).map { exp(low + Double($0) * step) }
    (firstLogarithm, logarithmicStep) = (low, step)
    self.grid = grid
    values = products.flatMap { product in
      let vendor = Newsvendor(product)
      return grid.map { max(0, vendor.bestProfit(poissonMean: $0)) }
    }
  }

  /// Best profit of a product at a mean.
  @inline(__always)
  func value(_ product: Int, _ mean: Double) -> Double {
    if mean <= 0 { return 0 }
    let width = grid.count
    let position =
      mean <= grid[1] ? 0 : min(width - 2, Int((log(mean) - firstLogarithm) / logarithmicStep) + 1)
    let (start, end) = (grid[position], grid[position + 1])
    let share = (mean - start) / (end - start)
    let base = product * width + position
    return values[base] * (1 - share) + values[base + 1] * share
  }
}
