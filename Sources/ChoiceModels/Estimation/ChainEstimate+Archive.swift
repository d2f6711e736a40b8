internal import Learning

extension ChainEstimate {
  /// What ``write(to:dataFingerprint:)`` writes.
  public static let archiveKind = "chain-estimate"

  /// Writes the estimate as a folder.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String, dataFingerprint: String? = nil) throws {
    try ModelArchive.write(to: path, kind: Self.archiveKind, dataFingerprint: dataFingerprint) { archive in
      try archive.section("chain") { try chain.write(to: &$0) }
      try archive.add("is_identified", array: isIdentified.map { UInt8($0 ? 1 : 0) })
      try archive.add("never_sold", array: neverSold.map { Int32($0) })
      try archive.add("penalised_log_likelihoods", array: penalisedLogLikelihoods)
      try archive.add("log_likelihoods", array: logLikelihoods)
      try archive.add("passes", value: passes)
      try archive.add("status", value: status)
    }
  }

  /// Reads an estimate.
  ///
  /// - Throws: `FileError`, `FileFormatError`; `InvalidInput` when the numbers are not those of a chain.
  public init(contentsOf path: String) throws {
    let archive = try ModelArchive(contentsOf: path, kind: Self.archiveKind)
    let chain = try SubstitutionChain(archive.section("chain"))
    self.init(
      chain: chain,
      isIdentified: try archive.array("is_identified", of: UInt8.self, count: chain.productCount).map {
        $0 != 0
      },
      neverSold: try archive.array("never_sold", of: Int32.self).map { Int($0) },
      penalisedLogLikelihoods: Array(try archive.array("penalised_log_likelihoods", of: Double.self)),
      logLikelihoods: Array(try archive.array("log_likelihoods", of: Double.self)),
      passes: try archive.value("passes", as: Int.self),
      status: try archive.value("status", as: SolveStatus.self))
  }
}
