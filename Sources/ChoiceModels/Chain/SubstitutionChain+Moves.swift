/// What changing an assortment by one product does to the expected net revenue of a customer.
public struct OneStepMoves: Sendable {
  /// Expected net revenue of one customer as things are.
  public let value: Double

  /// For each product that is not offered: expected visits of a customer.
  public let visits: [Double]

  /// For each product: expected net revenue of a customer who is at it and has to go on.
  public let worthOfGoingOn: [Double]

  /// A bound on the gain of offering each product too: `visits (r - worth of going on)`; its sign is the gain's.
  public let additionBound: [Double]
}

extension SubstitutionChain {
  /// Values of an assortment that tell for every product at once whether it should be added.
  ///
  /// One pass forwards gives visits theta, one backwards the worth of going on h; adding j changes revenue by
  /// `theta_j / G_jj (r_j - h_j)` where `G_jj >= 1` are the visits to j of a customer who starts there.
  ///
  /// - Complexity: two solutions by sweeps
  public func oneStepMoves(offered: ProductSet, netRevenue: [Double]) -> OneStepMoves {
    let visits = visitsToMissing(firstChoice, offered: offered)
    var stopping = netRevenue
    for i in stopping.indices where !offered.contains(i) { stopping[i] = 0 }
    let worth = worthOfGoingOn(stopping, offered: offered)
    let value = dot(probabilities(offered: offered, tolerance: 1e-15).value, netRevenue)
    let bound = netRevenue.indices.map { i in
      offered.contains(i) ? 0 : visits[i] * (netRevenue[i] - worth[i])
    }
    return OneStepMoves(value: value, visits: visits, worthOfGoingOn: worth, additionBound: bound)
  }

  /// The exact change of expected net revenue when one product more is offered.
  public func gain(ofAdding product: Int, to offered: ProductSet, _ moves: OneStepMoves, netRevenue: Double)
    -> Double
  {
    precondition(!offered.contains(product), "the product is not offered yet")
    var start = [Double](repeating: 0, count: productCount)
    start[product] = 1
    let returns = visitsToMissing(start, offered: offered)[product]
    return moves.visits[product] / max(1, returns) * (netRevenue - moves.worthOfGoingOn[product])
  }

  /// Expected visits to each product that is not offered, of customers who start with the given mass.
  func visitsToMissing(_ start: [Double], offered: ProductSet) -> [Double] {
    var (mass, visits) = (start, [Double](repeating: 0, count: productCount))
    for _ in 0..<10_000 {
      var moving = 0.0
      for i in mass.indices {
        if offered.contains(i) { mass[i] = 0 }
        visits[i] += mass[i]
        moving += mass[i]
      }
      if moving < 1e-15 { break }
      mass = transitions.visit(mass)
    }
    return visits
  }

  /// Expected payment to a customer who is at each product and goes on until one of the offered pays `stopping`.
  func worthOfGoingOn(_ stopping: [Double], offered: ProductSet) -> [Double] {
    var (total, wave) = ([Double](repeating: 0, count: productCount), stopping)
    let scale = stopping.reduce(0) { max($0, abs($1)) }
    for _ in 0..<10_000 {
      wave = transitions.expect(wave)
      var largest = 0.0
      for i in wave.indices {
        total[i] += wave[i]
        largest = max(largest, abs(wave[i]))
        if offered.contains(i) { wave[i] = 0 }
      }
      if largest <= 1e-16 * scale { break }
    }
    return total
  }

  /// The share of an offered product's customers that each other offered product takes over when it is dropped.
  ///
  /// - Precondition: the product is offered.
  /// - Complexity: one solution by sweeps
  public func transference(of product: Int, offered: ProductSet) -> [Double] {
    precondition(offered.contains(product), "the product is offered")
    var customers = [Double](repeating: 0, count: productCount)
    customers[product] = 1
    return placing(customers, offered: offered.removing(product)).value
  }

  /// Who takes over the demand of each offered product when it is dropped.
  ///
  /// - Complexity: O(products^3), memory for every pair; see ``transference(of:offered:)`` for one product
  public func transference(offered: ProductSet) -> TransferenceTable {
    let censored = CensoredChain(self, offered: offered)
    return TransferenceTable(
      products: censored.products, probabilities: censored.probabilities,
      shares: censored.products.indices.map { censored.transference(of: $0) })
  }
}

/// Who takes over the demand of each offered product when it is dropped.
public struct TransferenceTable: Sendable, Equatable {
  /// The offered products.
  public let products: [Int]

  /// Choice probability of each.
  public let probabilities: [Double]

  /// A row a product: the share of its customers that each other product takes over.
  public let shares: [[Double]]

  /// The share of a product's customers that leaves when it is dropped.
  public func lostShare(_ position: Int) -> Double { max(0, 1 - shares[position].reduce(0, +)) }

  /// The change of expected net revenue when a product is dropped.
  public func gain(ofRemoving position: Int, netRevenue: [Double]) -> Double {
    let taken = zip(shares[position], products).reduce(0) { $0 + $1.0 * netRevenue[$1.1] }
    return -probabilities[position] * (netRevenue[products[position]] - taken)
  }
}
