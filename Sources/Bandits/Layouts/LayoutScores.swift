/// Scores of all listed layouts under eight drawn weights at a time.
struct LayoutScanner: Sendable {
  /// Features of each layout, one list after the other.
  private let features: [Int32]
  private let perLayout: Int
  let count: Int

  /// A scanner of the listed layouts.
  ///
  /// - Precondition: the space lists its layouts.
  init(_ space: LayoutSpace, pairs: Bool) {
    guard let listed = space.listed else { preconditionFailure("the layouts are listed") }
    count = listed.count
    var features: [Int32] = []
    for number in 0..<count {
      features.append(contentsOf: space.features(of: listed[number], pairs: pairs).indices)
    }
    perLayout = count > 0 ? features.count / count : 0
    self.features = features
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
