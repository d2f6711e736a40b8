internal import Learning
internal import LinearAlgebra
internal import Probability

/// A model of listed layouts that learns in batches and says which layouts win under draws from its posterior.
protocol LayoutLearner: Sendable {
  /// Takes everything seen so far into account; the last batch is new.
  mutating func learn(_ history: LayoutHistory)

  /// How often each layout is best in so many draws, posterior deviations multiplied by `scale`.
  func wins(_ draws: Int, scale: Double, using generator: inout SeededGenerator) -> [Double]

  /// The expected score of each layout.
  var meanScores: [Double] { get }

  /// Standard deviation of the score of each layout.
  var scoreDeviations: [Double] { get }
}

/// Everything that was shown so far.
struct LayoutHistory: Sendable {
  /// Shows of each layout.
  private(set) var shows: [Double]
  /// Conversions of each layout.
  private(set) var conversions: [Double]
  /// Layouts in the order in which they were shown, and whether they converted.
  private(set) var events: [(layout: Int32, isConverted: Bool)] = []
  /// Where the last batch begins.
  private(set) var lastBatch = 0
  /// Batches so far.
  private(set) var batches = 0

  init(layouts: Int) {
    shows = [Double](repeating: 0, count: layouts)
    conversions = shows
  }

  mutating func append(_ batch: [(layout: Int32, isConverted: Bool)]) {
    lastBatch = events.count
    batches += 1
    events.append(contentsOf: batch)
    for event in batch {
      shows[Int(event.layout)] += 1
      if event.isConverted { conversions[Int(event.layout)] += 1 }
    }
  }
}

/// When learned priors are learned again: often in the beginning, then whenever the data have grown by a quarter.
struct RelearningSchedule: Sendable {
  private static let first: Set = [1, 2, 3, 5, 8, 12, 20, 30, 40]
  private var last = 0.0

  mutating func isDue(size: Double, batches: Int) -> Bool {
    let isDue = Self.first.contains(batches) || (batches > 40 && size >= 1.25 * last)
    if isDue { last = size }
    return isDue
  }
}

/// A regression on features of layouts by Laplace's approximation, with learned priors.
struct LaplaceLayoutLearner: LayoutLearner {
  let scanner: LayoutScanner
  private let groups: [Int]
  private let learnsPriors: Bool
  private var counts: ConversionCounts
  private var priors: [GroupPrior]
  private(set) var posterior: GaussianPosterior
  private var schedule = RelearningSchedule()

  /// What learned priors start from: weights of a page that converts at a few percent differ by about a tenth.
  static let start = GroupPrior(variance: 0.01)

  init(_ space: LayoutSpace, pairs: Bool, learnsPriors: Bool) {
    scanner = LayoutScanner(space, pairs: pairs)
    groups = space.groups.filter { $0 <= (pairs ? 2 : 1) }
    self.learnsPriors = learnsPriors
    let rows = (0..<(space.listed?.count ?? 0)).map { space.features(of: space.listed![$0], pairs: pairs) }
    counts = ConversionCounts(rows: rows)
    priors = [GroupPrior](repeating: GroupPrior(), count: 3)
    posterior = LaplaceFit(counts, .probit).posterior(
      NormalPrior(groups: groups, priors: priors), from: [Double](repeating: 0, count: groups.count))
  }

  /// Standard deviations of the groups' weights.
  var spreads: [Double] { priors.map { $0.variance.squareRoot() } }

  mutating func learn(_ history: LayoutHistory) {
    (counts.shows, counts.conversions) = (history.shows, history.conversions)
    let fit = LaplaceFit(counts, .probit)
    if learnsPriors, schedule.isDue(size: Double(history.events.count), batches: history.batches) {
      let isFirst = history.batches == 1
      let start = isFirst ? [GroupPrior()] + [GroupPrior](repeating: Self.start, count: 2) : priors
      if let learned = try? MetaPrior.evidence(
        fit, groups: groups, start: start, rounds: 25, execution: .init(threads: 1))
      {
        priors = learned.priors
      }
    }
    let found = fit.posterior(NormalPrior(groups: groups, priors: priors), from: posterior.mean)
    // A mode that was not found leaves the previous posterior serving.
    if found.isConverged { posterior = found }
  }

  func wins(_ draws: Int, scale: Double, using generator: inout SeededGenerator) -> [Double] {
    scanner.wins(draws, posterior, scale: scale, using: &generator)
  }

  var meanScores: [Double] { scanner.scores(posterior.mean) }

  var scoreDeviations: [Double] {
    counts.rows.map { (try? posterior.predict($0).scoreVariance.squareRoot()) ?? 0 }
  }
}

/// A regression on features of layouts by the diagonal probit filter, in the order of the log.
struct FilterLayoutLearner: LayoutLearner {
  private let scanner: LayoutScanner
  private let groups: [Int]
  private let rows: [FeatureVector]
  private let learnsPriors: Bool
  private var filter: ProbitFilter
  private var schedule = RelearningSchedule()

  init(_ space: LayoutSpace, pairs: Bool, learnsPriors: Bool) {
    scanner = LayoutScanner(space, pairs: pairs)
    groups = space.groups.filter { $0 <= (pairs ? 2 : 1) }
    self.learnsPriors = learnsPriors
    rows = (0..<(space.listed?.count ?? 0)).map { space.features(of: space.listed![$0], pairs: pairs) }
    filter = ProbitFilter(prior: NormalPrior(features: groups.count))
  }

  mutating func learn(_ history: LayoutHistory) {
    update(history.events[history.lastBatch...])
    guard learnsPriors, schedule.isDue(size: Double(history.events.count), batches: history.batches) else {
      return
    }
    let learned = MetaPrior.moments(
      mean: filter.mean, variance: filter.variance, groups: groups,
      start: [GroupPrior](repeating: GroupPrior(), count: 3))
    filter = ProbitFilter(prior: NormalPrior(groups: groups, priors: learned.priors))
    update(history.events[...])
  }

  private mutating func update(_ events: ArraySlice<(layout: Int32, isConverted: Bool)>) {
    for event in events {
      let row = rows[Int(event.layout)]
      row.indices.withUnsafeBufferPointer { indices in
        row.values.withUnsafeBufferPointer { filter.update(indices, $0, isConverted: event.isConverted) }
      }
    }
  }

  func wins(_ draws: Int, scale: Double, using generator: inout SeededGenerator) -> [Double] {
    let (mean, deviation) = (filter.mean, filter.variance.map { $0.squareRoot() })
    var wins = [Double](repeating: 0, count: scanner.count)
    var weights = [SIMD8<Double>](repeating: .zero, count: mean.count)
    var done = 0
    while done < draws {
      for i in mean.indices {
        for lane in 0..<8 { weights[i][lane] = mean[i] + scale * deviation[i] * generator.normal() }
      }
      let best = weights.withUnsafeBufferPointer { scanner.best($0) }
      for lane in 0..<min(8, draws - done) { wins[Int(best[lane])] += 1 }
      done += 8
    }
    return wins
  }

  var meanScores: [Double] { scanner.scores(filter.mean) }

  var scoreDeviations: [Double] { scanner.scores(filter.variance).map { $0.squareRoot() } }
}

extension LayoutScanner {
  /// Standard deviation of each layout's score: a row of L⁻¹ x for each.
  func deviations(_ posterior: GaussianPosterior) -> [Double] {
    (0..<count).map { layout in
      var dense = [Double](repeating: 0, count: posterior.mean.count)
      for feature in features(ofLayout: layout) { dense[Int(feature)] = 1 }
      for fold in folds { dense[fold.y] = dense[fold.x] }
      return posterior.precision.solveLower(dense).reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
  }

  /// How often each layout is best under draws from a posterior.
  func wins(
    _ draws: Int, _ posterior: GaussianPosterior, scale: Double, using generator: inout SeededGenerator
  ) -> [Double] {
    var wins = [Double](repeating: 0, count: count)
    let features = posterior.mean.count
    let block = 64
    var normals = DoubleMatrix(rows: features, columns: block)
    var weights = [SIMD8<Double>](repeating: .zero, count: features)
    var done = 0
    while done < draws {
      // The matrix watches its values: they are set at once.
      normals.values = (0..<features * block).map { _ in generator.normal() }
      let drawn = posterior.draws(normals, scale: scale)
      for part in 0..<block / 8 where done + 8 * part < draws {
        drawn.values.withUnsafeBufferPointer { drawn in
          for i in 0..<features {
            for lane in 0..<8 { weights[i][lane] = drawn[i * block + 8 * part + lane] }
          }
        }
        for fold in folds { weights[fold.x] += weights[fold.y] }
        let best = weights.withUnsafeBufferPointer { self.best($0) }
        for lane in 0..<min(8, draws - done - 8 * part) { wins[Int(best[lane])] += 1 }
      }
      done += block
    }
    return wins
  }
}
