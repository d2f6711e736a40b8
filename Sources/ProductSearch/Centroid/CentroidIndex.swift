internal import Learning
internal import LinearAlgebra

/// Products by the cosine of a query's features with the centroid of the queries that led to them.
///
/// The centroids are label embeddings (PIFA: H.-F. Yu et al., JMLR 23(98), 2022, section 4.1) of which only the
/// largest entries are kept; ``retention`` says what that loses.
struct CentroidIndex: Sendable {
  /// How much of the centroids the kept entries hold.
  struct Retention: Codable, Sendable, Equatable {
    /// Share of the squared length that is kept, averaged over the products that have a centroid; 1 is all.
    var mean = 1.0

    /// The smallest share.
    var least = 1.0
  }

  /// What cutting the centroids kept.
  let retention: Retention

  let impacts: ImpactIndex

  /// Width of the features.
  var features: Int { impacts.terms }

  /// Builds the index.
  ///
  /// - Parameters:
  ///   - embedding: products x features, entries of 0 or more, rows of l2 norm 1 or without entries.
  ///   - entries: how many of a product's largest entries are kept; of equal ones the first.
  /// - Throws: ``InvalidInput`` when an entry is negative or not finite.
  init(_ embedding: SparseMatrix, keeping entries: Int) throws {
    let (kept, retention) = Self.cut(embedding, keeping: entries)
    self.init(retention: retention, impacts: try ImpactIndex(kept))
  }

  init(retention: Retention, impacts: ImpactIndex) {
    (self.retention, self.impacts) = (retention, impacts)
  }

  /// The largest entries of each row.
  static func cut(_ embedding: SparseMatrix, keeping limit: Int) -> (SparseMatrix, Retention) {
    var builder = SparseMatrix.Builder(columns: embedding.columns)
    var (sum, counted, least) = (0.0, 0, 1.0)
    for row in 0..<embedding.rows {
      let range = embedding.range(ofRow: row)
      let square = { (i: Int) in Double(embedding.values[i]) * Double(embedding.values[i]) }
      var chosen = Array(range)
      if chosen.count > limit {
        chosen.sort { (embedding.values[$0], $1) > (embedding.values[$1], $0) }
        chosen = chosen.prefix(limit).sorted()
      }
      let all = range.reduce(0) { $0 + square($1) }
      if all > 0 {
        let share = chosen.count == range.count ? 1 : chosen.reduce(0) { $0 + square($1) } / all
        sum += share
        counted += 1
        least = min(least, share)
      }
      builder.append(
        SparseVector(
          indices: chosen.map { embedding.indices[$0] }, values: chosen.map { embedding.values[$0] }))
    }
    return (builder.finish(), Retention(mean: counted > 0 ? sum / Double(counted) : 1, least: least))
  }

  /// Turns a query's features into whole weights, as fine as totals of 32 bits allow; returns what one unit of a
  /// total is worth, so that a total times that is the cosine.
  func weigh(_ query: SparseVector, into terms: inout [ImpactIndex.QueryTerm]) -> Float {
    terms.removeAll(keepingCapacity: true)
    let length = VectorNorm.l2.of(query.values)
    guard length > 0, length.isFinite else { return 0 }
    var most = 0.0
    for (feature, value) in zip(query.indices, query.values) where value > 0 {
      most += Double(value / length) * Double(impacts.largestImpact(of: Int(feature)))
    }
    // Weights are rounded down, so that no total passes the bound.
    let scale = Float(min(32_768, 4e9 / max(most, 1)))
    for (feature, value) in zip(query.indices, query.values) {
      let weight = UInt32(max(0, min(32_768, value / length * scale)))
      if weight > 0 { terms.append(ImpactIndex.QueryTerm(term: Int(feature), weight: weight)) }
    }
    return impacts.step / scale
  }
}

extension CentroidIndex {
  /// Writes the index into an archive.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("retention", value: retention)
    try writer.section("impacts") { try impacts.write(to: &$0) }
  }

  /// Maps an index in an archive.
  init(archive: ModelArchive) throws {
    retention = try archive.value("retention", as: Retention.self)
    impacts = try ImpactIndex(archive: archive.section("impacts"))
  }
}
