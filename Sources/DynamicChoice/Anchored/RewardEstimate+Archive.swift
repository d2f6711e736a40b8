public import Learning
internal import LinearAlgebra

extension RewardEstimate {
  /// The kind that an estimate's archive has.
  public static let archiveKind = "choice-rewards"

  private struct Summary: Codable {
    let recipe: AnchoredReward
    let anchor: Anchor
    let diagnostics: RewardDiagnostics
    let status: FitStatus
    let states, actions: Int
  }

  /// Opens an estimate.
  ///
  /// - Throws: ``FileError`` or ``FileFormatError``, naming file and field.
  public init(contentsOf path: String) throws {
    try self.init(from: ModelArchive(contentsOf: path, kind: Self.archiveKind))
  }

  /// Writes the estimate as a folder; a reader sees the old folder or the new one.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String, dataFingerprint: String? = nil) throws {
    try ModelArchive.write(to: path, kind: Self.archiveKind, dataFingerprint: dataFingerprint) {
      try write(to: &$0)
    }
  }

  /// Reads an estimate inside an archive.
  ///
  /// - Throws: ``FileError`` or ``FileFormatError``.
  public init(from archive: ModelArchive) throws {
    let summary = try archive.value("estimate", as: Summary.self)
    let (cells, overflow) = summary.states.multipliedReportingOverflow(by: summary.actions)
    guard summary.states >= 1, summary.actions >= 1, !overflow, summary.recipe.violations.isEmpty,
      summary.anchor.violations(states: summary.states, actions: summary.actions).isEmpty
    else {
      throw FileFormatError(
        path: archive.path, place: "estimate", given: "a recipe or shape out of range",
        expected: "what estimation writes", advice: "The estimate is altered; estimate again.")
    }
    self.init(
      recipe: summary.recipe, stateCount: summary.states, actionCount: summary.actions,
      rewards: Array(try archive.array("rewards", of: Double.self, count: cells)),
      values: Array(try archive.array("values", of: Double.self, count: summary.states)),
      policy: Array(try archive.array("policy", of: Double.self, count: cells)), anchor: summary.anchor,
      diagnostics: summary.diagnostics, status: summary.status)
  }

  /// Writes the estimate into an archive.
  public func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add(
      "estimate",
      value: Summary(
        recipe: recipe, anchor: anchor, diagnostics: diagnostics, status: status, states: stateCount,
        actions: actionCount))
    try writer.add("rewards", array: StoredArray(rewards))
    try writer.add("values", array: StoredArray(values))
    try writer.add("policy", array: StoredArray(policy))
  }
}
