internal import Learning
internal import LinearAlgebra

extension SieveRewardModel {
  /// The kind that a model's archive has.
  public static let archiveKind = "sieve-rewards"

  private struct Summary: Codable {
    let recipe: SieveReward
    let kept: [Int]
    let pValues, scales: [Double]
    let meanLogLikelihood, reciprocalCondition: Double
    let status: FitStatus
    let declared, actions: Int
  }

  /// Opens a model.
  ///
  /// - Throws: ``FileError`` or ``FileFormatError``, naming file and field.
  public init(contentsOf path: String) throws {
    try self.init(from: ModelArchive(contentsOf: path, kind: Self.archiveKind))
  }

  /// Reads a model inside an archive.
  init(from archive: ModelArchive) throws {
    let summary = try archive.value("model", as: Summary.self)
    guard summary.recipe.violations.isEmpty, (1...1_000_000).contains(summary.declared),
      (2...10_000).contains(summary.actions), summary.recipe.anchor < summary.actions,
      summary.kept.allSatisfy(summary.scales.indices.contains)
    else {
      throw FileFormatError(
        path: archive.path, place: "model", given: "a recipe or shape out of range",
        expected: "what training writes",
        advice: "The model is altered; train it again.")
    }
    let width = summary.declared + 2 * summary.kept.count
    var coefficients = DoubleMatrix(rows: summary.actions - 1, columns: width)
    coefficients.values = Array(
      try archive.array("coefficients", of: Double.self, count: (summary.actions - 1) * width))
    let next = Array(try archive.array("next", of: Double.self, count: summary.actions * width))
    self.init(
      recipe: summary.recipe, kept: summary.kept, pValues: summary.pValues, scales: summary.scales,
      meanLogLikelihood: summary.meanLogLikelihood, reciprocalCondition: summary.reciprocalCondition,
      status: summary.status, declaredCount: summary.declared,
      logit: MultinomialLogit(coefficients: coefficients, logLikelihood: summary.meanLogLikelihood),
      value: Array(try archive.array("value", of: Double.self, count: width)),
      next: (0..<summary.actions).map { Array(next[$0 * width..<($0 + 1) * width]) })
  }

  /// Writes the model as a folder; a reader sees the old folder or the new one.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    try ModelArchive.write(to: path, kind: Self.archiveKind) { try write(to: &$0) }
  }

  /// Writes the model into an archive.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add(
      "model",
      value: Summary(
        recipe: recipe, kept: kept, pValues: pValues, scales: scales, meanLogLikelihood: meanLogLikelihood,
        reciprocalCondition: reciprocalCondition, status: status, declared: declaredCount, actions: next.count
      ))
    try writer.add("coefficients", array: StoredArray(logit.coefficients.values))
    try writer.add("value", array: StoredArray(value))
    try writer.add("next", array: StoredArray(next.flatMap { $0 }))
  }
}
