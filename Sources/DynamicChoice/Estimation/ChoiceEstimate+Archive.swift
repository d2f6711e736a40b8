internal import Learning
internal import LinearAlgebra

extension ChoiceEstimate {
  /// The kind that an estimate's archive has.
  public static let archiveKind = "membership-estimate"

  private struct Summary: Codable {
    let recipe: EstimationRecipe
    let report: PanelReport
    let parameters: [Estimate]
    let chains: EngagementChains?
    let observations: [Double]?
    let today: CustomersToday?
    let states, actions: Int
    let isAnchored: Bool
  }

  /// Opens an estimate.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` naming file and field.
  public init(contentsOf path: String) throws {
    let archive = try ModelArchive(contentsOf: path, kind: Self.archiveKind)
    let summary = try archive.value("summary", as: Summary.self)
    let file: ChoiceModelFile
    do {
      file = try ChoiceModelFile(archive.value("model", as: JSONValue.self))
    } catch let error as InvalidInput {
      throw Self.altered(path, "model", error.description)
    }
    let result: EstimationRecipe.Result =
      summary.isAnchored
      ? .rewards(try RewardEstimate(from: archive.section("rewards")))
      : .structural(try StructuralEstimate(from: archive.section("structural")))
    var membership: EstimatedMembership?
    if let model = file.membership, let chains = summary.chains {
      let rows = model.blocks.reduce(0) { $0 + $1.levels * $1.classes.count }
      guard summary.observations?.count == rows else {
        throw Self.altered(path, "observations", "\(summary.observations?.count ?? 0) numbers")
      }
      membership = EstimatedMembership(model: model, chains: chains, observations: summary.observations ?? [])
      do { _ = try model.problem(chains, theta: model.features.map { _ in 0 }) } catch let error
        as InvalidInput
      {
        throw Self.altered(path, "chains", error.description)
      }
      for group in summary.today?.groups ?? [] {
        guard model.plans.indices.contains(group.plan), (1...1200).contains(group.months),
          model.statuses.indices.contains(group.status), (0..<model.cellCount).contains(group.cell)
        else { throw Self.altered(path, "today", "a group out of range") }
      }
    }
    let (cells, overflow) = summary.states.multipliedReportingOverflow(by: summary.actions)
    guard summary.states >= 1, summary.actions >= 1, !overflow,
      membership.map({ $0.model.stateCount == summary.states && $0.model.plans.count == summary.actions })
        ?? true
    else { throw Self.altered(path, "summary", "\(summary.states) states, \(summary.actions) actions") }
    let choices = try ChoiceCounts(
      stateCount: summary.states, actionCount: summary.actions,
      values: Array(archive.array("choices", of: Double.self, count: cells)))
    self.init(
      file: file, recipe: summary.recipe, result: result, report: summary.report,
      parameters: summary.parameters,
      membership: membership, today: summary.today, choices: choices)
  }

  private static func altered(_ path: String, _ place: String, _ given: String) -> FileFormatError {
    FileFormatError(
      path: path + "/model.json", place: place, given: given, expected: "what estimation writes",
      advice: "The estimate is altered; estimate again.")
  }

  /// Writes the estimate as a folder; a reader sees the old folder or the new one.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    try ModelArchive.write(to: path, kind: Self.archiveKind, dataFingerprint: file.fingerprint) { writer in
      try writer.add(
        "summary",
        value: Summary(
          recipe: recipe, report: report, parameters: parameters, chains: membership?.chains,
          observations: membership?.observations, today: today, states: choices.stateCount,
          actions: choices.actionCount,
          isAnchored: recipe.method.isAnchored))
      try writer.add("model", value: file.document)
      try writer.add("choices", array: StoredArray(choices.values))
      switch result {
      case .structural(let estimate): try writer.section("structural") { try estimate.write(to: &$0) }
      case .rewards(let estimate): try writer.section("rewards") { try estimate.write(to: &$0) }
      }
    }
  }
}
