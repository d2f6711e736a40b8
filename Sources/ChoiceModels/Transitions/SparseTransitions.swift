internal import CKernels

/// Transitions of the pairs that substitute each other, in compressed rows.
public struct SparseTransitions: Sendable, Equatable {
  /// Where each row's entries begin; one more than there are products, at most 2^32 - 1.
  public let offsets: [UInt32]

  /// The product that each entry leads to.
  public let columns: [UInt32]

  /// Its probability.
  public let values: [Double]

  /// Takes compressed rows as they are; ``SubstitutionChain`` checks their values.
  ///
  /// - Precondition: offsets start at 0, do not descend and end at the number of entries; columns are products.
  public init(offsets: [UInt32], columns: [UInt32], values: [Double]) {
    precondition(!offsets.isEmpty && offsets[0] == 0 && Int(offsets.last!) == columns.count, "whole rows")
    precondition(columns.count == values.count, "a probability an entry")
    precondition(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }, "offsets do not descend")
    precondition(columns.allSatisfy { $0 < offsets.count - 1 }, "columns are products")
    self.offsets = offsets
    self.columns = columns
    self.values = values
  }

  init(_ dense: DenseTransitions) {
    let n = dense.productCount
    var offsets: [UInt32] = [0]
    var columns: [UInt32] = []
    var values: [Double] = []
    for i in 0..<n {
      for j in 0..<n where dense[i, j] != 0 {
        columns.append(UInt32(j))
        values.append(dense[i, j])
      }
      offsets.append(UInt32(columns.count))
    }
    self.init(offsets: offsets, columns: columns, values: values)
  }

  /// How many products there are.
  public var productCount: Int { offsets.count - 1 }

  /// The entries of a row.
  public func range(ofRow row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }

  func visit(_ mass: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: productCount)
    for i in 0..<productCount {
      for k in range(ofRow: i) { result[Int(columns[k])] += mass[i] * values[k] }
    }
    return result
  }

  func expect(_ value: [Double]) -> [Double] {
    let states = (0..<UInt32(productCount)).map { $0 }
    let least = [Double](repeating: -.infinity, count: productCount)
    var result = least
    states.withUnsafeBufferPointer { states in
      result.withUnsafeMutableBufferPointer { result in
        if !states.isEmpty { expect(states, least: least, value, into: result.baseAddress!) }
      }
    }
    return result
  }

  /// Moves the mass of every listed state on, one after the other.
  func push(_ states: UnsafeBufferPointer<UInt32>, _ mass: UnsafeMutablePointer<Double>) {
    withKernelRows { ck_substitution_push(states.baseAddress, states.count, $0, mass) }
  }

  /// Sets the result of every listed state to the value of moving on from it or `least`, one state after the other;
  /// `result` may be `value`.
  func expect(
    _ states: UnsafeBufferPointer<UInt32>, least: UnsafePointer<Double>, _ value: UnsafePointer<Double>,
    into result: UnsafeMutablePointer<Double>
  ) {
    withKernelRows { ck_substitution_expect(states.baseAddress, states.count, $0, least, value, result) }
  }

  func withKernelRows<Result>(_ body: (ck_transitions) -> Result) -> Result {
    offsets.withUnsafeBufferPointer { offsets in
      columns.withUnsafeBufferPointer { columns in
        values.withUnsafeBufferPointer { values in
          body(
            ck_transitions(
              offsets: offsets.baseAddress, columns: columns.baseAddress, values: values.baseAddress))
        }
      }
    }
  }
}
