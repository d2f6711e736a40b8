internal import CKernels
internal import LinearAlgebra

/// The instances that train the children of one node, with the features that occur renumbered from 0.
///
/// All children share the block: its rows lie together, the weights are as wide as the features that occur (so
/// they fit the cache), and nothing as wide as the whole feature space is touched while solving.
struct TrainingBlock: Sendable {
  /// Instances by number, ascending.
  let instances: [Int32]
  private let offsets: [UInt32]
  private let features: [UInt32]
  private let values: [Float]
  private let squares: [Float]
  /// Global number of each local feature, ascending.
  let globalFeatures: [Int32]

  /// Copies the rows of `instances` from `x`.
  ///
  /// - Complexity: O(entries of the rows + features that occur, sorted)
  init(instances: [Int32], x: SparseMatrix, bias: Double, renumbering: inout FeatureRenumbering) {
    self.instances = instances
    var (offsets, features, values, squares) = ([UInt32(0)], [UInt32](), [Float](), [Float]())
    let entries = instances.reduce(0) { $0 + (x.range(ofRow: Int($1)).count + 3) & ~3 }
    offsets.reserveCapacity(instances.count + 1)
    features.reserveCapacity(entries)
    values.reserveCapacity(entries)
    squares.reserveCapacity(instances.count)
    globalFeatures = renumbering.number(rows: instances, of: x)
    x.indices.withUnsafeBufferPointer { indices in
      x.values.withUnsafeBufferPointer { all in
        renumbering.local.withUnsafeBufferPointer { local in
          for instance in instances {
            var square = bias * bias
            for i in x.range(ofRow: Int(instance)) {
              features.append(local[Int(indices[i])])
              values.append(all[i])
              square += Double(all[i]) * Double(all[i])
            }
            while !features.count.isMultiple(of: 4) {
              features.append(features[features.count - 1])
              values.append(0)
            }
            offsets.append(UInt32(features.count))
            squares.append(Float(square))
          }
        }
      }
    }
    (self.offsets, self.features, self.values, self.squares) = (offsets, features, values, squares)
  }

  /// Trains one classifier.
  ///
  /// - Parameters:
  ///   - positives: instances with sign +1, ascending, all of the block.
  ///   - relevance: cost factor of each positive; empty for 1.
  ///   - threshold: features with a smaller absolute weight are left out.
  func solve(
    positives: ArraySlice<Int32>, relevance: ArraySlice<Float>, solver: LinearSolver, seed: UInt64,
    threshold: Double = 0, memory: inout SolverMemory
  ) -> LabelWeights {
    memory.prepare(instances: instances.count, features: globalFeatures.count)
    let cost = Float(solver.cost)
    for i in instances.indices { (memory.signs[i], memory.costs[i]) = (-1, cost) }
    var position = 0
    for (offset, positive) in positives.enumerated() {
      while instances[position] < positive { position += 1 }
      memory.signs[position] = 1
      if !relevance.isEmpty { memory.costs[position] = cost * relevance[relevance.startIndex + offset] }
    }
    var options = solver.options(seed: seed)
    let bias = withInstances(bias: solver.bias) { block in
      memory.withPointers { signs, costs, pointers in
        withUnsafePointer(to: block) { block in
          withUnsafePointer(to: pointers) { ck_solve(block, signs, costs, &options, $0).bias_weight }
        }
      }
    }
    return LabelWeights(
      weights: memory.takeWeights(globalFeatures, threshold: threshold), bias: Float(bias))
  }

  private func withInstances<Result>(bias: Double, _ body: (ck_instances) -> Result) -> Result {
    offsets.withUnsafeBufferPointer { offsets in
      features.withUnsafeBufferPointer { features in
        values.withUnsafeBufferPointer { values in
          squares.withUnsafeBufferPointer { squares in
            body(
              ck_instances(
                count: instances.count, offsets: offsets.baseAddress, features: features.baseAddress,
                values: values.baseAddress, squares: squares.baseAddress, bias: Float(bias)))
          }
        }
      }
    }
  }
}

/// Numbers the features that occur in some rows from 0, ascending, without touching the others.
struct FeatureRenumbering {
  /// Local number of each feature numbered last; others hold rubbish.
  private(set) var local: [UInt32]
  private var stamps: [UInt32]
  private var stamp: UInt32 = 0

  init(featureCount: Int) {
    local = [UInt32](repeating: 0, count: featureCount)
    stamps = local
  }

  /// The features of the rows, ascending; `local` then maps each of them to its position.
  mutating func number(rows: [Int32], of x: SparseMatrix) -> [Int32] {
    stamp += 1
    var occurring: [Int32] = []
    for row in rows {
      for i in x.range(ofRow: Int(row)) {
        let feature = x.indices[i]
        if stamps[Int(feature)] != stamp {
          stamps[Int(feature)] = stamp
          occurring.append(feature)
        }
      }
    }
    occurring.sort()
    for (position, feature) in occurring.enumerated() { local[Int(feature)] = UInt32(position) }
    return occurring
  }
}

/// The memory one thread solves with, reused from label to label.
struct SolverMemory {
  fileprivate(set) var signs: [Int8] = []
  fileprivate(set) var costs: [Float] = []
  private var weights: [Float] = []
  /// The dual variables of the last solution, by instance.
  private(set) var duals: [ck_dual] = []
  private var order: [UInt32] = []
  private var resting: [UInt32] = []
  private var featureCount = 0

  /// Grows what is too small; the weights are zero before and after every solution.
  fileprivate mutating func prepare(instances: Int, features: Int) {
    if signs.count < instances {
      signs = [Int8](repeating: 0, count: instances)
      costs = [Float](repeating: 0, count: instances)
      duals = [ck_dual](repeating: ck_dual(), count: instances)
      order = [UInt32](repeating: 0, count: instances)
      resting = [UInt32](repeating: 0, count: Int(CK_RESTING_LISTS) * instances)
    }
    if weights.count < features { weights = [Float](repeating: 0, count: features) }
    featureCount = features
  }

  fileprivate mutating func withPointers<Result>(
    _ body: (UnsafePointer<Int8>?, UnsafePointer<Float>?, ck_solver_memory) -> Result
  ) -> Result {
    weights.withUnsafeMutableBufferPointer { weights in
      duals.withUnsafeMutableBufferPointer { duals in
        order.withUnsafeMutableBufferPointer { order in
          resting.withUnsafeMutableBufferPointer { resting in
            signs.withUnsafeBufferPointer { signs in
              costs.withUnsafeBufferPointer { costs in
                body(
                  signs.baseAddress, costs.baseAddress,
                  ck_solver_memory(
                    weights: weights.baseAddress, duals: duals.baseAddress, order: order.baseAddress,
                    resting: resting.baseAddress))
              }
            }
          }
        }
      }
    }
  }

  /// Takes the weights out that are not 0 and not below the threshold, and leaves zeros.
  fileprivate mutating func takeWeights(
    _ globalFeatures: [Int32], threshold: Double
  ) -> [(feature: Int32, value: Float)] {
    var found: [(feature: Int32, value: Float)] = []
    weights.withUnsafeMutableBufferPointer { weights in
      for local in 0..<featureCount where weights[local] != 0 && Double(abs(weights[local])) >= threshold {
        found.append((globalFeatures[local], weights[local]))
      }
      weights.baseAddress?.update(repeating: 0, count: featureCount)
    }
    return found
  }
}
