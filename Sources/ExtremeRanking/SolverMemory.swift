internal import CKernels

/// The memory one thread solves with, reused from block to block.
final class SolverMemory {
  /// A bit for each child, for each instance.
  var positive: [UInt16] = []
  /// The cost of each instance for each child, where they differ.
  let costs = AlignedFloats()
  private let weights = AlignedFloats()
  private let alphas = AlignedFloats()
  private var visits: [ck_visit] = []
  private var order: [UInt32] = []
  private var resting: [UInt32] = []

  /// Grows what is too small; no instance is positive then. The weights are zero before and after every solution.
  func prepare(instances: Int, features: Int) {
    weights.grow(to: Int(CK_LANES) * features, keepingZeros: true)
    alphas.grow(to: Int(CK_LANES) * instances)
    if visits.count < instances {
      positive = [UInt16](repeating: 0, count: instances)
      visits = [ck_visit](repeating: ck_visit(), count: instances)
      order = [UInt32](repeating: 0, count: instances)
      resting = [UInt32](repeating: 0, count: Int(CK_RESTING_LISTS) * instances)
    }
    for i in 0..<instances { positive[i] = 0 }
  }

  /// Gives every instance the same cost for every child.
  func prepareCosts(_ cost: Float, instances: Int) {
    costs.grow(to: Int(CK_LANES) * instances)
    costs.start.update(repeating: cost, count: Int(CK_LANES) * instances)
  }

  func withTargets<Result>(
    count: Int, cost: Float, hasCosts: Bool, _ body: (ck_targets, ck_solver_memory) -> Result
  ) -> Result {
    visits.withUnsafeMutableBufferPointer { visits in
      order.withUnsafeMutableBufferPointer { order in
        resting.withUnsafeMutableBufferPointer { resting in
          positive.withUnsafeBufferPointer { positive in
            body(
              ck_targets(
                count: count, positive: positive.baseAddress, cost: cost, costs: hasCosts ? costs.start : nil),
              ck_solver_memory(
                weights: weights.start, alphas: alphas.start, visits: visits.baseAddress,
                order: order.baseAddress, resting: resting.baseAddress))
          }
        }
      }
    }
  }

  /// The dual variable of an instance for a child, after a solution.
  func alpha(instance: Int, child: Int) -> Float { alphas[Int(CK_LANES) * instance + child] }

  /// Takes the weights out that are not 0 and not below the threshold, and leaves zeros.
  func takeWeights(
    _ globalFeatures: [Int32], lanes: Int, threshold: Double
  ) -> [[(feature: Int32, value: Float)]] {
    // The least float that is not below the threshold, which need not be a float.
    var least = max(Float(threshold), .leastNonzeroMagnitude)
    if Double(least) < threshold { least = least.nextUp }
    var found = [[(feature: Int32, value: Float)]](repeating: [], count: lanes)
    var line = weights.start
    for feature in globalFeatures {
      for lane in 0..<lanes where abs(line[lane]) >= least { found[lane].append((feature, line[lane])) }
      line += Int(CK_LANES)
    }
    weights.start.update(repeating: 0, count: Int(CK_LANES) * globalFeatures.count)
    return found
  }
}

/// Numbers at the beginning of a cache line.
final class AlignedFloats {
  private(set) var start: UnsafeMutablePointer<Float>
  private var count = 0

  init() {
    start = Self.allocate(0)
  }

  deinit {
    start.deallocate()
  }

  subscript(index: Int) -> Float {
    get { start[index] }
    set { start[index] = newValue }
  }

  /// Makes room; what was there before is lost.
  func grow(to needed: Int, keepingZeros: Bool = false) {
    guard needed > count else { return }
    start.deallocate()
    start = Self.allocate(needed)
    count = needed
    if keepingZeros { start.update(repeating: 0, count: needed) }
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer.allocate(byteCount: max(64, 4 * count), alignment: 64)
      .bindMemory(to: Float.self, capacity: count)
  }
}
