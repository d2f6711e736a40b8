internal import Glibc

/// One regression for each rate of forgetting; the one that has predicted best of late serves.
///
/// Losses are logarithmic and fade with a half-life of five days. The test for changes looks at what the loss exceeds its own
/// expectation by, which is 0 on average for predictions that are right, however the rate of conversions moves.
struct ForgettingFilters: Sendable {
  private(set) var filters: [ProbitFilter]
  private let rates: [CalloutRecipe.Forgetting]
  private let afterChange: Double?
  private let day: Double
  private let firstItem: Int
  private var losses: [Double]
  private(set) var prior: NormalPrior
  private var last: Double?
  /// Excess of the serving filter's loss in each of the last 16 days: count, sum, sum of squares.
  private var days: [SIMD3<Double>] = []
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
    var excess = SIMD3<Double>.zero
    let compares = filters.count > 1 || afterChange != nil
    for place in filters.indices {
      let rate = max(rates[place].rate, extra ?? 0)
      if rate > 0 {
        filters[place].forget(rate, towards: prior, from: rates[place].isOfItems ? firstItem : 0)
      }
      for impression in part {
        let isConverted = log.isConverted(impression, by: now)
        log.withFeatures(impression) { indices, values in
          if compares {
            let score = filters[place].score(indices, values)
            let p = min(
              1 - 1e-9,
              max(
                1e-9,
                Prediction(scoreMean: score.mean, scoreVariance: score.variance, link: .probit).probability))
            let (won, lost) = (-Glibc.log(p), -Glibc.log(1 - p))
            let loss = isConverted ? won : lost
            losses[place] += loss
            if place == serving {
              let surplus = loss - p * won - (1 - p) * lost
              excess += SIMD3(1, surplus, surplus * surplus)
            }
          }
          filters[place].update(indices, values, isConverted: isConverted)
        }
      }
    }
    if afterChange != nil { look(excess, now) }
  }

  /// Adds a day's excess and, where a day ends, compares the last two with the fourteen before.
  private mutating func look(_ excess: SIMD3<Double>, _ now: Double) {
    let number = Int(min(1e15, now / day))
    if number != today {
      if days.count == 16 {
        let (recent, before) = (days[14] + days[15], days[..<14].reduce(.zero, +))
        if Self.score(recent, before) > 3 {
          isChanged = true
          changes.append(now)
          days = []
        } else {
          days.removeFirst()
        }
      }
      days.append(.zero)
      today = number
    }
    days[days.count - 1] += excess
  }

  private static func score(_ recent: SIMD3<Double>, _ before: SIMD3<Double>) -> Double {
    func moments(_ sums: SIMD3<Double>) -> (mean: Double, variance: Double) {
      let count = max(1, sums.x)
      let mean = sums.y / count
      return (mean, max(1e-12, sums.z / count - mean * mean) / count)
    }
    let (a, b) = (moments(recent), moments(before))
    return (a.mean - b.mean) / (a.variance + b.variance).squareRoot()
  }
}
