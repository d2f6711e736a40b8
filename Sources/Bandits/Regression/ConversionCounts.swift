public import Learning

/// How often each different combination of features was shown and converted.
///
/// Counts may be fractions: conversions that are still expected count in part.
public struct ConversionCounts: Sendable, Equatable {
  /// Combinations of features, all different.
  public let rows: [FeatureVector]

  /// How often each was shown, 0 or more.
  public var shows: [Double]

  /// How often each converted, 0 to `shows`.
  public var conversions: [Double]

  /// Combinations that were never shown.
  public init(rows: [FeatureVector]) {
    self.rows = rows
    shows = [Double](repeating: 0, count: rows.count)
    conversions = shows
  }

  /// The same counts in ascending order of rows: sums over them round alike in whatever order rows were given.
  var ordered: Self {
    let order = rows.indices.sorted { left, right in
      let (a, b) = (rows[left], rows[right])
      if a.indices != b.indices { return a.indices.lexicographicallyPrecedes(b.indices) }
      if a.values != b.values { return a.values.lexicographicallyPrecedes(b.values) }
      return (shows[left], conversions[left]) < (shows[right], conversions[right])
    }
    var counts = Self(rows: order.map { rows[$0] })
    (counts.shows, counts.conversions) = (order.map { shows[$0] }, order.map { conversions[$0] })
    return counts
  }

  /// Everything that keeps them from being used by a model of so many features.
  public func violations(featureCount: Int) -> [Violation] {
    var problems = Violations()
    problems.require(
      shows.count == rows.count && conversions.count == rows.count, "counts",
      given: "\(shows.count) shows and \(conversions.count) conversions", expected: "\(rows.count) of each")
    problems.require(
      zip(shows, conversions).allSatisfy { $0 >= 0 && $0.isFinite && $1 >= 0 && $1 <= $0 * (1 + 1e-9) },
      "counts",
      given: "a count that is negative, not finite, or more conversions than shows",
      expected: "0 or more shows, and at most as many conversions")
    for row in rows {
      let found = row.violations(featureCount: featureCount)
      if !found.isEmpty {
        problems.append(contentsOf: found)
        break
      }
    }
    return problems.all
  }
}
