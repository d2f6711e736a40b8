internal import Probability

/// Layouts or contents that share nothing: one Beta posterior each, from a uniform prior.
struct BetaLayoutLearner: LayoutLearner {
  private let sizes: [Int]
  private let layouts: [[Int]]
  private let isPerWidget: Bool
  /// For each widget the counts of its contents; with one arm a layout, a single list of layouts.
  private var shows: [[Double]]
  private var conversions: [[Double]]

  init(_ space: LayoutSpace, perWidget: Bool) {
    sizes = space.sizes
    layouts = (0..<(space.listed?.count ?? 0)).map { space.listed![$0] }
    isPerWidget = perWidget
    shows = (perWidget ? sizes : [layouts.count]).map { [Double](repeating: 0, count: $0) }
    conversions = shows
  }

  mutating func learn(_ history: LayoutHistory) {
    for event in history.events[history.lastBatch...] {
      let parts = isPerWidget ? layouts[Int(event.layout)] : [Int(event.layout)]
      for (list, place) in parts.enumerated() {
        shows[list][place] += 1
        if event.isConverted { conversions[list][place] += 1 }
      }
    }
  }

  func wins(_ draws: Int, scale: Double, using generator: inout SeededGenerator) -> [Double] {
    var wins = [Double](repeating: 0, count: layouts.count)
    // Fewer observations make a wider posterior.
    let weight = 1 / (scale * scale)
    for _ in 0..<draws {
      var number = 0
      for list in shows.indices {
        var (best, top) = (0, -1.0)
        for place in shows[list].indices {
          let (n, k) = (weight * shows[list][place], weight * conversions[list][place])
          let drawn = generator.beta(1 + k, 1 + n - k)
          if drawn > top { (best, top) = (place, drawn) }
        }
        number = isPerWidget ? number * sizes[list] + best : best
      }
      wins[number] += 1
    }
    return wins
  }

  /// Probit of the expected rate; per widget z₀ + Σ (probit of the content's rate - z₀), z₀ the probit of the overall rate.
  var meanScores: [Double] {
    func rate(_ list: Int, _ place: Int) -> Double {
      StandardNormal.quantile((conversions[list][place] + 1) / (shows[list][place] + 2))
    }
    guard isPerWidget else { return layouts.indices.map { rate(0, $0) } }
    let overall = StandardNormal.quantile(
      (conversions[0].reduce(0, +) + 1) / (shows[0].reduce(0, +) + 2))
    return layouts.map { layout in
      layout.enumerated().reduce(overall) { $0 + rate($1.offset, $1.element) - overall }
    }
  }

  var scoreDeviations: [Double] {
    func variance(_ list: Int, _ place: Int) -> Double {
      let (a, b) = (1 + conversions[list][place], 1 + shows[list][place] - conversions[list][place])
      let density = StandardNormal.density(StandardNormal.quantile(a / (a + b)))
      return a * b / ((a + b) * (a + b) * (a + b + 1)) / (density * density)
    }
    guard isPerWidget else { return layouts.indices.map { variance(0, $0).squareRoot() } }
    return layouts.map { layout in
      layout.enumerated().reduce(0) { $0 + variance($1.offset, $1.element) }.squareRoot()
    }
  }
}
