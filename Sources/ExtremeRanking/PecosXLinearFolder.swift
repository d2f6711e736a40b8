public import LinearAlgebra

/// The contents of an XR-Linear folder of PECOS (libpecos 1.2): one matrix of weights and one of clusters a level.
///
/// It keeps what the files say, in the files' own order; ``XRLinearModel`` is made from it. The matrices lie in
/// `ranker/<level>.model/W.npz` and `C.npz`.
public struct PecosXLinearFolder: Sendable, Equatable {
  /// One level of the tree, from the root down.
  public struct Level: Sendable, Equatable {
    /// One row a node of the level, one column a feature; the last column is the bias when `bias` > 0.
    public var weights: SparseMatrix

    /// For each node its parent, a node of the level above; 0 on the first level.
    public var parents: [Int32]

    /// Value of the constant feature; not positive for a model without bias.
    public var bias: Double

    /// The name of the post-processor, as `l3-hinge`.
    public var postProcessor: String

    /// How many nodes a query keeps on this level, unless it says otherwise.
    public var beam: Int

    /// Creates a level.
    public init(weights: SparseMatrix, parents: [Int32], bias: Double, postProcessor: String, beam: Int) {
      self.weights = weights
      self.parents = parents
      self.bias = bias
      self.postProcessor = postProcessor
      self.beam = beam
    }
  }

  /// The levels, at least one; nodes of the last one are the labels.
  public var levels: [Level]

  /// Number of features, without the bias.
  public var featureCount: Int

  /// Number of labels.
  public var labelCount: Int { levels[levels.count - 1].parents.count }

  /// Creates the contents of a folder.
  ///
  /// - Precondition: at least one level; every level has as many rows of weights as parents.
  public init(levels: [Level], featureCount: Int) {
    precondition(!levels.isEmpty && levels.allSatisfy { $0.weights.rows == $0.parents.count }, "levels fit")
    self.levels = levels
    self.featureCount = featureCount
  }
}
