public import Learning
internal import LinearAlgebra

/// Parameters estimated on cells of states.
public struct AggregatedModel: Predictor {
  /// What it was fitted with.
  public let recipe: AggregatedStates
  /// The sieve whose values group the states.
  public let values: SieveRewardModel
  let groups: KMeans
  /// The estimate on the cells.
  public let estimate: StructuralEstimate

  /// Number of cells.
  public var cellCount: Int { groups.centres.rows }

  /// The probability of each action in a state: that of its cell.
  ///
  /// - Throws: ``InvalidInput`` when the state does not fit the sieve, or when values could not be solved.
  public func predict(_ query: SieveRewardModel.State) throws -> [Double] {
    _ = try values.predict(query)
    let quality = values.qualities(
      declared: DoubleMatrix(row: query.declared), variables: DoubleMatrix(row: query.variables))
    return try estimate.predict(Int(groups.labels(quality)[0]))
  }

  /// The kind that a model's archive has.
  public static let archiveKind = "aggregated-states"

  /// Opens a model.
  ///
  /// - Throws: ``FileError`` or ``FileFormatError``, naming file and field.
  public init(contentsOf path: String) throws {
    let archive = try ModelArchive(contentsOf: path, kind: Self.archiveKind)
    recipe = try archive.value("recipe", as: AggregatedStates.self)
    values = try SieveRewardModel(from: archive.section("values"))
    estimate = try StructuralEstimate(from: archive.section("estimate"))
    let actions = estimate.actionCount
    var centres = DoubleMatrix(rows: estimate.stateCount, columns: actions)
    centres.values = Array(
      try archive.array("centres", of: Double.self, count: estimate.stateCount * actions))
    guard recipe.violations.isEmpty, values.next.count == actions else {
      throw FileFormatError(
        path: path, place: "recipe", given: "parts that do not fit", expected: "what training writes",
        advice: "The model is altered; train it again.")
    }
    groups = KMeans(centres: centres)
  }

  init(recipe: AggregatedStates, values: SieveRewardModel, groups: KMeans, estimate: StructuralEstimate) {
    (self.recipe, self.values, self.groups, self.estimate) = (recipe, values, groups, estimate)
  }

  /// Writes the model as a folder; a reader sees the old folder or the new one.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    try ModelArchive.write(to: path, kind: Self.archiveKind) { writer in
      try writer.add("recipe", value: recipe)
      try writer.add("centres", array: groups.centres.values)
      try writer.section("values") { try values.write(to: &$0) }
      try writer.section("estimate") { try estimate.write(to: &$0) }
    }
  }
}
