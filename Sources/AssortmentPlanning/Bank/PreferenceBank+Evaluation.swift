internal import ChoiceModels
internal import LinearAlgebra

/// Profit of a plan, path by path.
public struct PathStatistics: Sendable, Equatable {
  /// Profit of each path.
  public let profits: [Double]

  /// Mean profit.
  public let mean: Double

  /// Standard error of the mean.
  public let standardError: Double

  init(_ profits: [Double]) {
    self.profits = profits
    let count = Double(profits.count)
    mean = profits.isEmpty ? 0 : profits.reduce(0, +) / count
    let center = mean
    let squares = profits.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    standardError = profits.count < 2 ? 0 : (squares / (count - 1) / count).squareRoot()
  }

  /// Mean and standard error of this profit less another, path by path.
  public func difference(from other: PathStatistics) -> (mean: Double, standardError: Double) {
    let paired = PathStatistics(zip(profits, other.profits).map { $0 - $1 })
    return (paired.mean, paired.standardError)
  }
}

/// Profit of a plan with the value of one unit more and one unit less of every product.
public struct UnitMargins: Sendable, Equatable {
  /// Profit path by path.
  public let profit: PathStatistics

  /// Change of mean profit by one unit more of each product.
  public let more: [Double]

  /// Change of mean profit by one unit less; minus infinity where there is none.
  public let less: [Double]
}

extension PreferenceBank {
  /// Profit of a plan on every path.
  ///
  /// - Parameter units: units of each product, 0 or more; of products that are not allowed 0.
  /// - Complexity: O(customers), independent of threads
  public func profit(of units: [Int], _ economics: [ProductEconomics], threads: Int = 1) -> PathStatistics {
    let plan = PricedPlan(units, economics)
    let chunks = Self.chunks(paths.count)
    let parts = concurrently(chunks.count, threads) { chunk in
      let scratch = ServiceScratch(self)
      return chunks[chunk].map { scratch.revenue(paths[$0], plan) - plan.spend }
    }
    return PathStatistics(Array(parts.joined()))
  }

  /// Profit of a plan and the exact change by one unit more and less of every product.
  ///
  /// - Complexity: O(length of all lists), independent of threads
  public func unitMargins(of units: [Int], _ economics: [ProductEconomics], threads: Int = 1) -> UnitMargins {
    let plan = PricedPlan(units, economics)
    let chunks = Self.chunks(paths.count)
    let parts: [(profits: [Double], gain: [Double], loss: [Double])] = concurrently(chunks.count, threads) {
      chunk in
      let scratch = ServiceScratch(self)
      var gain = [Double](repeating: 0, count: productCount)
      var loss = gain
      let profits = chunks[chunk].map { scratch.margins(paths[$0], plan, &gain, &loss) - plan.spend }
      return (profits, gain, loss)
    }
    var gain = [Double](repeating: 0, count: productCount)
    var loss = gain
    // Chunks are fixed and added in order, so that threads make no difference.
    for part in parts {
      for i in 0..<productCount {
        gain[i] += part.gain[i]
        loss[i] += part.loss[i]
      }
    }
    let scale = 1 / Double(max(1, paths.count))
    return UnitMargins(
      profit: PathStatistics(Array(parts.map(\.profits).joined())),
      more: (0..<productCount).map {
        allowed.contains($0) ? gain[$0] * scale - economics[$0].netCost(above: units[$0]) : -.infinity
      },
      less: (0..<productCount).map {
        units[$0] > 0 ? economics[$0].netCost(above: units[$0] - 1) - loss[$0] * scale : -.infinity
      })
  }

  /// Ranges of paths that are worked on as one, at most 32.
  static func chunks(_ count: Int) -> [Range<Int>] {
    let parts = min(32, count)
    return (0..<parts).map { $0 * count / parts..<($0 + 1) * count / parts }
  }

  private func concurrently<Result: Sendable>(
    _ count: Int, _ threads: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    // The body does not throw.
    (try? concurrentMap(count: count, threads: threads, scratch: {}) { _, index in body(index) }) ?? []
  }
}

/// Units and net prices of a plan, as kernels take them.
struct PricedPlan: Sendable {
  let units: [Int32]
  let prices: [Double]
  /// Net cost of all units with the fixed costs of what is carried.
  let spend: Double

  init(_ units: [Int], _ economics: [ProductEconomics]) {
    precondition(units.count == economics.count, "units of every product")
    precondition(units.allSatisfy { $0 >= 0 && $0 < Int(Int32.max) }, "units from 0 to 2^31 - 2")
    self.units = units.map { Int32($0) }
    prices = economics.map(\.netPrice)
    spend = zip(units, economics).reduce(0) {
      $0 + $1.1.netSpend(on: $1.0) + ($1.0 > 0 ? $1.1.fixedCost : 0)
    }
  }
}
