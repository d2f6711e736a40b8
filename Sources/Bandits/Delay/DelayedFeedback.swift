internal import Glibc

/// What was shown when, and what has converted by now: conversions that may still come are neither a yes nor a no.
///
///     var feedback = DelayedFeedback(arms: 10)
///     feedback.show(3, at: 0)
///     feedback.convert(impression: 0, after: 120)
///     feedback.counts(at: 500, rule: .pseudoConversions).conversions
///
/// Delays are taken as exponential with a rate for each arm, shrunk to a common one; rates of conversion and of delay are found
/// together by expectation maximisation, in the spirit of O. Chapelle: *Modeling Delayed Feedback in Display Advertising*, KDD 2014.
public struct DelayedFeedback: Sendable, Equatable {
  /// How many arms there are.
  public let arms: Int

  private(set) var armOf: [Int32] = []
  private(set) var shownAt: [Double] = []
  /// Infinite where nothing came yet.
  private(set) var delay: [Double] = []

  /// Nothing shown yet.
  ///
  /// - Precondition: at least one arm.
  public init(arms: Int) {
    precondition(arms > 0, "at least one arm")
    self.arms = arms
  }

  /// Number of impressions.
  public var count: Int { armOf.count }

  /// Notes an impression; its number is the count before.
  ///
  /// - Precondition: an arm there is, a finite time.
  public mutating func show(_ arm: Int, at time: Double) {
    precondition((0..<arms).contains(arm) && time.isFinite, "an arm and a finite time")
    armOf.append(Int32(arm))
    shownAt.append(time)
    delay.append(.infinity)
  }

  /// Notes a conversion of an impression; the first one counts. A negative delay counts as none.
  ///
  /// - Precondition: an impression there is.
  public mutating func convert(impression: Int, after delay: Double) {
    if self.delay[impression] == .infinity { self.delay[impression] = max(0, delay) }
  }

  /// Shows and conversions of each arm as a rule counts them at a moment, fractions allowed.
  ///
  /// - Complexity: O(impressions), 15 times that where the law of delays is estimated
  public func counts(at now: Double, rule: DelayRule) -> (shows: [Double], conversions: [Double]) {
    var (shows, conversions) = ([Double](repeating: 0, count: arms), [Double](repeating: 0, count: arms))
    let law = rule.estimatesLaw ? estimatedLaw(at: now, perArm: rule.isPerArm) : nil
    for i in 0..<count where shownAt[i] <= now {
      let (arm, age) = (Int(armOf[i]), now - shownAt[i])
      let isSeen = delay[i] <= age
      switch rule {
      case .naive:
        shows[arm] += 1
        conversions[arm] += isSeen ? 1 : 0
      case .wait(let window):
        guard age >= window else { continue }
        shows[arm] += 1
        conversions[arm] += isSeen && delay[i] <= window ? 1 : 0
      case .exposureKnown(let means):
        shows[arm] += 1 - exp(-age / means[means.count == 1 ? 0 : arm])
        conversions[arm] += isSeen ? 1 : 0
      case .exposure, .exposurePerArm:
        shows[arm] += law?.reached(arm, age) ?? 1
        conversions[arm] += isSeen ? 1 : 0
      case .pseudoConversions, .pseudoConversionsPerArm:
        shows[arm] += 1
        conversions[arm] += isSeen ? 1 : law?.outstanding(arm, age) ?? 0
      }
    }
    for arm in 0..<arms { shows[arm] = max(shows[arm], conversions[arm]) }
    return (shows, conversions)
  }

  /// The law of conversions and delays under which what was seen is most probable.
  ///
  /// With q the chance that a silent impression still converts, p e^{-λ age}/(1 - p + p e^{-λ age}): p = (conversions + Σ q + 1) /
  /// (shows + 20), λ = (conversions + 1)/(Σ delays + Σ q age + 1000), in each of 15 rounds. Per arm, λ has 5 conversions of the
  /// common law added.
  ///
  /// - Complexity: O(impressions · 15)
  public func estimatedLaw(at now: Double, perArm: Bool) -> DelayLaw {
    let seen = (0..<count).filter { shownAt[$0] <= now }
    var shows = [Double](repeating: 0, count: arms)
    var arrived = shows
    var arrivedDelay = shows
    var pending: [(arm: Int, age: Double)] = []
    var isInstant = true
    for i in seen {
      let (arm, age) = (Int(armOf[i]), now - shownAt[i])
      shows[arm] += 1
      if delay[i] <= age {
        arrived[arm] += 1
        arrivedDelay[arm] += delay[i]
        if delay[i] > 0 { isInstant = false }
      } else {
        pending.append((arm, age))
      }
    }
    let all = arrived.reduce(0, +)
    var law = DelayLaw(
      conversion: [Double](repeating: 0.05, count: arms), rate: [Double](repeating: 1e-3, count: arms))
    if all > 0, isInstant {
      law.rate = [Double](repeating: .infinity, count: arms)
      law.conversion = zip(arrived, shows).map { ($0 + 1) / ($1 + 20) }
      return law
    }
    for _ in 0..<15 {
      var (mass, time) = (arrived, arrivedDelay)
      for (arm, age) in pending {
        let q = law.outstanding(arm, age)
        mass[arm] += q
        time[arm] += q * age
      }
      law.conversion = zip(mass, shows).map { ($0 + 1) / ($1 + 20) }
      let pooled = (all + 1) / (time.reduce(0, +) + 1000)
      law.rate =
        perArm ? zip(arrived, time).map { ($0 + 5) / ($1 + 5 / pooled) } : law.rate.map { _ in pooled }
    }
    return law
  }
}

/// How likely arms convert, and how soon.
public struct DelayLaw: Sendable, Equatable {
  /// Probability of a conversion, ever, by arm.
  public internal(set) var conversion: [Double]

  /// Rate of the exponential delay by arm; infinite where conversions come at once.
  public internal(set) var rate: [Double]

  /// Share of an arm's conversions that have come at an age.
  public func reached(_ arm: Int, _ age: Double) -> Double {
    rate[arm] == .infinity ? 1 : 1 - exp(-rate[arm] * age)
  }

  /// Chance that an impression that was silent so far still converts.
  public func outstanding(_ arm: Int, _ age: Double) -> Double {
    let left = conversion[arm] * (1 - reached(arm, age))
    return left / (1 - conversion[arm] + left)
  }
}

/// How impressions count whose conversions may still come.
public enum DelayRule: Sendable, Equatable, Codable {
  /// What has not converted has not.
  case naive
  /// Only impressions of at least this age count, and only conversions within it.
  case wait(Double)
  /// An impression counts as the share of conversions that have come at its age, by known mean delays, one or one an arm (after C.
  /// Vernade, O. Cappé, V. Perchet, UAI 2017).
  case exposureKnown([Double])
  /// The same with a common law estimated from the data.
  case exposure
  /// The same with a law for each arm, shrunk to the common one.
  case exposurePerArm
  /// A silent impression counts as a conversion in part: the chance that it still converts.
  case pseudoConversions
  /// The same with a law for each arm, shrunk to the common one.
  case pseudoConversionsPerArm

  var isPerArm: Bool { self == .exposurePerArm || self == .pseudoConversionsPerArm }

  var estimatesLaw: Bool {
    switch self {
    case .naive, .wait, .exposureKnown: false
    case .exposure, .exposurePerArm, .pseudoConversions, .pseudoConversionsPerArm: true
    }
  }
}
