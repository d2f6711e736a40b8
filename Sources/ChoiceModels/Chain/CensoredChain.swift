internal import LinearAlgebra

/// The chain seen only at the offered products: where a customer goes next among them when one runs out.
///
/// With S offered and N not, `B = rho_SS + rho_SN (I - rho_NN)^-1 rho_NS` and `pi = lambda_S + rho_NS^T (I - rho_NN^T)^-1
/// lambda_N`. Removing one product more is one step of Gaussian elimination: `pi += pi_i t_i`, `B += B_.i t_i` with
/// `t_i = B_i. / (1 - B_ii)`, the row of demand transference.
public struct CensoredChain: Sendable {
  /// The offered products, as numbers of the chain.
  public let products: [Int]

  /// Which of ``products`` are still offered, by position.
  public private(set) var isOffered: [Bool]

  /// Choice probability of each product by position; 0 once it is removed.
  public private(set) var probabilities: [Double]

  /// Row by row, where a customer who leaves a position goes next.
  public private(set) var transitions: [Double]

  /// Censors the chain on what is offered.
  ///
  /// - Complexity: O(|N|^2 |S| + |N|^3) without sparsity; meant for up to some thousand products
  public init(_ chain: SubstitutionChain, offered: ProductSet) {
    let rows = chain.transitions.sparseRows
    products = offered.products
    isOffered = [Bool](repeating: true, count: products.count)
    let missing = offered.complement.products
    var place = [Int](repeating: 0, count: chain.productCount)
    for (k, i) in products.enumerated() { place[i] = k }
    for (k, i) in missing.enumerated() { place[i] = k }
    let (s, m) = (products.count, missing.count)
    // Rows of missing products: (I - rho_NN) x = rho_NS.
    var system = DoubleMatrix.identity(m)
    var right = DoubleMatrix(rows: m, columns: s)
    for (k, i) in missing.enumerated() {
      for e in rows.range(ofRow: i) {
        let j = Int(rows.columns[e])
        if offered.contains(j) {
          right[k, place[j]] += rows.values[e]
        } else {
          system[k, place[j]] -= rows.values[e]
        }
      }
    }
    // Everybody leaves in the end, so the system is regular.
    let onward = m == 0 ? [] : LUFactor(system)!.solve(right).values
    var matrix = [Double](repeating: 0, count: s * s)
    let offeredProducts = products
    matrix.withUnsafeMutableBufferPointer { matrix in
      for (k, i) in offeredProducts.enumerated() {
        for e in rows.range(ofRow: i) {
          let j = Int(rows.columns[e])
          if offered.contains(j) {
            matrix[k * s + place[j]] += rows.values[e]
          } else {
            let (weight, start) = (rows.values[e], place[j] * s)
            for column in 0..<s { matrix[k * s + column] += weight * onward[start + column] }
          }
        }
      }
    }
    transitions = matrix
    var arriving = products.map { chain.firstChoice[$0] }
    for (k, i) in missing.enumerated() where chain.firstChoice[i] > 0 {
      for column in 0..<s { arriving[column] += chain.firstChoice[i] * onward[k * s + column] }
    }
    probabilities = arriving
  }

  /// Share of the product's customers that go to each other position when it is not there; the rest leaves.
  ///
  /// - Precondition: the position is offered.
  /// - Complexity: O(products)
  public func transference(of position: Int) -> [Double] {
    let n = products.count
    let stay = 1 - transitions[position * n + position]
    return (0..<n).map { $0 == position || !isOffered[$0] ? 0 : transitions[position * n + $0] / stay }
  }

  /// Takes a product off the offer.
  ///
  /// - Precondition: the position is offered.
  /// - Complexity: O(products^2)
  public mutating func remove(_ position: Int) {
    precondition(isOffered[position], "the product is offered")
    let n = products.count
    let row = transference(of: position)
    isOffered[position] = false
    let share = probabilities[position]
    for j in 0..<n { probabilities[j] += share * row[j] }
    probabilities[position] = 0
    transitions.withUnsafeMutableBufferPointer { b in
      row.withUnsafeBufferPointer { row in
        for i in 0..<n where isOffered[i] {
          let factor = b[i * n + position]
          if factor == 0 { continue }
          for j in 0..<n { b[i * n + j] += factor * row[j] }
          b[i * n + position] = 0
        }
      }
    }
  }
}
