/// The assortment of highest expected revenue without limits, with bounds on what any assortment earns.
public struct OptimalAssortment: Sendable {
  /// What to offer.
  public let products: ProductSet

  /// Expected revenue of one customer: what the assortment earns at least, and what any assortment earns at the most.
  public let value: ClosedRange<Double>

  /// What a customer at each product is worth: the larger of stopping there and moving on.
  public let worth: [Double]

  /// ``SolveStatus/converged`` when both ends of ``value`` agree to 1e-10 of the value.
  public let status: SolveStatus

  /// Passes over the rows, those of part of the rows counted in proportion.
  public let sweeps: Double
}

extension SubstitutionChain {
  /// The assortment of highest expected net revenue, as a problem of optimal stopping.
  ///
  /// `g = max(r, 0, rho g)` is the worth of a customer at each product; products with `r_i >= (rho g)_i` are offered. Both
  /// ends of the value hold for whatever g was computed. With `above = max(max(r, 0, rho g) - g)` and expected remaining
  /// steps w, `g + above w` satisfies every constraint of the dual linear program, so no assortment earns more than
  /// `lambda (g + above w)`. With `below` the most by which g exceeds r where the assortment stops, or rho g where it goes
  /// on, the assortment itself earns at least `lambda (g - below w)`. When every product has a probability of leaving,
  /// `w <= 1 / least probability`.
  ///
  /// - Parameters:
  ///   - netRevenue: what a sale of each product earns, finite.
  ///   - forced: products that are offered whatever they earn.
  ///   - tolerance: largest change of the last sweep.
  /// - Complexity: O(stored numbers) a sweep, some 15 sweeps
  public func optimalAssortment(
    netRevenue: [Double], forced: ProductSet? = nil, tolerance: Double = 1e-12
  ) -> OptimalAssortment {
    precondition(netRevenue.count == productCount, "one net revenue a product")
    var stopping = Stopping(self, netRevenue: netRevenue, forced: forced)
    switch transitions {
    case .dense(let part):
      stopping.iterate(tolerance: tolerance) { part.expect($0, least: $1, $2, into: $3) }
    case .sparse(let part):
      stopping.iterate(tolerance: tolerance) { part.expect($0, least: $1, $2, into: $3) }
    case .lowRank(let part):
      stopping.improvePolicy(part)
    }
    return stopping.finish(self)
  }
}

/// Optimal stopping on the chain: stop and take the reward, or go on.
private struct Stopping {
  private let reward: [Double]
  private let isForced: [Bool]
  private var worth: [Double]
  private var goingOn: [UInt32] = []
  private var sweeps = 0.0

  init(_ chain: SubstitutionChain, netRevenue: [Double], forced: ProductSet?) {
    isForced = forced?.flags ?? [Bool](repeating: false, count: chain.productCount)
    reward = zip(netRevenue, isForced).map { $1 ? $0 : max($0, 0) }
    worth = reward
  }

  typealias Expect = (
    UnsafeBufferPointer<UInt32>, UnsafePointer<Double>, UnsafePointer<Double>, UnsafeMutablePointer<Double>
  ) -> Void

  /// Alternates sweeps over all products with a linear iteration over those where customers go on.
  ///
  /// Which products those are is known after few sweeps; the linear part then needs half the rows, and may be
  /// extrapolated.
  mutating func iterate(tolerance: Double, _ expect: Expect) {
    let free = (0..<UInt32(reward.count)).filter { !isForced[Int($0)] }
    for round in 0..<100 {
      var change = 0.0
      for attempt in 0..<(round == 0 ? 3 : 1) {
        let before = goingOn.count
        change = sweep(free, expect)
        if attempt > 0, goingOn.count == before { break }
      }
      if change < tolerance { return }
      iterateLinearly(tolerance: tolerance, expect)
    }
  }

  /// One sweep over every free product; gives the largest change and notes where customers go on.
  private mutating func sweep(_ free: [UInt32], _ expect: Expect) -> Double {
    let before = worth
    call(expect, free, least: reward)
    sweeps += 1
    goingOn.removeAll(keepingCapacity: true)
    var change = 0.0
    for i in free where worth[Int(i)] > reward[Int(i)] { goingOn.append(i) }
    for i in worth.indices { change = max(change, abs(worth[i] - before[i])) }
    return change
  }

  private mutating func call(_ expect: Expect, _ states: [UInt32], least: [Double]) {
    worth.withUnsafeMutableBufferPointer { worth in
      states.withUnsafeBufferPointer { states in
        least.withUnsafeBufferPointer { least in
          if !states.isEmpty { expect(states, least.baseAddress!, worth.baseAddress!, worth.baseAddress!) }
        }
      }
    }
  }

  /// Worth of going on for good from ``goingOn``: Gauss-Seidel with Anderson's extrapolation over one step.
  private mutating func iterateLinearly(tolerance: Double, _ expect: Expect) {
    let share = Double(goingOn.count) / Double(max(1, reward.count))
    let noFloor = [Double](repeating: -.infinity, count: reward.count)
    var before = goingOn.map { worth[Int($0)] }
    var (lastChange, lastResult) = (before, before)
    for step in 0..<1000 {
      call(expect, goingOn, least: noFloor)
      sweeps += share
      var (largest, square, product) = (0.0, 0.0, 0.0)
      for (k, i) in goingOn.enumerated() {
        let change = worth[Int(i)] - before[k]
        let difference = change - lastChange[k]
        largest = max(largest, abs(change))
        square += difference * difference
        product += difference * change
      }
      if largest < tolerance { return }
      let theta = step > 0 && square > 0 ? product / square : 0
      for (k, i) in goingOn.enumerated() {
        let result = worth[Int(i)]
        lastChange[k] = result - before[k]
        worth[Int(i)] = result - theta * (result - lastResult[k])
        lastResult[k] = result
        before[k] = worth[Int(i)]
      }
    }
  }

  /// Policy iteration, each policy valued by a K x K system.
  mutating func improvePolicy(_ part: LowRankTransitions) {
    var offered = ProductSet(flags: zip(reward, isForced).map { $0 > 0 || $1 })
    for _ in 0..<reward.count + 1 {
      worth = part.worth(of: reward, offered: offered)
      let next = part.expect(worth)
      sweeps += 1
      let better = ProductSet(
        flags: reward.indices.map { isForced[$0] || reward[$0] > 0 && reward[$0] >= next[$0] - 1e-13 })
      if better == offered { return }
      offered = better
    }
  }

  func finish(_ chain: SubstitutionChain) -> OptimalAssortment {
    let next = chain.transitions.expect(worth)
    let scale = max(reward.max() ?? 0, 0)
    var (above, below) = (0.0, 0.0)
    var stops = isForced
    for i in reward.indices where !isForced[i] {
      // Ties within rounding are offered: they earn the same.
      stops[i] = reward[i] > 0 && reward[i] >= next[i] - 1e-11 * scale
      above = max(above, max(reward[i], next[i]) - worth[i])
      below = max(below, worth[i] - (stops[i] ? reward[i] : next[i]))
    }
    let value = dot(chain.firstChoice, worth)
    let steps = above > 0 || below > 0 ? expectedSteps(chain) : 0
    let upper = value + (above > 0 ? above * steps : 0)
    let lower = value - (below > 0 ? below * steps : 0)
    return OptimalAssortment(
      products: ProductSet(flags: stops), value: min(lower, upper)...upper, worth: worth,
      status: upper - lower <= 1e-10 * abs(upper) || upper == 0 ? .converged : .iterationLimit, sweeps: sweeps
    )
  }

  /// A bound on `lambda w`, w the expected steps until leaving when nothing is offered.
  private func expectedSteps(_ chain: SubstitutionChain) -> Double {
    let wishes = chain.firstChoice.reduce(0, +)
    if let least = chain.leaving.min(), least > 0 { return wishes / least }
    // Any s with 1 + rho s <= s + e everywhere, e < 1, gives w <= s / (1 - e).
    var steps = [Double](repeating: 1, count: reward.count)
    for _ in 0..<100_000 {
      let next = chain.transitions.expect(steps).map { 1 + $0 }
      let excess = zip(next, steps).reduce(0) { max($0, $1.0 - $1.1) }
      if excess < 0.5 { return dot(chain.firstChoice, steps) / (1 - excess) }
      steps = next
    }
    return .infinity
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in 0..<min(a.count, b.count) { sum += a[i] * b[i] }
  return sum
}
