internal import Glibc
internal import Probability

/// Many regressions of different prior spreads, each as probable as its evidence says: nobody needs to know beforehand whether pairs
/// matter.
///
/// A draw first draws a cell of the grid (spread of contents x spread of pairs, half of the prior mass on no pairs), then weights
/// from that cell's posterior.
struct EvidenceAverageLearner: LayoutLearner {
  static let contentSpreads = [0.03, 0.06, 0.12, 0.24]
  static let pairSpreads = [0.0, 0.015, 0.03, 0.06, 0.12]

  private struct Cell: Sendable {
    let prior: NormalPrior
    let hasPairs: Bool
    let logPrior: Double
    var posterior: GaussianPosterior
    var restsUntil = 0
  }

  private let scanners: [LayoutScanner]
  private var counts: [ConversionCounts]
  private var cells: [Cell] = []
  private(set) var weights: [Double]

  init(_ space: LayoutSpace) {
    let listed = (0..<(space.listed?.count ?? 0)).map { space.listed![$0] }
    let groups = [false, true].map { pairs in space.groups.filter { $0 <= (pairs ? 2 : 1) } }
    scanners = [false, true].map { LayoutScanner(space, pairs: $0) }
    counts = [false, true].map { pairs in
      ConversionCounts(rows: listed.map { space.features(of: $0, pairs: pairs) })
    }
    for content in Self.contentSpreads {
      for pair in Self.pairSpreads {
        let kind = pair > 0 ? 1 : 0
        let priors = [1, content, max(pair, 1e-9)].map { GroupPrior(variance: $0 * $0) }
        let prior = NormalPrior(groups: groups[kind], priors: priors)
        let mass = 0.5 / Double(Self.contentSpreads.count * (pair > 0 ? Self.pairSpreads.count - 1 : 1))
        cells.append(
          Cell(
            prior: prior, hasPairs: pair > 0, logPrior: log(mass),
            posterior: LaplaceFit(counts[kind], .probit).posterior(prior, from: prior.mean)))
      }
    }
    weights = cells.map { exp($0.logPrior) }
  }

  /// Probability that pairs matter.
  var pairShare: Double { zip(cells, weights).reduce(0) { $0 + ($1.0.hasPairs ? $1.1 : 0) } }

  mutating func learn(_ history: LayoutHistory) {
    let fits = counts.indices.map { kind in
      (counts[kind].shows, counts[kind].conversions) = (history.shows, history.conversions)
      return LaplaceFit(counts[kind], .probit)
    }
    for number in cells.indices where cells[number].restsUntil <= history.batches {
      let cell = cells[number]
      cells[number].posterior = fits[cell.hasPairs ? 1 : 0].posterior(cell.prior, from: cell.posterior.mean)
    }
    let awake = cells.indices.filter { cells[$0].restsUntil <= history.batches }
    let logs = awake.map { cells[$0].logPrior + cells[$0].posterior.logEvidence }
    let top = logs.max() ?? 0
    let sum = logs.reduce(0) { $0 + exp($1 - top) }
    for number in weights.indices { weights[number] = 0 }
    for (place, number) in awake.enumerated() {
      weights[number] = exp(logs[place] - top) / sum
      // A cell that is out of the question is asked again after five batches.
      if weights[number] < 1e-6 { cells[number].restsUntil = history.batches + 6 }
    }
  }

  func wins(_ draws: Int, scale: Double, using generator: inout SeededGenerator) -> [Double] {
    var wins = [Double](repeating: 0, count: scanners[0].count)
    let sampler = AliasSampler(weights: weights)
    var counts = [Int](repeating: 0, count: cells.count)
    for _ in 0..<draws { counts[sampler.draw(using: &generator)] += 1 }
    for (number, count) in counts.enumerated() where count > 0 {
      let own = scanners[cells[number].hasPairs ? 1 : 0].wins(
        count, cells[number].posterior, scale: scale, using: &generator)
      for layout in wins.indices { wins[layout] += own[layout] }
    }
    return wins
  }

  var meanScores: [Double] {
    var scores = [Double](repeating: 0, count: scanners[0].count)
    for (number, weight) in weights.enumerated() where weight > 0 {
      let own = scanners[cells[number].hasPairs ? 1 : 0].scores(cells[number].posterior.mean)
      for layout in scores.indices { scores[layout] += weight * own[layout] }
    }
    return scores
  }

  /// Spread within and between cells.
  var scoreDeviations: [Double] {
    let mean = meanScores
    var squares = [Double](repeating: 0, count: mean.count)
    for (number, weight) in weights.enumerated() where weight > 1e-3 {
      let kind = cells[number].hasPairs ? 1 : 0
      for (layout, row) in counts[kind].rows.enumerated() {
        guard let own = try? cells[number].posterior.predict(row) else { continue }
        let difference = own.scoreMean - mean[layout]
        squares[layout] += weight * (own.scoreVariance + difference * difference)
      }
    }
    return squares.map { $0.squareRoot() }
  }
}
