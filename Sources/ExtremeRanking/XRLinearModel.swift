public import Learning
public import LinearAlgebra

/// A tree of sparse linear classifiers that ranks labels for a query.
///
///     let answer = try model.predict(x, PredictionOptions(k: 100, beam: 20))
///     for (label, score) in zip(answer.labels, answer.scores) { ... }
public struct XRLinearModel: Predictor, Sendable {
  /// The tree of labels.
  public let tree: LabelTree

  /// Number of features D that queries have.
  public let featureCount: Int

  /// What it was trained with.
  public let recipe: XRLinear

  let levels: [ChunkedWeights]

  /// For each level but the last, where the labels below each node begin; one more entry closes the last node.
  let leafOffsets: [[Int32]]

  init(tree: LabelTree, levels: [ChunkedWeights], featureCount: Int, recipe: XRLinear) {
    (self.tree, self.levels, self.featureCount, self.recipe) = (tree, levels, featureCount, recipe)
    var offsets: [[Int32]] = []
    for level in stride(from: tree.depth - 2, through: 0, by: -1) {
      let below = tree.childOffsets[level + 1]
      offsets.insert(below.map { offsets.isEmpty ? $0 : offsets[0][Int($0)] }, at: 0)
    }
    leafOffsets = offsets
  }

  /// The model with one more trained level.
  func appending(_ level: ChunkedWeights) -> XRLinearModel {
    XRLinearModel(tree: tree, levels: levels + [level], featureCount: featureCount, recipe: recipe)
  }

  /// Number of labels L.
  public var labelCount: Int { tree.labelCount }

  /// Bytes of all weights and the tree, as mapped.
  public var byteCount: Int {
    levels.reduce(4 * tree.labelCount) { $0 + $1.byteCount }
      + tree.childOffsets.reduce(0) { $0 + 4 * $1.count }
  }

  /// Answers one query with the recipe's options.
  public func predict(_ query: SparseVector) throws -> RankedLabels {
    try predict(query, PredictionOptions())
  }

  /// The positions of the last level below a node.
  func leaves(of node: Int, level: Int) -> Range<Int> {
    level == tree.depth - 1
      ? node..<node + 1 : Int(leafOffsets[level][node])..<Int(leafOffsets[level][node + 1])
  }
}
