internal import CKernels
internal import Learning

/// Transitions that are a product: a deterministic status, and blocks that each follow a Markov chain of their own.
///
/// State = status * E + cell, where cells count the combinations of the blocks' levels, the last block fastest. The E x E
/// matrix of an action is the Kronecker product of the chains of its blocks; it is never stored. Expectations multiply one
/// axis after the other, once for each status that an action leads to; systems are solved by conjugate gradients.
public struct FactoredTransitions: TransitionOperator {
  /// One action's part of the transitions.
  public struct Action: Sendable, Equatable {
    /// The chain of each block over the action's whole length, n x n row by row.
    public var chains: [[Double]]

    /// The status that follows each status.
    public var next: [Int]

    /// Creates an action's transitions.
    public init(chains: [[Double]], next: [Int]) {
      (self.chains, self.next) = (chains, next)
    }
  }

  /// Number of levels of each block.
  public let levels: [Int]

  /// Number of statuses.
  public let statusCount: Int

  /// Each action's chains and next statuses.
  public let actions: [Action]

  /// Number of combinations E of the blocks' levels.
  public let cellCount: Int

  private let axes: [[Axis]]

  /// The largest number of states that indices hold.
  public static let largestStateCount = Int(Int32.max)

  /// Creates transitions.
  ///
  /// - Throws: ``InvalidInput`` when a chain does not fit its block or is not stochastic, a status is out of range, or there
  ///   are more than 2^31 - 1 states.
  public init(levels: [Int], statusCount: Int, actions: [Action]) throws {
    var problems = Violations()
    let cells = Self.product(levels + [statusCount])
    problems.require(
      levels.allSatisfy { $0 >= 1 } && statusCount >= 1, "levels",
      given: "\(levels), \(statusCount) statuses",
      expected: "1 or more each")
    problems.require(
      cells != nil, "states", given: "more than 2147483647", expected: "at most 2147483647",
      advice: "Use fewer blocks or levels.")
    for (place, action) in actions.enumerated() {
      problems.require(
        action.next.count == statusCount && action.next.allSatisfy { $0 >= 0 && $0 < statusCount },
        "next status of action \(place)", given: "\(action.next.count) statuses",
        expected: "\(statusCount) statuses in 0 to \(statusCount - 1)")
      problems.require(
        action.chains.count == levels.count
          && zip(action.chains, levels).allSatisfy { Self.isStochastic($0, levels: $1) },
        "chains of action \(place)", given: "chains that do not fit the blocks or have rows without sum 1",
        expected: "one chain for each block, rows of probabilities with sum 1")
    }
    try problems.throwIfAny()
    (self.levels, self.statusCount, self.actions) = (levels, statusCount, actions)
    cellCount = cells! / statusCount
    axes = actions.map { Axis.axes(of: $0.chains, levels: levels) }
  }

  /// Number of states S.
  public var stateCount: Int { statusCount * cellCount }

  /// Number of actions A.
  public var actionCount: Int { actions.count }

  /// Writes E[v(s') | s, action] for every s.
  ///
  /// - Complexity: O(E x sum of levels) for each distinct next status
  public func expectation(
    of values: UnsafeBufferPointer<Double>, action: Int, into result: UnsafeMutableBufferPointer<Double>
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * cellCount) { scratch in
      for status in Set(actions[action].next).sorted() {
        let expected = expectation(of: values, action: action, from: status, scratch)
        for (from, next) in actions[action].next.enumerated() where next == status {
          memcpy(result.baseAddress! + from * cellCount, expected, cellCount)
        }
      }
    }
  }

  /// Prepares the solution of (I - sum_a w_a P_a) x = b.
  public func system(weights: [Double]) -> any ValueSystem {
    FactoredSystem(transitions: self, weights: weights)
  }

  /// The expectation over one status's cells; the result lies in `scratch`.
  fileprivate func expectation(
    of values: UnsafeBufferPointer<Double>, action: Int, from status: Int,
    _ scratch: UnsafeMutableBufferPointer<Double>
  ) -> UnsafePointer<Double> {
    var from = values.baseAddress! + status * cellCount
    var to = scratch.baseAddress!
    for axis in axes[action] {
      axis.chain.withUnsafeBufferPointer {
        ck_axis_product(
          $0.baseAddress!, Int32(axis.levels), from, to, cellCount / axis.levels / axis.inner, axis.inner)
      }
      from = UnsafePointer(to)
      to = scratch.baseAddress! + (to == scratch.baseAddress! ? cellCount : 0)
    }
    return from
  }

  private func memcpy(_ to: UnsafeMutablePointer<Double>, _ from: UnsafePointer<Double>, _ count: Int) {
    to.update(from: from, count: count)
  }

  /// The product of sizes; nil above 2^31 - 1.
  static func product(_ sizes: [Int]) -> Int? {
    var product = 1
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow, next <= largestStateCount else { return nil }
      product = next
    }
    return product
  }

  static func isStochastic(_ chain: [Double], levels: Int) -> Bool {
    chain.count == levels * levels && chain.allSatisfy { $0 >= 0 }
      && (0..<levels).allSatisfy { abs(chain[$0 * levels..<($0 + 1) * levels].reduce(0, +) - 1) < 1e-9 }
  }
}

/// One axis of a product of chains. The last blocks are taken together until an axis is wide enough for vectors.
private struct Axis: Sendable {
  let chain: [Double]
  let levels: Int
  /// How many cells one step along the axis skips.
  let inner: Int

  static func axes(of chains: [[Double]], levels: [Int]) -> [Axis] {
    var (blocks, sizes) = (chains, levels)
    while sizes.count > 1, sizes.last! < 4, sizes.last! * sizes[sizes.count - 2] <= 16 {
      let (last, size) = (blocks.removeLast(), sizes.removeLast())
      let (outer, count) = (blocks.removeLast(), sizes.removeLast())
      blocks.append(kronecker(outer, count, last, size))
      sizes.append(count * size)
    }
    var inner = 1
    var axes: [Axis] = []
    for (chain, count) in zip(blocks, sizes).reversed() {
      if count > 1 { axes.append(Axis(chain: chain, levels: count, inner: inner)) }
      inner *= count
    }
    // A single cell has one chain, which is 1.
    return axes.isEmpty ? [Axis(chain: [1], levels: 1, inner: 1)] : axes
  }

  private static func kronecker(_ a: [Double], _ m: Int, _ b: [Double], _ n: Int) -> [Double] {
    var product = [Double](repeating: 0, count: m * n * m * n)
    for i in 0..<m * n {
      for j in 0..<m * n { product[i * m * n + j] = a[i / n * m + j / n] * b[i % n * n + j % n] }
    }
    return product
  }
}

private struct FactoredSystem: ValueSystem {
  let transitions: FactoredTransitions
  let weights: [Double]

  func solve(_ columns: inout [Double], tolerance: Double) -> SystemEffort {
    let (states, cells) = (transitions.stateCount, transitions.cellCount)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * cells) { scratch in
      weights.withUnsafeBufferPointer { weights in
        StabilisedBiconjugateGradients(count: states).solve(&columns, tolerance: max(tolerance, 1e-14)) {
          x, y in
          _ = y.update(from: x)
          for (place, action) in transitions.actions.enumerated() {
            for status in Set(action.next).sorted() {
              let expected = transitions.expectation(of: x, action: place, from: status, scratch)
              for (from, next) in action.next.enumerated() where next == status {
                ck_subtract_products(
                  weights.baseAddress! + place * states + from * cells, expected,
                  y.baseAddress! + from * cells, cells)
              }
            }
          }
        }
      }
    }
  }
}
