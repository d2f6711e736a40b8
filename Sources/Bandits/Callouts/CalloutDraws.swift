internal import Probability

/// Draws from a posterior, prepared so that the best item in the best format of each is found without looking at all of them.
///
/// Item and format meet only through the item's kind, so the best callout is the best item of a kind with the best format for
/// that kind: exact, at the cost of items + formats instead of items x formats. All visitors of a version see the same draws: every
/// visitor's probabilities are unbiased all the same, and a decision picks one of the draws at random.
struct CalloutDraws: Sendable {
  let count: Int
  private let space: CalloutSpace
  private let categories: Int
  private let featureCount: Int
  /// Weights, one draw after the other.
  private let weights: [Double]
  /// Best item of each kind and category, by draw; -1 where there is none.
  private let bestItem: [Int32]
  private let bestValue: [Double]
  /// Best format of each kind by draw, by values of the segments that touch contents.
  private var formats: [[Int]: FormatChoice] = [:]

  struct FormatChoice: Sendable {
    var format: [Int32]
    var value: [Double]
  }

  /// - Parameter items: those that may be shown, with their numbers.
  init(
    _ space: CalloutSpace, items: [(number: Int, item: CalloutItem)], _ filter: ProbitFilter, scale: Double,
    count: Int, using generator: inout SeededGenerator
  ) {
    let (mean, variance) = (filter.mean, filter.variance)
    let (features, categories) = (mean.count, space.attributes[0].values)
    let deviation = variance.map { scale * $0.squareRoot() }
    var weights = [Double](repeating: 0, count: count * features)
    for draw in 0..<count {
      for feature in 0..<features {
        weights[draw * features + feature] =
          mean[feature] + (scale > 0 ? deviation[feature] * generator.normal() : 0)
      }
    }
    let cells = space.kinds * categories
    var bestItem = [Int32](repeating: -1, count: count * cells)
    var bestValue = [Double](repeating: -.infinity, count: count * cells)
    for draw in 0..<count {
      let first = draw * features
      for (number, item) in items {
        var value = weights[first + space.itemOrder + number]
        for (order, attribute) in zip(space.attributeOrder, item.attributes) {
          value += weights[first + order + attribute]
        }
        let cell = draw * cells + item.kind * categories + item.attributes[0]
        if value > bestValue[cell] { (bestValue[cell], bestItem[cell]) = (value, Int32(number)) }
      }
    }
    (self.count, self.space, self.categories, featureCount) = (count, space, categories, features)
    (self.weights, self.bestItem, self.bestValue) = (weights, bestItem, bestValue)
  }

  /// The best format of each kind under each draw, draw by draw.
  mutating func formatChoice(_ visitor: CalloutVisitor) -> FormatChoice {
    let key = zip(visitor.segments, space.segments).map { $1.touchesContents ? $0 : 0 }
    if let choice = formats[key] { return choice }
    // Every format has as many features as every other.
    var features: [[Int]] = []
    for kind in 0..<space.kinds {
      for format in 0..<space.formatCount {
        var own: [Int] = []
        space.forEachFormatFeature(format, kind: kind, visitor) { own.append($0) }
        features.append(own)
      }
    }
    var choice = FormatChoice(format: [], value: [])
    for draw in 0..<count {
      let first = draw * featureCount
      for kind in 0..<space.kinds {
        var (best, top) = (0, -Double.infinity)
        for format in 0..<space.formatCount {
          var value = 0.0
          for feature in features[kind * space.formatCount + format] { value += weights[first + feature] }
          if value > top { (best, top) = (format, value) }
        }
        choice.format.append(Int32(best))
        choice.value.append(top)
      }
    }
    formats[key] = choice
    return choice
  }

  /// The best callout under each draw; items come from those that were given, of which there is one at least.
  mutating func winners(_ visitor: CalloutVisitor) -> [(item: Int, format: Int)] {
    let choice = formatChoice(visitor)
    var favours = [Bool](repeating: false, count: categories)
    for category in visitor.favourites { favours[category] = true }
    let cells = space.kinds * categories
    return (0..<count).map { draw in
      let first = draw * featureCount
      let favourite = weights[first + 1]
      var (item, format, top) = (0, 0, -Double.infinity)
      for kind in 0..<space.kinds {
        var own = choice.value[draw * space.kinds + kind]
        for (segment, value) in visitor.segments.enumerated() {
          own += weights[first + space.kindSegment(kind, segment, value)]
        }
        for category in 0..<categories {
          let cell = draw * cells + kind * categories + category
          guard bestItem[cell] >= 0 else { continue }
          let value = own + bestValue[cell] + (favours[category] ? favourite : 0)
          if value > top {
            (item, format, top) = (Int(bestItem[cell]), Int(choice.format[draw * space.kinds + kind]), value)
          }
        }
      }
      return (item, format)
    }
  }
}
