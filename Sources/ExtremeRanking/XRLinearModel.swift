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

  /// The vectors of the labels by position, where they are kept: what new labels are learned against.
  let vectors: LabelVectors?

  /// What came and went since the arrays were made.
  private(set) var changes = LabelChanges()

  /// For each level but the last two, where the clusters below each node begin; one more entry closes the last node.
  private let clusterOffsets: [[Int32]]

  init(
    tree: LabelTree, levels: [ChunkedWeights], featureCount: Int, recipe: XRLinear,
    vectors: LabelVectors? = nil, removed: RemovedLabels = RemovedLabels()
  ) {
    (self.tree, self.levels, self.featureCount, self.recipe) = (tree, levels, featureCount, recipe)
    self.vectors = vectors
    var offsets: [[Int32]] = []
    for level in stride(from: tree.depth - 3, through: 0, by: -1) {
      let below = tree.childOffsets[level + 1]
      offsets.insert(below.map { offsets.isEmpty ? $0 : offsets[0][Int($0)] }, at: 0)
    }
    clusterOffsets = offsets
    guard removed.count > 0 else { return }
    changes.removed = removed
    changes.live = LabelFilter(self) { _ in true }
  }

  /// The model with one more trained level.
  func appending(_ level: ChunkedWeights) -> XRLinearModel {
    XRLinearModel(tree: tree, levels: levels + [level], featureCount: featureCount, recipe: recipe)
  }

  /// The same arrays with other changes.
  func replacing(_ changes: LabelChanges) -> XRLinearModel {
    var model = self
    model.changes = changes
    return model
  }

  /// Number of labels L that numbers were given to, removed ones included.
  public var labelCount: Int { tree.labelCount + changes.clusters.count }

  /// Number of labels that can be answered.
  public var liveLabelCount: Int { labelCount - changes.removed.count }

  /// Whether a label was removed.
  public func isRemoved(_ label: Int) -> Bool { changes.removed.contains(label) }

  /// Whether labels were added or removed since the model's arrays were made, so that ``merging(on:)`` has something to
  /// fold in.
  public var hasChanges: Bool { !changes.areFolded }

  /// Whether new labels can be learned: whether the vectors of the labels are kept.
  public var acceptsLabels: Bool { vectors != nil }

  /// Bytes of all weights and the tree, as mapped; the vectors for new labels not included.
  public var byteCount: Int {
    levels.reduce(4 * tree.labelCount) { $0 + $1.byteCount }
      + tree.childOffsets.reduce(0) { $0 + 4 * $1.count }
  }

  /// Bytes of the vectors that new labels are learned against; 0 when they are not kept.
  public var vectorByteCount: Int { vectors?.byteCount ?? 0 }

  /// Answers one query with the recipe's options.
  public func predict(_ query: SparseVector) throws -> RankedLabels {
    try predict(query, PredictionOptions())
  }

  /// The clusters below a node of a level above the last one.
  func clusters(of node: Int, level: Int) -> Range<Int> {
    level == tree.depth - 2
      ? node..<node + 1 : Int(clusterOffsets[level][node])..<Int(clusterOffsets[level][node + 1])
  }

  /// The positions of the last level below a node.
  func leaves(of node: Int, level: Int) -> Range<Int> {
    guard level < tree.depth - 1 else { return node..<node + 1 }
    let (clusters, offsets) = (clusters(of: node, level: level), tree.childOffsets[tree.depth - 1])
    return Int(offsets[clusters.lowerBound])..<Int(offsets[clusters.upperBound])
  }
}
