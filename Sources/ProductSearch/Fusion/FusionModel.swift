internal import Learning
internal import LinearAlgebra
internal import TabularLearning

/// The learned part of a fusion: columns in, score out.
enum FusionModel: Sendable, Equatable {
  case linear(LinearScorerModel)
  /// Trees that go on from a linear score.
  case trees(LinearScorerModel, BoostedTreesModel)

  /// "linear" or "trees".
  var name: String {
    switch self {
    case .linear: "linear"
    case .trees: "trees"
    }
  }

  var columns: Int {
    switch self {
    case .linear(let model): model.columns
    case .trees(let model, _): model.columns
    }
  }

  /// Scores candidates whose columns lie `stride` values apart.
  func score(
    _ values: UnsafePointer<Float>, stride: Int, count: Int, into scores: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<count { scores[row] = 0 }
    switch self {
    case .linear(let model): model.add(values, stride: stride, count: count, to: scores)
    case .trees(let linear, let trees):
      linear.add(values, stride: stride, count: count, to: scores)
      trees.add(values, stride: stride, count: count, to: scores)
    }
  }

  /// What each column adds to a candidate's score, beside a base that is the same for all.
  func contributions(of row: [Float]) throws -> (base: Float, columns: [Float]) {
    switch self {
    case .linear(let model): return try model.contributions(of: row)
    case .trees(let linear, let trees):
      let (first, second) = (try linear.contributions(of: row), try trees.contributions(of: row))
      return (first.base + second.base, zip(first.columns, second.columns).map(+))
    }
  }

  /// The linear part's weights for a change of each column by its standard deviation.
  var columnWeights: [Double] {
    switch self {
    case .linear(let model), .trees(let model, _): model.standardizedWeights.map(Double.init)
    }
  }

  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("kind", value: name)
    switch self {
    case .linear(let model): try model.write(to: &writer)
    case .trees(let linear, let trees):
      try linear.write(to: &writer)
      try writer.section("trees") { try trees.write(to: &$0) }
    }
  }

  init(from archive: ModelArchive) throws {
    let kind = try archive.value("kind", as: String.self)
    switch kind {
    case "linear": self = .linear(try LinearScorerModel(from: archive))
    case "trees":
      let trees = try BoostedTreesModel(from: archive.section("trees"))
      let linear = try LinearScorerModel(from: archive)
      guard trees.columns == linear.columns else {
        throw FileFormatError(
          path: archive.path + "/model.json", place: "fusion", given: "trees of \(trees.columns) columns",
          expected: "\(linear.columns) as in the linear part", advice: "The model is altered; train it again."
        )
      }
      self = .trees(linear, trees)
    default:
      throw FileFormatError(
        path: archive.path + "/model.json", place: "fusion", given: "a model of kind \(kind)",
        expected: "linear or trees", advice: "Use the version of Shopkeeper that wrote the model.")
    }
  }
}
