internal import CKernels
internal import LinearAlgebra
internal import Probability

/// Learns the classifiers of new labels of one cluster, one after the other, each against those before it.
struct InsertionSolver {
  private let solver: LinearSolver
  private let pruning: Pruning
  private let recipe: LabelInsertionRecipe
  private let memory = SolverMemory()

  init(_ model: XRLinear, _ recipe: LabelInsertionRecipe) {
    (solver, pruning, self.recipe) = (model.solver, model.pruning, recipe)
  }

  /// The classifier of a label whose positives are its text, queries and word pairs and whose negatives are the vectors of
  /// the cluster's labels.
  ///
  /// - Complexity: O(entries x passes + entries log features)
  func solve(_ label: NewLabel, against negatives: [StoredRow], seed: UInt64) -> LabelWeights {
    var (block, costs) = (RowBlock(), [Float]())
    func add(_ row: SparseVector, _ cost: Double) {
      guard cost > 0, !row.isEmpty else { return }
      block.append(row.indices, row.values)
      costs.append(Float(cost))
    }
    add(label.text, recipe.textCost)
    for query in label.queries { add(query, recipe.queryCost) }
    for pair in label.pairs { add(pair, recipe.pairCost) }
    for row in negatives where !row.features.isEmpty {
      block.append(row.features, row.values.map(ck_float16_value))
    }
    let (matrix, features) = block.renumbered()
    var renumbering = FeatureRenumbering(featureCount: features.count)
    let instances = TrainingBlock(
      instances: (0..<Int32(matrix.rows)).map { $0 }, x: matrix, bias: solver.bias, renumbering: &renumbering)
    let positives = Array(instances.instances.prefix(costs.count))
    var weights = instances.solve(
      [Positives(instances: positives[...], relevance: costs[...])], solver: solver,
      seed: SplitMix64.mix(seed), threshold: pruning.threshold, memory: memory)[0]
    for i in weights.weights.indices {
      weights.weights[i].feature = features[Int(weights.weights[i].feature)]
    }
    pruning.apply(to: &weights)
    return weights
  }
}

/// Rows that are put together and then renumbered, so that nothing as wide as the feature space is touched.
private struct RowBlock {
  private var offsets = [0]
  private var features: [Int32] = []
  private var values: [Float] = []

  mutating func append(_ features: [Int32], _ values: [Float]) {
    self.features += features
    self.values += values
    offsets.append(self.features.count)
  }

  /// The rows with features numbered from 0 in ascending order, and what each number stands for.
  func renumbered() -> (SparseMatrix, features: [Int32]) {
    var order = features.enumerated().map { UInt64(UInt32(bitPattern: $1)) << 32 | UInt64($0) }
    let largest = features.max() ?? 0
    sortByHighBits(&order, from: 32, to: 64 - UInt32(bitPattern: largest).leadingZeroBitCount)
    var (numbers, occurring) = ([Int32](repeating: 0, count: features.count), [Int32]())
    for key in order {
      let feature = Int32(truncatingIfNeeded: key >> 32)
      if occurring.last != feature { occurring.append(feature) }
      numbers[Int(UInt32(truncatingIfNeeded: key))] = Int32(occurring.count - 1)
    }
    let matrix = SparseMatrix(
      uncheckedRows: offsets.count - 1, columns: occurring.count, offsets: offsets, indices: numbers,
      values: values)
    return (matrix, occurring)
  }
}
