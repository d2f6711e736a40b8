public import Learning
internal import LinearAlgebra

extension SubstitutionChain {
  /// What ``write(to:dataFingerprint:)`` writes.
  public static let archiveKind = "substitution-chain"

  /// Writes the chain as a folder.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String, dataFingerprint: String? = nil) throws {
    try ModelArchive.write(to: path, kind: Self.archiveKind, dataFingerprint: dataFingerprint) {
      try write(to: &$0)
    }
  }

  /// Reads a chain.
  ///
  /// - Throws: `FileError`, `FileFormatError`; `InvalidInput` when the numbers are not those of a chain.
  public init(contentsOf path: String) throws {
    try self.init(ModelArchive(contentsOf: path, kind: Self.archiveKind))
  }

  /// Writes the chain as part of an archive.
  public func write(to archive: inout ModelArchive.Writer) throws {
    try archive.add("first_choice", array: firstChoice)
    switch transitions {
    case .dense(let part):
      try archive.add("storage", value: "dense")
      try archive.add("rows", array: part.values)
      try archive.add("leaving", array: leaving)
    case .sparse(let part):
      try archive.add("storage", value: "sparse")
      try archive.add("offsets", array: part.offsets)
      try archive.add("columns", array: part.columns)
      try archive.add("values", array: part.values)
      try archive.add("leaving", array: leaving)
    case .lowRank(let part):
      try archive.add("storage", value: "low-rank")
      try archive.add("shares", array: part.shares)
      try archive.add("attractions", array: Array(part.attractions.joined()))
    }
  }

  /// Reads a chain from part of an archive.
  ///
  /// - Throws: `FileError`, `FileFormatError`; `InvalidInput` when the numbers are not those of a chain.
  public init(_ archive: ModelArchive) throws {
    let first = Array(try archive.array("first_choice", of: Double.self))
    let n = first.count
    switch try archive.value("storage", as: String.self) {
    case "dense":
      let values = Array(try archive.array("rows", of: Double.self, count: n * n))
      try self.init(
        firstChoice: first, transitions: .dense(DenseTransitions(productCount: n, values: values)),
        leaving: Array(try archive.array("leaving", of: Double.self, count: n)))
    case "sparse":
      let offsets = Array(try archive.array("offsets", of: UInt32.self, count: n + 1))
      let columns = Array(try archive.array("columns", of: UInt32.self))
      let values = Array(try archive.array("values", of: Double.self, count: columns.count))
      try self.init(
        firstChoice: first, transitions: .sparse(SparseTransitions(checking: offsets, columns, values)),
        leaving: Array(try archive.array("leaving", of: Double.self, count: n)))
    case "low-rank":
      let shares = Array(try archive.array("shares", of: Double.self))
      let flat = Array(try archive.array("attractions", of: Double.self, count: shares.count * n))
      guard !shares.isEmpty else {
        throw InvalidInput("shares", given: "no segment", expected: "one or more")
      }
      let rows = LowRankTransitions(
        shares: shares, attractions: shares.indices.map { Array(flat[$0 * n..<($0 + 1) * n]) })
      try self.init(firstChoice: first, transitions: .lowRank(rows))
    case let other:
      throw FileFormatError(
        path: archive.path + "/model.json", place: "storage", given: other,
        expected: "dense, sparse or low-rank",
        advice: "The model is altered or of another version; make it again.")
    }
  }
}

extension SparseTransitions {
  /// Takes compressed rows from outside.
  ///
  /// - Throws: `InvalidInput` when they are not whole rows of products.
  init(checking offsets: [UInt32], _ columns: [UInt32], _ values: [Double]) throws {
    var problems = Violations()
    problems.require(
      offsets.first == 0 && offsets.last.map { Int($0) } == columns.count && columns.count == values.count
        && zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 },
      "offsets", given: "numbers that do not fit \(columns.count) entries",
      expected: "ascending from 0 to the number of entries")
    problems.require(
      columns.allSatisfy { Int($0) < offsets.count - 1 }, "columns", given: "a product that is not there",
      expected: "numbers below \(max(0, offsets.count - 1))")
    try problems.throwIfAny()
    self.init(offsets: offsets, columns: columns, values: values)
  }
}
