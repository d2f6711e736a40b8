public import Learning
internal import LinearAlgebra

extension XRLinearModel {
  /// The model with fewer weights.
  ///
  /// - Throws: ``InvalidInput`` when the pruning is out of range.
  /// - Complexity: O(weights)
  public func pruned(_ pruning: Pruning, on execution: Execution = Execution()) throws -> XRLinearModel {
    try Violations(pruning.violations).throwIfAny()
    var recipe = recipe
    recipe.pruning = pruning
    return try rebuilt(recipe: recipe, on: execution) { pruning.apply(to: &$0) }
  }

  /// The model with its weights stored in another format.
  ///
  /// - Complexity: O(weights)
  public func converted(to format: WeightFormat, on execution: Execution = Execution()) throws
    -> XRLinearModel
  {
    var recipe = recipe
    recipe.format = format
    return try rebuilt(recipe: recipe, on: execution) { _ in }
  }

  private func rebuilt(
    recipe: XRLinear, on execution: Execution, _ change: @Sendable (inout LabelWeights) -> Void
  ) throws -> XRLinearModel {
    let rebuilt = try levels.indices.map { level in
      let ranges = chunkRanges(level: level)
      let chunks = try concurrentMap(count: ranges.count, threads: execution.threads, scratch: {}) {
        _, chunk in
        try execution.cancellation.check()
        var columns = try levels[level].columns(of: chunk, ranges[chunk])
        for i in columns.indices { change(&columns[i]) }
        return Chunk(columns: columns, hash: levels[level].hash, format: recipe.format)
      }
      return ChunkedWeights(chunks: chunks, hash: levels[level].hash, format: recipe.format)
    }
    return XRLinearModel(tree: tree, levels: rebuilt, featureCount: featureCount, recipe: recipe)
  }

  /// The nodes of each stored chunk of a level.
  func chunkRanges(level: Int) -> [Range<Int>] {
    levels[level].chunkCount == 1
      ? [0..<tree.nodeCount(level: level)]
      : (0..<tree.parentCount(level: level)).map { tree.children(of: $0, level: level) }
  }

  func alteredError(level: Int) -> FileFormatError {
    FileFormatError(
      path: "model", place: "level \(level)", given: "bytes that are no chunk", expected: "a chunk",
      advice: "The model is altered; train or import it again.")
  }
}
