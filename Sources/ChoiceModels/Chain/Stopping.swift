/// Optimal stopping on a chain: stop and take the reward, or go on.
struct Stopping {
  private let reward: [Double]
  private let isForced: [Bool]
  private var worth: [Double]
  /// What going on is worth everywhere, by ``worth``.
  private var next: [Double] = []
  private var sweeps = 0.0

  init(_ chain: SubstitutionChain, netRevenue: [Double], forced: ProductSet?) {
    isForced = forced?.flags ?? [Bool](repeating: false, count: chain.productCount)
    var reward = netRevenue
    for i in reward.indices where !isForced[i] { reward[i] = max(reward[i], 0) }
    self.reward = reward
    worth = reward
  }

  /// Sweeps that narrow the states down to those where customers may go on, before these are solved for alone.
  private static let narrowingSweeps = 4

  /// A state leaves the list when stopping is better by this share of its reward after the first sweep, and of the
  /// largest change of the sweep before after the others. Nothing rests on it: the last evaluation looks at every state.
  private static let firstShare = 0.3
  private static let laterShare = 0.5

  /// Narrows the states down, solves for those that are left, and does it again with more of them where an evaluation
  /// of all states says that one was left out.
  mutating func iterate(_ rows: some StoredRows, tolerance: Double) {
    let free = (0..<UInt32(reward.count)).filter { !isForced[Int($0)] }
    let scale = reward.reduce(0) { max($0, abs($1)) }
    // In whatever currency; and sums of rounded numbers never settle closer than some 1e-15 of them.
    let tolerance = max(tolerance * min(1, scale), 2e-15 * scale)
    var share = Self.firstShare
    for _ in 0..<100 {
      var (list, slack) = (free, Double.infinity)
      for sweep in 0..<Self.narrowingSweeps {
        sweeps += Double(list.count) / Double(max(1, reward.count))
        slack =
          Self.laterShare
          * rows.stop(
            &list, reward: reward, share: sweep == 0 ? share : 0, slack: sweep == 0 ? 0 : slack, &worth)
        if slack < Self.laterShare * tolerance { break }
      }
      if slack >= Self.laterShare * tolerance { solve(rows, list, tolerance) }
      next = rows.expect(worth)
      sweeps += 1
      if residuals().above <= 10 * tolerance { return }
      share = 2 * share
    }
  }

  /// The worth of the listed states, all others being as they are.
  private mutating func solve(_ rows: some StoredRows, _ list: [UInt32], _ tolerance: Double) {
    let restricted = rows.restricted(to: list, worth: worth)
    let least = list.map { reward[Int($0)] }
    var iteration = ListIteration(start: list.map { worth[Int($0)] }, least: least)
    let steps = iteration.run(restricted, tolerance: tolerance)
    sweeps += Double(steps) * restricted.share
    for (number, state) in list.enumerated() { worth[Int(state)] = iteration.value[number] }
  }

  /// Policy iteration, each policy valued by a K x K system.
  mutating func improvePolicy(_ part: LowRankTransitions) {
    var offered = ProductSet(flags: zip(reward, isForced).map { $0 > 0 || $1 })
    for _ in 0..<reward.count + 1 {
      worth = part.worth(of: reward, offered: offered)
      next = part.expect(worth)
      sweeps += 1
      let better = ProductSet(
        flags: reward.indices.map { isForced[$0] || reward[$0] > 0 && reward[$0] >= next[$0] - 1e-13 })
      if better == offered { return }
      offered = better
    }
  }

  /// The most by which the better of stopping and going on exceeds the worth, and the worth what is done.
  private func residuals() -> (above: Double, below: Double) {
    var (above, below) = (0.0, 0.0)
    for i in reward.indices where !isForced[i] {
      above = max(above, max(reward[i], next[i]) - worth[i])
      below = max(below, worth[i] - (stops(i) ? reward[i] : next[i]))
    }
    return (above, below)
  }

  /// Ties within rounding are offered: they earn the same.
  private func stops(_ state: Int) -> Bool {
    isForced[state] || reward[state] > 0 && reward[state] >= next[state] * (1 - 1e-12)
  }

  func result(_ chain: SubstitutionChain) -> OptimalAssortment {
    let (above, below) = residuals()
    let value = dot(chain.firstChoice, worth)
    let steps = above > 0 || below > 0 ? expectedSteps(chain) : 0
    let upper = value + (above > 0 ? above * steps : 0)
    let lower = value - (below > 0 ? below * steps : 0)
    return OptimalAssortment(
      products: ProductSet(flags: reward.indices.map(stops)), value: min(lower, upper)...upper, worth: worth,
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

/// Gauss-Seidel sweeps of optimal stopping over listed states, each extrapolated along the last change (D. G. Anderson,
/// 1965, with a memory of one).
private struct ListIteration {
  /// One a state, and 1 for the column of what is fixed.
  private(set) var value: [Double]
  private let least: [Double]

  init(start: [Double], least: [Double]) {
    value = start + [1]
    self.least = least
  }

  /// Sweeps until the next change is expected to be below the tolerance; gives the number of sweeps.
  mutating func run(_ rows: RestrictedRows, tolerance: Double) -> Int {
    let count = least.count
    var before = value
    var (lastChange, lastResult) = (before, before)
    return value.withUnsafeMutableBufferPointer { value in
      before.withUnsafeMutableBufferPointer { before in
        lastChange.withUnsafeMutableBufferPointer { lastChange in
          lastResult.withUnsafeMutableBufferPointer { lastResult in
            least.withUnsafeBufferPointer { least in
              // Of the first change nothing is known to compare it with.
              var previous = 0.0
              for step in 1...2_000 {
                rows.sweep(least: least, value)
                var (largest, square, product) = (0.0, 0.0, 0.0)
                for k in 0..<count {
                  let change = value[k] - before[k]
                  let difference = change - lastChange[k]
                  largest = max(largest, abs(change))
                  square += difference * difference
                  product += difference * change
                }
                if largest < tolerance || largest * min(0.3, largest / previous) < tolerance { return step }
                previous = largest
                let theta = step > 1 && square > 0 ? product / square : 0
                for k in 0..<count {
                  let result = value[k]
                  lastChange[k] = result - before[k]
                  let moved = max(least[k], result - theta * (result - lastResult[k]))
                  lastResult[k] = result
                  value[k] = moved
                  before[k] = moved
                }
              }
              return 2_000
            }
          }
        }
      }
    }
  }
}
