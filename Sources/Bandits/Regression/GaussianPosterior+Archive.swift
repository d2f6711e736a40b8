internal import Learning
internal import LinearAlgebra

extension GaussianPosterior {
  private static let kind = "gaussian-posterior"

  /// What a file says besides its arrays.
  private struct Facts: Codable {
    let link: Link
    let logEvidence: Double
    let isConverged: Bool
  }

  /// Writes the posterior into a folder.
  ///
  /// - Throws: ``FileError``; what was there before stays then.
  public func write(to path: String, dataFingerprint: String? = nil) throws {
    try ModelArchive.write(to: path, kind: Self.kind, dataFingerprint: dataFingerprint) { writer in
      try writer.add("facts", value: Facts(link: link, logEvidence: logEvidence, isConverged: isConverged))
      try writer.add("mean", array: mean)
      try writer.add("precision", array: precision.lower.values)
    }
  }

  /// Reads a posterior that ``write(to:dataFingerprint:)`` wrote.
  ///
  /// - Throws: ``FileError``, ``FileFormatError``.
  public init(contentsOf path: String) throws {
    let archive = try ModelArchive(contentsOf: path, kind: Self.kind)
    let facts = try archive.value("facts", as: Facts.self)
    let mean = Array(try archive.array("mean", of: Double.self))
    let values = Array(try archive.array("precision", of: Double.self, count: mean.count * mean.count))
    guard mean.allSatisfy(\.isFinite),
      let factor = CholeskyFactor(
        lower: try DoubleMatrix(rows: mean.count, columns: mean.count, values: values))
    else {
      throw FileFormatError(
        path: path, given: "parts that do not fit together", expected: "a posterior as it was written",
        advice: "The model is altered; fit it again.")
    }
    self.init(
      mean: mean, precision: factor, link: facts.link, logEvidence: facts.logEvidence,
      isConverged: facts.isConverged)
  }
}
