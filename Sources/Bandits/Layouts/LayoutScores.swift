/// Scores of all listed layouts under eight drawn weights at a time.
struct LayoutScanner: Sendable {
  /// Features of each layout, one list after the other.
  private let features: [Int32]
  private let perLayout: Int
  let count: Int

  /// Weights that are added to others before scanning, in a context.
  let folds: [SIMD2<Int>]

  /// A scanner of the listed layouts.
  ///
  /// - Precondition: the space lists its layouts.
  init(_ space: LayoutSpace, pairs: Bool) {
    guard let listed = space.listed else { preconditionFailure("the layouts are listed") }
    self.init(space, layouts: (0..<listed.count).map { listed[$0] }, context: [], pairs: pairs)
  }

  /// A scanner of some layouts in a context.
  init(_ space: LayoutSpace, layouts: [[Int]], context: [Int], pairs: Bool) {
    count = layouts.count
    var features: [Int32] = []
    for layout in layouts {
      features.append(contentsOf: space.features(of: layout, pairs: pairs).indices)
    }
    perLayout = count > 0 ? features.count / count : 0
    self.features = features
    folds = space.folds(context: context)
  }

  /// The features of a layout.
  func features(ofLayout layout: Int) -> ArraySlice<Int32> {
    features[layout * perLayout..<(layout + 1) * perLayout]
  }

  /// For each of eight columns of weights the layout of the highest score, the first of equal ones.
  func best(_ weights: UnsafeBufferPointer<SIMD8<Double>>) -> SIMD8<Int64> {
    var top = SIMD8<Double>(repeating: -.infinity)
    var winner = SIMD8<Int64>.zero
    features.withUnsafeBufferPointer { features in
      var place = 0
      for layout in 0..<count {
        var score = SIMD8<Double>.zero
        for _ in 0..<perLayout {
          score += weights[Int(features[place])]
          place += 1
        }
        let isBetter = score .> top
        top.replace(with: score, where: isBetter)
        winner.replace(with: SIMD8(repeating: Int64(layout)), where: isBetter)
      }
    }
    return winner
  }

  /// The score of every layout under one set of weights.
  func scores(_ weights: [Double]) -> [Double] {
    weights.withUnsafeBufferPointer { weights in
      features.withUnsafeBufferPointer { features in
        (0..<count).map { layout in
          var score = 0.0
          for place in layout * perLayout..<(layout + 1) * perLayout {
            score += weights[Int(features[place])]
          }
          return score
        }
      }
    }
  }

  /// The best layout under one set of weights, and its score.
  func best(_ weights: UnsafeBufferPointer<Double>) -> (layout: Int, score: Double) {
    var (winner, top) = (0, -Double.infinity)
    features.withUnsafeBufferPointer { features in
      var place = 0
      for layout in 0..<count {
        var score = 0.0
        for _ in 0..<perLayout {
          score += weights[Int(features[place])]
          place += 1
        }
        if score > top { (winner, top) = (layout, score) }
      }
    }
    return (winner, top)
  }
}
