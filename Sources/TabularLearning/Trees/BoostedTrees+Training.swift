public import Learning
internal import LinearAlgebra
internal import Probability

extension BoostedTrees: Estimator {
  /// Grows the trees.
  ///
  /// - Throws: ``InvalidInput`` listing every violation of recipe and examples; `CancellationError`.
  /// - Complexity: O(trees · depth · rows · columns)
  public func fit(_ examples: GroupedExamples, on execution: Execution) throws -> BoostedTreesModel {
    var problems = Violations(violations)
    problems.append(contentsOf: examples.violations)
    let columns = examples.features.columns
    problems.require(
      increasing.allSatisfy { $0 < columns }, "increasing", given: "column \(increasing.max() ?? 0)",
      expected: "columns in 0..<\(columns)")
    problems.require(
      examples.features.rows <= Int(Int32.max), "features", given: "\(examples.features.rows) rows",
      expected: "at most \(Int32.max)")
    try problems.throwIfAny()
    let binned = try BinnedColumns(examples.features, bins: bins, threads: execution.threads)
    let grower = TreeGrower(binned, self, threads: execution.threads)
    let loss = LossDerivatives(loss, examples)
    let groups = examples.groups
    var scores = examples.startingScores ?? [Float](repeating: 0, count: examples.features.rows)
    var (first, curvatures) = (scores, scores)
    var grown: [TreeGrower.Tree] = []
    for number in 0..<trees {
      try execution.cancellation.check()
      execution.progress.report(
        ProgressEvent(stage: "growing trees", completed: number, total: trees))
      try loss.write(at: scores, first: &first, curvatures: &curvatures, threads: execution.threads)
      var generator = SeededGenerator(seed: seed, stream: UInt64(number))
      let rows = draw(groups.count, groupShare, &generator).flatMap { groups[$0].map(Int32.init) }
      let tree = try grower.grow(
        TreeGrower.WholeDerivatives(first: first, curvatures: curvatures), rows: rows,
        allowed: draw(columns, columnShare, &generator))
      add(tree, examples.features, to: &scores)
      grown.append(tree)
    }
    return BoostedTreesModel(recipe: self, columns: columns, trees: grown)
  }

  /// Some of the numbers below `count`, ascending, at least one.
  private func draw(_ count: Int, _ share: Double, _ generator: inout SeededGenerator) -> [Int] {
    if share == 1 { return Array(0..<count) }
    let wanted = max(1, Int((Double(count) * share).rounded()))
    var left = wanted
    return (0..<count).filter { position in
      let isDrawn = generator.integer(below: count - position) < left
      if isDrawn { left -= 1 }
      return isDrawn
    }
  }

  private func add(_ tree: TreeGrower.Tree, _ features: DenseMatrix, to scores: inout [Float]) {
    let columns = features.columns
    features.values.withUnsafeBufferPointer { values in
      for row in scores.indices {
        var node = 0
        for _ in 0..<depth {
          let isRight = values[row * columns + Int(tree.columns[node])] > tree.thresholds[node]
          node = 2 * node + (isRight ? 2 : 1)
        }
        scores[row] += tree.values[node]
      }
    }
  }
}
