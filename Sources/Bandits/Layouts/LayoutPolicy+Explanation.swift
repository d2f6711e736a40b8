extension LayoutPolicy {
  /// A part of a layout's score.
  public struct Contribution: Sendable, Equatable {
    /// What it is of, `title=short`, or `title=short × image=big` for a pair.
    public let name: String
    /// Its group, see ``LayoutSpace/groupNames``.
    public let group: String
    /// Posterior mean of its weight.
    public let effect: Double
    /// Posterior standard deviation of its weight.
    public let deviation: Double
    /// In how many decisions it was shown.
    public let shown: Int
  }

  /// The parts of a layout's score, the largest first, without the intercept.
  ///
  /// - Complexity: O(features³)
  public func contributions(layout: [Int], context: [Int]) -> [Contribution] {
    let variance = posterior.variance
    let names = space.featureNames
    let groups = space.groups
    var shows: [Int32: Double] = [:]
    let counts = counts.counts
    for (row, shown) in zip(counts.rows, counts.shows) {
      for feature in row.indices { shows[feature, default: 0] += shown }
    }
    return space.features(of: layout, context: context, pairs: hasPairs).indices.dropFirst().map {
      let feature = Int($0)
      return Contribution(
        name: names[feature], group: LayoutSpace.groupNames[groups[feature]],
        effect: posterior.mean[feature],
        deviation: variance[feature].squareRoot(), shown: Int(shows[$0] ?? 0))
    }
    .sorted { (abs($0.effect), $1.name) > (abs($1.effect), $0.name) }
  }
}

extension LayoutSpace {
  /// The name of each feature.
  public var featureNames: [String] {
    var names = [String](repeating: "intercept", count: featureCount)
    func content(_ widget: Int, _ content: Int) -> String {
      "\(widgets[widget].name)=\(widgets[widget].contents[content])"
    }
    for (widget, size) in sizes.enumerated() {
      for one in 0..<size { names[firstOrder[widget] + one] = content(widget, one) }
      for other in sizes.indices.dropFirst(widget + 1) {
        for (one, two) in (0..<size).flatMap({ one in (0..<sizes[other]).map { (one, $0) } }) {
          names[secondOrder[pair(widget, other)] + one * sizes[other] + two] =
            "\(content(widget, one)) × \(content(other, two))"
        }
      }
      for (feature, values) in context.enumerated() {
        for (number, value) in values.values.enumerated() {
          names[contextOrder[feature] + number] = "\(values.name)=\(value)"
          for one in 0..<size {
            names[cross(feature, number, widget, one)] =
              "\(content(widget, one)) × \(values.name)=\(value)"
          }
        }
      }
    }
    return names
  }
}
