internal import CKernels

/// Transitions of every pair of products, row by row.
public struct DenseTransitions: Sendable, Equatable {
  /// How many products there are.
  public let productCount: Int

  /// `productCount` rows of `productCount` probabilities each.
  public let values: [Double]

  /// Takes rows as they are; ``SubstitutionChain`` checks them.
  ///
  /// - Precondition: `values.count == productCount * productCount`.
  public init(productCount: Int, values: [Double]) {
    precondition(values.count == productCount * productCount, "a square of probabilities")
    self.productCount = productCount
    self.values = values
  }

  init(_ sparse: SparseTransitions) {
    let n = sparse.productCount
    var values = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for k in sparse.range(ofRow: i) { values[i * n + Int(sparse.columns[k])] += sparse.values[k] }
    }
    self.init(productCount: n, values: values)
  }

  /// The probability of going from one product to another.
  public subscript(from: Int, to: Int) -> Double { values[from * productCount + to] }

  func visit(_ mass: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: productCount)
    for i in 0..<productCount where mass[i] != 0 {
      let (moving, start) = (mass[i], i * productCount)
      for j in 0..<productCount { result[j] += moving * values[start + j] }
    }
    return result
  }

  func expect(_ value: [Double]) -> [Double] {
    (0..<productCount).map { i in
      var sum = 0.0
      for j in 0..<productCount { sum += values[i * productCount + j] * value[j] }
      return sum
    }
  }

  /// Moves the mass of every listed state on, one after the other.
  func push(_ states: UnsafeBufferPointer<UInt32>, _ mass: UnsafeMutablePointer<Double>) {
    values.withUnsafeBufferPointer {
      ck_substitution_push_dense(states.baseAddress, states.count, $0.baseAddress, productCount, mass)
    }
  }

  /// Sets the result of every listed state to the value of moving on from it or `least`, one state after the other;
  /// `result` may be `value`.
  func expect(
    _ states: UnsafeBufferPointer<UInt32>, least: UnsafePointer<Double>, _ value: UnsafePointer<Double>,
    into result: UnsafeMutablePointer<Double>
  ) {
    values.withUnsafeBufferPointer {
      ck_substitution_expect_dense(
        states.baseAddress, states.count, $0.baseAddress, productCount, least, value, result)
    }
  }
}
