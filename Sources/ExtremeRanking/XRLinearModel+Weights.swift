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
      let chunks = try concurrentMap(
        count: tree.parentCount(level: level), threads: execution.threads, scratch: {}
      ) { _, parent in
        try execution.cancellation.check()
        var children = try levels[level].children(of: parent, tree.children(of: parent, level: level))
        for i in children.indices { change(&children[i]) }
        return Chunk(children: children, hash: levels[level].hash, format: recipe.format)
      }
      return ChunkedWeights(chunks: chunks, hash: levels[level].hash, format: recipe.format)
    }
    return XRLinearModel(tree: tree, levels: rebuilt, featureCount: featureCount, recipe: recipe)
  }

  func alteredError(level: Int) -> FileFormatError {
    FileFormatError(
      path: "model", place: "level \(level)", given: "bytes that are no chunk", expected: "a chunk",
      advice: "The model is altered; train or import it again.")
  }
}
