internal import ChoiceModels
internal import Learning

/// Adds, drops and exchanges products while that earns more; keeps the best assortment of all its runs.
struct AssortmentSearch {
  private let request: AssortmentRequest
  private(set) var products: ProductSet
  private(set) var value: Double

  init(_ request: AssortmentRequest) {
    self.request = request
    products = ProductSet(productCount: request.chain.productCount, request.mustCarry)
    value = request.allows(products) ? request.value(of: products) : -.infinity
  }

  /// Climbs from a set that keeps the rules.
  mutating func run(from start: ProductSet, _ cancellation: Cancellation) throws {
    guard request.allows(start) else { return }
    var (now, worth) = (start, request.value(of: start))
    while true {
      try cancellation.check()
      if let (next, reached) = bestAddition(to: now, worth) ?? bestRemoval(from: now, worth)
        ?? bestExchange(in: now, worth)
      {
        (now, worth) = (next, reached)
      } else {
        break
      }
    }
    if worth > value { (products, value) = (now, worth) }
  }

  /// The unlimited optimum, products dropped that cost least until the rules are kept.
  func pruned() -> ProductSet {
    var revenue = request.netRevenue
    for product in request.excluded { revenue[product] = -1 }
    let must = ProductSet(productCount: revenue.count, request.mustCarry)
    var offered = request.chain.optimalAssortment(netRevenue: revenue, forced: must).products
    if request.allows(offered) { return offered }
    var censored = CensoredChain(request.chain, offered: offered)
    while !request.allows(offered) {
      let droppable = censored.products.indices.filter {
        censored.isOffered[$0] && !must.contains(censored.products[$0])
      }
      let scores = droppable.map { score(censored, $0) }
      guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }) else { break }
      offered.remove(censored.products[droppable[best]])
      censored.remove(droppable[best])
    }
    return offered
  }

  /// What dropping a product gains; where weight is short, by what it weighs.
  private func score(_ censored: CensoredChain, _ position: Int) -> Double {
    let product = censored.products[position]
    let taken = zip(censored.transference(of: position), censored.products)
      .reduce(0) { $0 + $1.0 * request.netRevenue[$1.1] }
    let gain =
      -censored.probabilities[position] * (request.netRevenue[product] - taken)
      + (request.fixedCosts?[product] ?? 0)
    guard let weights = request.weights, request.weightLimit != nil else { return gain }
    return gain / max(weights[product], 1e-12)
  }

  private func bestAddition(to now: ProductSet, _ worth: Double) -> (ProductSet, Double)? {
    let moves = request.chain.oneStepMoves(offered: now, netRevenue: request.netRevenue)
    let costs = request.fixedCosts
    let candidates = now.complement.products
      .filter { moves.additionBound[$0] - (costs?[$0] ?? 0) > 1e-12 && request.allows(now.inserting($0)) }
      .sorted { moves.additionBound[$0] - (costs?[$0] ?? 0) > moves.additionBound[$1] - (costs?[$1] ?? 0) }
    // The bound is at least the gain, so the search ends where no bound reaches the best gain.
    var best: (product: Int, gain: Double)?
    for product in candidates {
      if let best, moves.additionBound[product] - (costs?[product] ?? 0) <= best.gain { break }
      let gain =
        request.chain.gain(ofAdding: product, to: now, moves, netRevenue: request.netRevenue[product])
        - (costs?[product] ?? 0)
      if gain > best?.gain ?? 1e-12 { best = (product, gain) }
    }
    return best.flatMap { accept(now.inserting($0.product), worth) }
  }

  private func bestRemoval(from now: ProductSet, _ worth: Double) -> (ProductSet, Double)? {
    guard !now.isEmpty else { return nil }
    let table = request.chain.transference(offered: now)
    let gains = table.products.enumerated().map { position, product in
      (
        product: product,
        gain: table.gain(ofRemoving: position, netRevenue: request.netRevenue)
          + (request.fixedCosts?[product] ?? 0)
      )
    }
    let best = gains.filter { request.allows(now.removing($0.product)) }.max { $0.gain < $1.gain }
    guard let best, best.gain > 1e-12 else { return nil }
    return accept(now.removing(best.product), worth)
  }

  /// The best product in place of each that is offered; the first exchange that earns more.
  private func bestExchange(in now: ProductSet, _ worth: Double) -> (ProductSet, Double)? {
    for product in now.products where !request.mustCarry.contains(product) {
      let without = now.removing(product)
      guard let (next, reached) = bestAddition(to: without, request.value(of: without)) else { continue }
      if reached > worth + 1e-12, next != now { return (next, reached) }
    }
    return nil
  }

  private func accept(_ next: ProductSet, _ worth: Double) -> (ProductSet, Double)? {
    let reached = request.value(of: next)
    return reached > worth + 1e-12 ? (next, reached) : nil
  }
}

/// The Lagrangian bound of a limited assortment.
struct AssortmentBound {
  private let request: AssortmentRequest
  private let reach: [Double]
  private let must: ProductSet

  init(_ request: AssortmentRequest) {
    self.request = request
    let n = request.chain.productCount
    must = ProductSet(productCount: n, request.mustCarry)
    // Reaching i at all: alone on offer, it is bought by everyone who does.
    reach =
      n <= 500
      ? (0..<n).map { request.chain.probabilities(offered: ProductSet(productCount: n, [$0]))[$0] }
      : request.chain.expectedVisits.map { min(1, $0) }
  }

  /// The least bound of so many subgradient steps.
  func minimise(lower: Double, steps: Int, _ cancellation: Cancellation) throws -> Double {
    let n = request.chain.productCount
    var revenue = request.netRevenue
    for product in request.excluded { revenue[product] = -1 }
    var (payments, best, factor, stale) = ([Double](repeating: 0, count: n), Double.infinity, 0.5, 0)
    for _ in 0...steps {
      try cancellation.check()
      let reduced = zip(revenue, payments).map { $0 - $1 }
      let stopping = request.chain.optimalAssortment(netRevenue: reduced, forced: must, tolerance: 1e-10)
      let (chosen, paid) = mostPaid(payments)
      let value = stopping.value.upperBound + paid
      stale = value < best - 1e-6 * abs(best) ? 0 : stale + 1
      best = min(best, value)
      if stale > 10 { (factor, stale) = (factor / 2, 0) }
      let sold = request.chain.probabilities(offered: stopping.products, tolerance: 1e-9).value
      let direction = (0..<n).map { reach[$0] * chosen[$0] - sold[$0] }
      let square = direction.reduce(0) { $0 + $1 * $1 }
      guard square > 1e-14 else { break }
      let length = factor * max(value - lower, 1e-4 * abs(value)) / square
      for i in 0..<n { payments[i] = max(0, payments[i] - length * direction[i]) }
    }
    return best
  }

  /// The allowed set whose products pay most in excess of their fixed costs, and what it pays; a relaxation where weights
  /// are limited (a product may be taken in part) or groups are (they are not counted).
  private func mostPaid(_ payments: [Double]) -> (chosen: [Double], paid: Double) {
    let n = payments.count
    let profit = (0..<n).map { payments[$0] * reach[$0] - (request.fixedCosts?[$0] ?? 0) }
    var chosen = must.flags.map { $0 ? 1.0 : 0 }
    var paid = must.products.reduce(0) { $0 + profit[$1] }
    let excluded = Set(request.excluded)
    let free = (0..<n).filter { !must.contains($0) && !excluded.contains($0) && profit[$0] > 0 }
    var room = (request.maximumProducts ?? n) - must.count
    let byProfit = free.sorted { profit[$0] > profit[$1] }
    guard let weights = request.weights, let limit = request.weightLimit else {
      for i in byProfit.prefix(max(0, room)) {
        chosen[i] = 1
        paid += profit[i]
      }
      return (chosen, paid)
    }
    var left = limit - must.products.reduce(0) { $0 + weights[$1] }
    // The weight alone, relaxed; and the number alone: the lesser of two valid bounds.
    var (byWeight, weightPaid) = (chosen, paid)
    for i in free.sorted(by: { profit[$0] * weights[$1] > profit[$1] * weights[$0] }) where left > 0 {
      let part = weights[i] > 0 ? min(1, left / weights[i]) : 1
      byWeight[i] = part
      weightPaid += part * profit[i]
      left -= part * weights[i]
    }
    var countPaid = paid
    for i in byProfit where room > 0 {
      chosen[i] = 1
      countPaid += profit[i]
      room -= 1
    }
    return weightPaid <= countPaid ? (byWeight, weightPaid) : (chosen, countPaid)
  }
}
