/// Transitions of a mixture of K logits, without a number for every pair.
///
/// With first choices lambda, segment weights a_k, attractions v_kj (outside v_k0) and V_k their sum,
/// `transition(i, j) = (1 / lambda_i) sum_k w_ki v_kj` for j != i, `w_ki = a_k (v_ki / V_k) / (V_k - v_ki)`: a matrix of
/// rank K with its diagonal taken out. One segment gives the chain of a logit: no product has substitutes of its own,
/// everybody substitutes in proportion to popularity.
public struct LowRankTransitions: Sendable, Equatable {
  /// First choice of each product: `sum_k a_k v_ki / V_k`.
  public let firstChoice: [Double]

  /// Share of each segment; they sum to 1.
  public let shares: [Double]

  /// Attraction of each product in each segment, relative to the segment's sum with the outside option: v_ki / V_k.
  public let attractions: [[Double]]

  /// w_ki, and `sum_k w_ki v_ki` for the diagonal that is taken out.
  let weights: [[Double]]
  let diagonal: [Double]

  /// Takes segments of shares and attractions.
  ///
  /// - Parameters:
  ///   - shares: not negative, summing to 1.
  ///   - attractions: a row a segment, each v_ki / V_k in 0..<1 and summing to less than 1 (the rest is the outside
  ///     option); checked by ``SubstitutionChain``.
  public init(shares: [Double], attractions: [[Double]]) {
    let n = attractions.first?.count ?? 0
    precondition(
      shares.count == attractions.count && attractions.allSatisfy { $0.count == n }, "one row a segment")
    self.shares = shares
    self.attractions = attractions
    var (first, diagonal) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
    weights = zip(shares, attractions).map { share, row in
      (0..<n).map { i in
        first[i] += share * row[i]
        let weight = share * row[i] / (1 - row[i])
        diagonal[i] += weight * row[i]
        return weight
      }
    }
    firstChoice = first
    self.diagonal = diagonal
  }

  /// How many products there are.
  public var productCount: Int { firstChoice.count }

  /// Every pair.
  public var dense: DenseTransitions {
    let n = productCount
    var values = [Double](repeating: 0, count: n * n)
    for (weight, row) in zip(weights, attractions) {
      for i in 0..<n where firstChoice[i] > 0 {
        for j in 0..<n where j != i { values[i * n + j] += weight[i] * row[j] / firstChoice[i] }
      }
    }
    return DenseTransitions(productCount: n, values: values)
  }

  func visit(_ mass: [Double]) -> [Double] {
    let q = zip(mass, firstChoice).map { $1 > 0 ? $0 / $1 : 0 }
    var result = zip(diagonal, q).map { -$0 * $1 }
    for (weight, row) in zip(weights, attractions) {
      let moving = zip(weight, q).reduce(0) { $0 + $1.0 * $1.1 }
      for j in result.indices { result[j] += moving * row[j] }
    }
    return result
  }

  func expect(_ value: [Double]) -> [Double] {
    var result = zip(diagonal, value).map { -$0 * $1 }
    for (weight, row) in zip(weights, attractions) {
      let worth = zip(row, value).reduce(0) { $0 + $1.0 * $1.1 }
      for i in result.indices { result[i] += weight[i] * worth }
    }
    return zip(result, firstChoice).map { $1 > 0 ? $0 / $1 : 0 }
  }

  /// The mass that ends at each offered product, and what arrives from each segment, by one K x K system.
  ///
  /// At products i that are not offered, visits x = lambda q solve `lambda_i q_i + diagonal_i q_i - sum_k v_ki s_k =
  /// start_i` with `s_k = sum_i w_ki q_i`, which leaves K unknowns s.
  func settle(_ start: [Double], offered: ProductSet) -> [Double] {
    let missing = offered.complement.products.filter { firstChoice[$0] > 0 }
    let s = solveForSegments(missing, left: weights, right: attractions) { k in
      missing.reduce(0) { $0 + weights[k][$1] * start[$1] / (firstChoice[$1] + diagonal[$1]) }
    }
    return (0..<productCount).map { j in
      guard offered.contains(j) else { return 0 }
      return shares.indices.reduce(start[j]) { $0 + attractions[$1][j] * s[$1] }
    }
  }

  /// What a customer at each product is worth when stopping at the offered ones pays `reward`.
  func worth(of reward: [Double], offered: ProductSet) -> [Double] {
    let missing = offered.complement.products.filter { firstChoice[$0] > 0 }
    let u = solveForSegments(missing, left: attractions, right: weights) { k in
      offered.products.reduce(0) { $0 + attractions[k][$1] * reward[$1] }
    }
    var value = zip(reward, offered.flags).map { $1 ? $0 : 0 }
    for i in missing {
      value[i] = shares.indices.reduce(0) { $0 + weights[$1][i] * u[$1] } / (firstChoice[i] + diagonal[i])
    }
    return value
  }

  private func solveForSegments(
    _ missing: [Int], left: [[Double]], right: [[Double]], _ constant: (Int) -> Double
  ) -> [Double] {
    let k = shares.count
    var matrix = [Double](repeating: 0, count: k * k)
    for a in 0..<k {
      for b in 0..<k {
        let coupling = missing.reduce(0) {
          $0 + left[a][$1] * right[b][$1] / (firstChoice[$1] + diagonal[$1])
        }
        matrix[a * k + b] = (a == b ? 1 : 0) - coupling
      }
    }
    var solution = (0..<k).map(constant)
    matrix.withUnsafeMutableBufferPointer { matrix in
      solution.withUnsafeMutableBufferPointer { solution in
        guard let a = matrix.baseAddress, let b = solution.baseAddress else { return }
        Elimination.factor(a, size: k)
        Elimination.solve(a, size: k, b)
      }
    }
    return solution
  }
}
