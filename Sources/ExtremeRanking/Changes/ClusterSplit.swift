internal import CKernels
internal import LinearAlgebra
internal import Probability

/// Halves clusters that have grown too large, by balanced spherical 2-means of their labels' vectors.
struct ClusterSplit {
  private let model: XRLinearModel
  private var splitter: SphericalSplit?

  init(_ model: XRLinearModel) {
    self.model = model
  }

  /// The members of a cluster in parts of at most `limit` that are not removed; those removed stay in the first part.
  ///
  /// - Complexity: O(entries x rounds) for each halving
  mutating func parts(of members: [Int], cluster: Int, limit: Int) throws -> [[Int]] {
    let isRemoved = members.map { model.isRemoved(model.label($0, ofCluster: cluster)) }
    var live = members.indices.filter { !isRemoved[$0] }.map { Int32($0) }
    guard live.count > limit else { return [members] }
    var rows = SparseMatrix.Builder(columns: model.featureCount)
    for member in members {
      let row = isRemoved[member] ? StoredRow() : try model.vector(member, ofCluster: cluster)
      rows.append(SparseVector(indices: row.features, values: row.values.map(ck_float16_value)))
    }
    var splitter =
      splitter
      ?? SphericalSplit(
        dimension: model.featureCount, maximumRounds: model.recipe.clustering.maximumRounds)
    // The same labels are split alike, whatever the cluster's number is by now.
    let stream = UInt64(model.label(Int(live[0]), ofCluster: cluster)) << 32
    var parts: [[Int]] = []
    halve(&live[...], rows.finish(), stream: stream, limit: limit, &splitter, into: &parts)
    self.splitter = splitter
    parts[0] = (parts[0] + members.filter { isRemoved[$0] }).sorted()
    return parts
  }

  private func halve(
    _ members: inout ArraySlice<Int32>, _ rows: SparseMatrix, stream: UInt64, limit: Int,
    _ splitter: inout SphericalSplit, into parts: inout [[Int]]
  ) {
    guard members.count > limit else {
      parts.append(members.map { Int($0) }.sorted())
      return
    }
    var generator = SeededGenerator(seed: model.recipe.seed, stream: stream &+ UInt64(parts.count))
    members.withUnsafeMutableBufferPointer { splitter.split($0, of: rows, using: &generator) }
    let middle = members.startIndex + members.count / 2
    var (left, right) = (members[..<middle], members[middle...])
    halve(&left, rows, stream: stream, limit: limit, &splitter, into: &parts)
    halve(&right, rows, stream: stream, limit: limit, &splitter, into: &parts)
  }
}
