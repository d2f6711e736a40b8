internal import Learning
internal import LinearAlgebra
internal import TabularLearning

/// The learned part of a fusion: columns in, score out.
enum FusionModel: Sendable, Equatable {
  case linear(LinearScorerModel)
  case trees(BoostedTreesModel)

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
    case .trees(let model): model.columns
    }
  }

  /// Scores candidates whose columns lie `stride` values apart.
  func score(
    _ values: UnsafePointer<Float>, stride: Int, count: Int, into scores: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .linear(let model): model.score(values, stride: stride, count: count, into: scores)
    case .trees(let model): model.score(values, stride: stride, count: count, into: scores)
    }
  }

  /// What each column adds to a candidate's score, beside a base that is the same for all.
  func contributions(of row: [Float]) throws -> (base: Float, columns: [Float]) {
    switch self {
    case .linear(let model): try model.contributions(of: row)
    case .trees(let model): try model.contributions(of: row)
    }
  }

  /// How much each column counts.
  var columnWeights: [Double] {
    switch self {
    case .linear(let model): return model.standardizedWeights.map(Double.init)
    case .trees(let model):
      let importances = model.importances
      let sum = max(importances.reduce(0, +), .leastNormalMagnitude)
      return importances.map { $0 / sum }
    }
  }

  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("kind", value: name)
    switch self {
    case .linear(let model): try model.write(to: &writer)
    case .trees(let model): try model.write(to: &writer)
    }
  }

  init(from archive: ModelArchive) throws {
    let kind = try archive.value("kind", as: String.self)
    switch kind {
    case "linear": self = .linear(try LinearScorerModel(from: archive))
    case "trees": self = .trees(try BoostedTreesModel(from: archive))
    default:
      throw FileFormatError(
        path: archive.path + "/model.json", place: "fusion", given: "a model of kind \(kind)",
        expected: "linear or trees", advice: "Use the version of Shopkeeper that wrote the model.")
    }
  }
}
