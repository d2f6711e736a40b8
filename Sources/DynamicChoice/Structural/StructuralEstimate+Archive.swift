public import Learning
internal import LinearAlgebra

extension StructuralEstimate {
  /// The kind that an estimate's archive has.
  public static let archiveKind = "choice-estimate"

  private struct Summary: Codable {
    let method: String
    let parameters: [Estimate]
    let logLikelihood: Double?
    let status: FitStatus
    let decisions: Double
    let states, actions: Int
    let effort: EstimationEffort
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
    let count = summary.parameters.count
    let values = try archive.array("values", of: Double.self)
    let policy = try archive.array("policy", of: Double.self)
    let (cells, overflow) = summary.states.multipliedReportingOverflow(by: summary.actions)
    guard summary.states >= 1, summary.actions >= 1, !overflow, count <= 100_000,
      values.isEmpty && policy.isEmpty || values.count == summary.states && policy.count == cells
    else {
      throw FileFormatError(
        path: archive.path, place: "estimate",
        given: "values that do not fit the numbers of states and actions",
        expected: "what estimation writes", advice: "The estimate is altered; estimate again.")
    }
    let information = try Self.matrix(archive, "information", count)
    self.init(
      method: summary.method, parameters: summary.parameters,
      covariance: archive.hasArray("covariance") ? try Self.matrix(archive, "covariance", count) : nil,
      responses: try Self.responses(archive, count),
      information: information, diagnosis: InformationDiagnosis(information),
      logLikelihood: summary.logLikelihood ?? -.infinity, status: summary.status,
      decisions: summary.decisions,
      stateCount: summary.states, actionCount: summary.actions, values: Array(values), policy: Array(policy),
      effort: summary.effort)
  }

  /// Writes the estimate into an archive.
  public func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add(
      "estimate",
      value: Summary(
        method: method, parameters: parameters, logLikelihood: logLikelihood.isFinite ? logLikelihood : nil,
        status: status, decisions: decisions, states: stateCount, actions: actionCount, effort: effort))
    try writer.add("information", array: StoredArray(information.values))
    if let covariance { try writer.add("covariance", array: StoredArray(covariance.values)) }
    if let responses { try writer.add("responses", array: StoredArray(responses.values)) }
    try writer.add("values", array: StoredArray(values))
    try writer.add("policy", array: StoredArray(policy))
  }

  private static func responses(_ archive: ModelArchive, _ count: Int) throws -> DoubleMatrix? {
    guard archive.hasArray("responses") else { return nil }
    let values = try archive.array("responses", of: Double.self)
    guard count > 0, values.count % count == 0 else {
      throw FileFormatError(
        path: archive.path, place: "responses", given: "\(values.count) numbers",
        expected: "rows of \(count)",
        advice: "The estimate is altered; estimate again.")
    }
    var matrix = DoubleMatrix(rows: values.count / count, columns: count)
    matrix.values = Array(values)
    return matrix
  }

  private static func matrix(_ archive: ModelArchive, _ name: String, _ order: Int) throws -> DoubleMatrix {
    var matrix = DoubleMatrix(rows: order, columns: order)
    matrix.values = Array(try archive.array(name, of: Double.self, count: order * order))
    return matrix
  }
}
