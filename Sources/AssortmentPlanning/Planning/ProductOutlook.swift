internal import LinearAlgebra

/// What is expected to happen to one product of a plan.
public struct ProductOutlook: Sendable, Equatable, Codable {
  /// The product.
  public let product: Int
  /// Units of the plan.
  public let units: Int
  /// Expected units sold.
  public let sales: Double
  /// Share of the units that is sold.
  public let sellThrough: Double
  /// Probability that every unit is sold.
  public let soldOutProbability: Double
  /// When the last unit goes, as a share of the season's customers, where it goes; nil where it never does.
  public let sellOutTime: Double?
  /// Expected customers who meet this product first among those carried.
  public let demand: Double
  /// Expected customers of these who leave without buying.
  public let lost: Double
  /// Expected sales to customers who met another carried product first.
  public let recaptured: Double
  /// Expected units left.
  public let leftover: Double
  /// Change of expected profit by one unit more.
  public let marginMore: Double
  /// Change by one unit less; nil where there is none.
  public let marginLess: Double?
}

/// What happens during the season, simulated on a bank.
public struct StockOutSimulation: Sendable, Equatable {
  /// Profit path by path.
  public let profit: PathStatistics

  /// Expected units sold.
  public let sales: Double

  /// Expected customers who met a carried product and left without buying.
  public let lost: Double

  /// Expected sales to customers who did not get the carried product that they met first.
  public let recaptured: Double

  /// Product by product, those carried.
  public let products: [ProductOutlook]

  /// Serves every path of a bank with a plan.
  ///
  /// - Complexity: O(length of all lists), independent of threads
  public init(_ bank: PreferenceBank, _ units: [Int], _ economics: [ProductEconomics], threads: Int = 1) {
    let margins = bank.unitMargins(of: units, economics, threads: threads)
    let plan = PricedPlan(units, economics)
    let chunks = PreferenceBank.chunks(bank.pathCount)
    let tallies: [Tally] =
      (try? concurrentMap(count: chunks.count, threads: threads, scratch: {}) { _, chunk -> Tally in
        let scratch = ServiceScratch(bank)
        var tally = Tally(productCount: units.count)
        for path in chunks[chunk] { tally.add(bank.paths[path], plan, scratch) }
        return tally
      }) ?? []
    var total = Tally(productCount: units.count)
    for tally in tallies { total.add(tally) }
    let scale = 1 / Double(max(1, bank.pathCount))
    products = units.indices.filter { units[$0] > 0 }.map { i in
      let sold = total.sales[i] * scale
      return ProductOutlook(
        product: i, units: units[i], sales: sold, sellThrough: sold / Double(units[i]),
        soldOutProbability: total.soldOut[i] * scale,
        sellOutTime: total.soldOut[i] > 0 ? total.sellOutTime[i] / total.soldOut[i] : nil,
        demand: total.demand[i] * scale, lost: total.lost[i] * scale, recaptured: total.recaptured[i] * scale,
        leftover: Double(units[i]) - sold, marginMore: margins.more[i], marginLess: margins.less[i])
    }
    profit = margins.profit
    sales = products.reduce(0) { $0 + $1.sales }
    lost = products.reduce(0) { $0 + $1.lost }
    recaptured = products.reduce(0) { $0 + $1.recaptured }
  }
}

/// Sums over paths, product by product.
private struct Tally: Sendable {
  var sales: [Double]
  var soldOut: [Double]
  var sellOutTime: [Double]
  var demand: [Double]
  var lost: [Double]
  var recaptured: [Double]

  init(productCount: Int) {
    sales = [Double](repeating: 0, count: productCount)
    (soldOut, sellOutTime, demand, lost, recaptured) = (sales, sales, sales, sales, sales)
  }

  mutating func add(_ path: PreferenceBank.Path, _ plan: PricedPlan, _ scratch: ServiceScratch) {
    let taken = scratch.run(path, plan)
    var lastSale = [Int](repeating: -1, count: path.products.count)
    let end = UInt32(path.products.count)
    for (t, start) in path.starts.enumerated() {
      let got = path.items[Int(taken[t])]
      if got != end { lastSale[Int(got)] = t }
      // The first product that is carried at all, whether it is still there or not.
      var k = Int(start)
      while path.items[k] != end, plan.units[Int(path.products[Int(path.items[k])])] == 0 { k += 1 }
      guard path.items[k] != end else { continue }
      let met = Int(path.products[Int(path.items[k])])
      demand[met] += 1
      if got == end {
        lost[met] += 1
      } else if got != path.items[k] {
        recaptured[Int(path.products[Int(got)])] += 1
      }
    }
    for (number, product) in path.products.enumerated() where plan.units[Int(product)] > 0 {
      let left = scratch.unitsLeft(of: number)
      sales[Int(product)] += Double(Int(plan.units[Int(product)]) - left)
      if left == 0 {
        soldOut[Int(product)] += 1
        sellOutTime[Int(product)] += Double(lastSale[number] + 1) / Double(path.customers)
      }
    }
  }

  mutating func add(_ other: Tally) {
    func sum(_ a: inout [Double], _ b: [Double]) { for i in a.indices { a[i] += b[i] } }
    sum(&sales, other.sales)
    sum(&soldOut, other.soldOut)
    sum(&sellOutTime, other.sellOutTime)
    sum(&demand, other.demand)
    sum(&lost, other.lost)
    sum(&recaptured, other.recaptured)
  }
}
