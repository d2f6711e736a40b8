internal import CKernels

extension FactoredTransitions {
  /// Where mass goes: sum_a P_a' (w_a x), for A x S weights such as a policy.
  ///
  /// - Complexity: O(E x sum of levels) for each action and distinct next status
  func propagate(_ mass: [Double], weights: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: stateCount)
    for action in actions.indices {
      let part = Array(weights[action * stateCount..<(action + 1) * stateCount])
      let moved = propagate(zip(mass, part).map { $0 * $1 }, action: action)
      for s in result.indices { result[s] += moved[s] }
    }
    return result
  }

  /// Where mass goes by one action.
  func propagate(_ mass: [Double], action: Int) -> [Double] {
    var result = [Double](repeating: 0, count: stateCount)
    let next = actions[action].next
    for status in Set(next).sorted() {
      var gathered = [Double](repeating: 0, count: cellCount)
      for (from, to) in next.enumerated() where to == status {
        for cell in 0..<cellCount { gathered[cell] += mass[from * cellCount + cell] }
      }
      let moved = evolve(gathered, chains: actions[action].chains)
      for cell in 0..<cellCount { result[status * cellCount + cell] += moved[cell] }
    }
    return result
  }

  /// Where mass over the cells goes by a product of chains.
  func evolve(_ mass: [Double], chains: [[Double]]) -> [Double] {
    var (current, next) = (mass, mass)
    var inner = 1
    for (chain, n) in zip(chains, levels).reversed() {
      let transposed = (0..<n * n).map { chain[$0 % n * n + $0 / n] }
      ck_axis_product(transposed, Int32(n), current, &next, cellCount / n / inner, inner)
      swap(&current, &next)
      inner *= n
    }
    return current
  }

  /// The distribution over states that a policy ends in, from a start: x = x M with sum 1.
  ///
  /// Solved as (I - M' + u 1') x = u with u the start, which has the same solution and is regular where the start reaches one
  /// recurrent class.
  func stationary(policy: [Double], from start: [Double]) -> (distribution: [Double], converged: Bool) {
    var solution = start
    let effort = StabilisedBiconjugateGradients(count: stateCount).solve(&solution, tolerance: 1e-12) {
      x, y in
      let moved = propagate(Array(x), weights: policy)
      let total = x.reduce(0, +)
      for s in 0..<stateCount { y[s] = x[s] - moved[s] + start[s] * total }
    }
    // Rounding leaves specks of mass where nobody comes.
    for s in solution.indices where solution[s] < 1e-15 { solution[s] = 0 }
    let total = solution.reduce(0, +)
    return (solution.map { $0 / total }, effort.converged)
  }
}
