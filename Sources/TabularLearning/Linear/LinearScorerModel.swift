public import Learning
internal import LinearAlgebra

/// Weights of columns, learned by ``LinearScorer``.
public struct LinearScorerModel: ColumnScorer, Equatable {
  /// The recipe it was learned with.
  public let recipe: LinearScorer

  /// The weight of each column as it is given, not standardised.
  public let weights: [Float]

  /// The score of a row of zeros.
  public let bias: Float

  /// Means of the training rows: what a column is compared with in ``contributions(of:)``.
  public let means: [Float]

  /// The weight of each column for a change by its standard deviation: what weights are compared by.
  public let standardizedWeights: [Float]

  /// Whether the weights had stopped moving.
  public let isConverged: Bool

  init(recipe: LinearScorer, scaling: ColumnScaling, weights: [Double], bias: Double, isConverged: Bool) {
    self.recipe = recipe
    means = scaling.means
    standardizedWeights = weights.map(Float.init)
    let plain = zip(weights, scaling.scales).map { $0 * Double($1) }
    self.weights = plain.map(Float.init)
    self.bias = Float(bias - zip(plain, scaling.means).reduce(0) { $0 + $1.0 * Double($1.1) })
    self.isConverged = isConverged
  }

  /// Number of columns.
  public var columns: Int { weights.count }

  /// Adds the scores of `count` rows to `scores`; value (row, column) is at `column * stride + row`.
  ///
  /// - Complexity: O(`count` · columns), allocates nothing
  public func add(
    _ values: UnsafePointer<Float>, stride: Int, count: Int, to scores: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<count { scores[row] += bias }
    for column in 0..<columns where weights[column] != 0 {
      let (weight, source) = (weights[column], values + column * stride)
      for row in 0..<count { scores[row] += weight * source[row] }
    }
  }

  /// What each column adds to a row's score, compared with the mean row, whose score comes first.
  ///
  /// - Throws: ``InvalidInput`` when the row has another width or a value that is not finite.
  public func contributions(of row: [Float]) throws -> (base: Float, columns: [Float]) {
    let problems = violations(of: row)
    if !problems.isEmpty { throw InvalidInput(problems) }
    var base = Double(bias)
    for (weight, mean) in zip(weights, means) { base += Double(weight) * Double(mean) }
    let parts = row.indices.map { weights[$0] * (row[$0] - means[$0]) }
    return (Float(base), parts)
  }
}

extension LinearScorerModel {
  /// Writes the model into a part of an archive.
  ///
  /// - Throws: `FileError`.
  public func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("recipe", value: recipe)
    try writer.add("isConverged", value: isConverged)
    try writer.add("bias", array: [bias])
    try writer.add("weights", array: weights)
    try writer.add("means", array: means)
    try writer.add("standardizedWeights", array: standardizedWeights)
  }

  /// Reads a model from a part of an archive.
  ///
  /// - Throws: `FileError` or `FileFormatError`.
  public init(from archive: ModelArchive) throws {
    recipe = try archive.value("recipe", as: LinearScorer.self)
    isConverged = try archive.value("isConverged", as: Bool.self)
    weights = Array(try archive.array("weights", of: Float.self))
    bias = try archive.array("bias", of: Float.self, count: 1)[0]
    means = Array(try archive.array("means", of: Float.self, count: weights.count))
    standardizedWeights = Array(
      try archive.array("standardizedWeights", of: Float.self, count: weights.count))
    guard (weights + means + [bias]).allSatisfy(\.isFinite) else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "weights", given: "numbers that are not finite",
        expected: "finite numbers", advice: "The model is altered; train it again.")
    }
  }
}
