internal import Glibc
internal import Probability

/// One regression for each rate of forgetting; the one that has predicted best of late serves.
///
/// Losses are logarithmic and fade with a half-life of five days. The test for changes compares, at the end of each day, what every
/// item converted in the last two days with what was expected of it: z² of an item is its squared difference over the variance of
/// luck and of what is not known of it; that their sum is far from its own expectation says that tastes have changed. Losses of
/// the whole page are blind to it: a few items that change hardly move them.
struct ForgettingFilters: Sendable {
  private(set) var filters: [ProbitFilter]
  private let rates: [CalloutRecipe.Forgetting]
  private let afterChange: Double?
  private let day: Double
  private let firstItem: Int
  private var losses: [Double]
  private(set) var prior: NormalPrior
  private var last: Double?
  /// By item, yesterday and today: conversions less expected ones, their variance, deviation of what was expected.
  private var days: [[Int: SIMD3<Double>]] = [[:], [:]]
  private var today = -1

  /// When changes were found.
  private(set) var changes: [Double] = []
  private var isChanged = false

  /// - Parameter firstItem: the feature of the first item; all that follow are of items.
  init(_ prior: NormalPrior, _ recipe: CalloutRecipe, firstItem: Int) {
    self.firstItem = firstItem
    filters = recipe.forgetting.map { _ in ProbitFilter(prior: prior) }
    losses = recipe.forgetting.map { _ in 0 }
    (rates, afterChange, day, self.prior) = (
      recipe.forgetting, recipe.forgettingAfterChange, recipe.day, prior
    )
  }

  /// The place of the filter that serves.
  var best: Int { losses.indices.min { losses[$0] < losses[$1] } ?? 0 }

  var serving: ProbitFilter { filters[best] }

  /// The rate of forgetting that predicts best.
  var rate: CalloutRecipe.Forgetting { rates[best] }

  mutating func append(_ group: GroupPrior) {
    prior.mean.append(group.mean)
    prior.variance.append(group.variance)
    for place in filters.indices { filters[place].append(group) }
  }

  /// Learns one refresh of the log.
  mutating func learn(_ log: CalloutLog, _ part: Range<Int>, at now: Double) {
    let fade = exp2(-(now - (last ?? now)) / (5 * day))
    last = now
    for place in losses.indices { losses[place] *= fade }
    let serving = best
    let extra = isChanged ? afterChange : nil
    isChanged = false
    let compares = filters.count > 1 || afterChange != nil
    for place in filters.indices {
      let (rate, first) = (rates[place].rate, rates[place].isOfItems ? firstItem : 0)
      if rate > 0 { filters[place].forget(rate, towards: prior, from: first) }
      if let extra { filters[place].forget(extra, towards: prior, from: firstItem) }
      for impression in part {
        let isConverted = log.isConverted(impression, by: now)
        log.withFeatures(impression) { indices, values in
          if compares {
            let score = filters[place].score(indices, values)
            let root = (1 + score.variance).squareRoot()
            let p = min(1 - 1e-9, max(1e-9, StandardNormal.cumulative(score.mean / root)))
            losses[place] -= isConverted ? Glibc.log(p) : log1p(-p)
            if place == serving, let item = indices.last {
              let doubt = StandardNormal.density(score.mean / root) * score.variance.squareRoot() / root
              days[1][Int(item), default: .zero] += SIMD3((isConverted ? 1 : 0) - p, p * (1 - p), doubt)
            }
          }
          filters[place].update(indices, values, isConverted: isConverted)
        }
      }
    }
    if afterChange != nil { look(now) }
  }

  /// Tests at the end of a day.
  private mutating func look(_ now: Double) {
    let number = Int(min(1e15, now / day))
    guard number != today else { return }
    if today >= 0, Self.score(days[0].merging(days[1], uniquingKeysWith: +)) > Self.threshold {
      isChanged = true
      changes.append(now)
      days[1] = [:]
    }
    (days, today) = ([days[1], [:]], number)
  }

  /// By how many standard deviations the sum of z² must exceed its expectation: a month of days without change stays below.
  private static let threshold = 5.0

  /// The sum of z² over items of which three conversions or more were expected, standardised.
  private static func score(_ items: [Int: SIMD3<Double>]) -> Double {
    let known = items.sorted { $0.key < $1.key }.map(\.value).filter { $0.y >= 3 }
    guard known.count >= 2 else { return 0 }
    let sum = known.reduce(0.0) { $0 + $1.x * $1.x / ($1.y + $1.z * $1.z) }
    return (sum - Double(known.count)) / (2 * Double(known.count)).squareRoot()
  }
}
