internal import CKernels
internal import LinearAlgebra

/// What one child of a node learns from.
struct Positives {
  /// Instances with sign +1, ascending.
  let instances: ArraySlice<Int32>
  /// Cost factor of each; empty for 1.
  var relevance: ArraySlice<Float> = []
}

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

  /// Trains the classifiers of up to 16 children side by side.
  ///
  /// - Parameters:
  ///   - children: their positives, ascending, all of the block.
  ///   - threshold: features with a smaller absolute weight are left out.
  /// - Complexity: O(entries x passes), for all of the children together.
  func solve(
    _ children: [Positives], solver: LinearSolver, seed: UInt64, threshold: Double = 0,
    memory: SolverMemory
  ) -> [LabelWeights] {
    memory.prepare(instances: instances.count, features: globalFeatures.count)
    let hasRelevance = children.contains { !$0.relevance.isEmpty }
    if hasRelevance { memory.prepareCosts(Float(solver.cost), instances: instances.count) }
    for (lane, child) in children.enumerated() {
      var position = 0
      for (offset, positive) in child.instances.enumerated() {
        while instances[position] < positive { position += 1 }
        memory.positive[position] |= 1 << lane
        guard !child.relevance.isEmpty else { continue }
        memory.costs[Int(CK_LANES) * position + lane] *= child.relevance[child.relevance.startIndex + offset]
      }
    }
    var options = solver.options(seed: seed)
    let solution = withInstances(bias: solver.bias) { block in
      memory.withTargets(count: children.count, cost: Float(solver.cost), hasCosts: hasRelevance) {
        targets, pointers in
        withUnsafePointer(to: block) { block in
          withUnsafePointer(to: targets) { targets in
            withUnsafePointer(to: pointers) { ck_solve(block, targets, &options, $0) }
          }
        }
      }
    }
    let biases = withUnsafeBytes(of: solution.bias_weights) { Array($0.bindMemory(to: Float.self)) }
    return zip(memory.takeWeights(globalFeatures, lanes: children.count, threshold: threshold), biases)
      .map { LabelWeights(weights: $0, bias: $1) }
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
