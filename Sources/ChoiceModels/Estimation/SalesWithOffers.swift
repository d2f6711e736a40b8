internal import Learning

/// What was bought while what was on offer, grouped by offer set.
///
/// Rows of the same offer set are added up and sets are ordered, so the order of rows has no influence on anything.
public struct SalesWithOffers: Sendable, Equatable {
  /// How often each product was bought while one set was on offer.
  public struct Group: Sendable, Equatable {
    /// What was on offer, ascending.
    public let offered: [Int]

    /// How often each of ``offered`` was bought.
    public let counts: [Double]

    /// How often a customer bought nothing.
    public let withoutPurchase: Double

    /// Customers in all.
    public var total: Double { counts.reduce(withoutPurchase, +) }
  }

  /// How many products there are.
  public let productCount: Int

  /// One group for each set that was on offer.
  public let groups: [Group]

  /// Whether customers who bought nothing were counted; where not, models are conditional on purchase.
  public let recordsNoPurchase: Bool

  /// One row of sales.
  public struct Row: Sendable, Equatable {
    /// What was on offer.
    public let offered: [Int]
    /// What was bought; nil for nothing.
    public let product: Int?
    /// How often, above 0.
    public let count: Double

    /// Creates a row.
    public init(offered: [Int], product: Int?, count: Double = 1) {
      self.offered = offered
      self.product = product
      self.count = count
    }
  }

  /// Adds up rows.
  ///
  /// - Throws: `InvalidInput` naming up to 10 rows by number from 1.
  public init(productCount: Int, rows: [Row]) throws {
    var problems = Violations()
    problems.require(productCount >= 0, "products", given: productCount, expected: "0 or more")
    var sums: [[Int]: (counts: [Double], none: Double)] = [:]
    var isNoneSeen = false
    for (number, row) in rows.enumerated() where problems.all.count < 10 {
      let offered = Set(row.offered).sorted()
      let place = "row \(number + 1)"
      problems.require(
        offered.count == row.offered.count && offered.allSatisfy { (0..<productCount).contains($0) }, place,
        given: "an offer set with a product twice or outside 0..<\(productCount)",
        expected: "different products")
      problems.require(
        row.count > 0 && row.count.isFinite, place, given: "a count of \(row.count)",
        expected: "a number above 0")
      problems.require(
        row.product.map { offered.contains($0) } ?? true, place,
        given: "product \(row.product ?? 0) bought while not on offer", expected: "a product of the offer set"
      )
      guard problems.all.isEmpty else { continue }
      var sum = sums[offered] ?? ([Double](repeating: 0, count: offered.count), 0)
      if let product = row.product {
        sum.counts[offered.firstIndex(of: product)!] += row.count
      } else {
        sum.none += row.count
        isNoneSeen = true
      }
      sums[offered] = sum
    }
    try problems.throwIfAny()
    self.productCount = productCount
    recordsNoPurchase = isNoneSeen
    groups = sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      Group(offered: $0.key, counts: $0.value.counts, withoutPurchase: $0.value.none)
    }
  }

  /// Customers in all.
  public var total: Double { groups.reduce(0) { $0 + $1.total } }

  /// How often each product was bought.
  public var productTotals: [Double] {
    var totals = [Double](repeating: 0, count: productCount)
    for group in groups {
      for (product, count) in zip(group.offered, group.counts) { totals[product] += count }
    }
    return totals
  }

  /// How often customers bought nothing.
  public var withoutPurchase: Double { groups.reduce(0) { $0 + $1.withoutPurchase } }

  /// Mean log-likelihood of a customer under a model; conditional on purchase where no-purchases were not recorded.
  ///
  /// Probabilities below 1e-300 count as that.
  public func meanLogLikelihood(_ model: some ChoicePredictor) -> Double {
    let sum = groups.reduce(0.0) { sum, group in
      let probabilities = model.probabilities(
        offered: ProductSet(productCount: productCount, group.offered))
      let bought = group.offered.reduce(0) { $0 + probabilities[$1] }
      var value = 0.0
      for (product, count) in zip(group.offered, group.counts) where count > 0 {
        value += count * logProbability(probabilities[product] / (recordsNoPurchase ? 1 : bought))
      }
      if group.withoutPurchase > 0 { value += group.withoutPurchase * logProbability(1 - bought) }
      return sum + value
    }
    return sum / max(total, 1e-300)
  }

  /// What every estimator requires of sales.
  func violations(minimumProducts: Int = 1) -> [Violation] {
    var problems = Violations()
    problems.require(
      productCount >= minimumProducts, "products", given: productCount, expected: "\(minimumProducts) or more"
    )
    problems.require(total > 0, "sales", given: "no row", expected: "one or more")
    return problems.all
  }
}
